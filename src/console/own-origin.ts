/**
 * Whether a request comes from the console's own page. Another page that a browser shows can send requests here: by its own
 * name, which then leads to this machine (DNS rebinding: the Host is another), or across origins (Origin or Sec-Fetch-Site
 * say so). None of them is answered, not even with the page itself.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { FailedRequest } from './failed-request.ts';

/** Throws FailedRequest. */
export function refuseOthers(headers: IncomingHttpHeaders, port: number): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  const isOwnHost = host !== undefined && hosts.includes(host);
  const isOwnOrigin = origin === undefined || origin === `http://${host}`;
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  if (isOwnHost && isOwnOrigin && isOwnSite) return;
  throw new FailedRequest(
    403,
    'other-origin',
    `the console answers its own page only, at http://${hosts.join(' or http://')}`,
  );
}
