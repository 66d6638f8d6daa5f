/** What speaks to a server follows from its API. */
import type { Api } from '../core/api.ts';
import { connectDataApi, type DataApiOptions } from '../filemaker/data-api/connect.ts';
import { type InspectionOptions, inspectDataApi } from '../filemaker/data-api/inspect.ts';
import { connectOData } from '../filemaker/odata/connect.ts';
import type { Inspection } from '../ports/inspection.ts';
import type { Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';

export type OfApi = { readonly api: Api };

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export function connectServer({ api, ...options }: OfApi & DataApiOptions): Server {
  return api === 'odata' ? connectOData(options) : connectDataApi(options);
}

/** The same for somebody who looks at it. */
export function inspectServer({ api, ...options }: OfApi & InspectionOptions): Inspection {
  if (api === 'odata') throw notConnected(options.name);
  return inspectDataApi(options);
}

const notConnected = (name: string): ServerError =>
  new ServerError('not-filemaker', name, `server "${name}" is not spoken to over OData by this version`);
