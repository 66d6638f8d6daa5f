/** Requests that this process has sent and whose answers have not come, by what undici tells on its diagnostics channels. */
import { subscribe } from 'node:diagnostics_channel';

const inFlight = new Set<unknown>();

const requestOf = (told: unknown): unknown =>
  typeof told === 'object' && told !== null && 'request' in told ? told.request : undefined;

subscribe('undici:request:create', (told) => inFlight.add(requestOf(told)));
for (const end of ['undici:request:trailers', 'undici:request:error'])
  subscribe(end, (told) => inFlight.delete(requestOf(told)));

export const requestsInFlight = (): number => inFlight.size;
