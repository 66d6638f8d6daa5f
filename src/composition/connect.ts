/** What speaks to a server follows from its API. */
import type { Api } from '../core/api.ts';
import { connectDataApi, type DataApiOptions } from '../filemaker/data-api/connect.ts';
import { type InspectionOptions, inspectDataApi } from '../filemaker/data-api/inspect.ts';
import { connectOData } from '../filemaker/odata/connect.ts';
import { inspectOData } from '../filemaker/odata/inspect.ts';
import type { Inspection } from '../ports/inspection.ts';
import type { SessionSlots } from '../ports/session-slots.ts';
import type { ServerConfiguration } from '../config/configuration.ts';
import type { Credentials } from '../config/credentials.ts';
import { systemClock } from './system-clock.ts';
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

type Looked = Pick<ServerConfiguration, 'name' | 'url' | 'api' | 'caFile' | 'sessions'>;

/** A look at a server of the configuration, which takes its session, where it needs one, from `slots`. */
export const inspectWith =
  (slots: SessionSlots) =>
  ({ name, url, api, caFile, sessions }: Looked, account: Credentials): Inspection =>
    inspectServer({
      name,
      url,
      api,
      account,
      clock: systemClock,
      random: Math.random,
      slots,
      sessionsInAll: sessions,
      ...(caFile !== undefined && { caFile }),
    });
