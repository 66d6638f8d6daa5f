/** What speaks to a server follows from its API. */
import type { Api } from '../core/api.ts';
import { connectDataApi, type DataApiOptions } from '../filemaker/data-api/connect.ts';
import { type InspectionOptions, inspectDataApi } from '../filemaker/data-api/inspect.ts';
import { connectOData } from '../filemaker/odata/connect.ts';
import { inspectOData } from '../filemaker/odata/inspect.ts';
import type { Inspection } from '../ports/inspection.ts';
import type { Server } from '../ports/server.ts';

export type OfApi = { readonly api: Api };

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export function connectServer({ api, ...options }: OfApi & DataApiOptions): Server {
  return api === 'odata' ? connectOData(options) : connectDataApi(options);
}

/** The same for somebody who looks at it. */
export function inspectServer({ api, ...options }: OfApi & InspectionOptions): Inspection {
  return api === 'odata' ? inspectOData(options) : inspectDataApi(options);
}
