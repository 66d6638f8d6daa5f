/** Where a server answers. Credentials and records go there, so plain http stays on this machine. */
import type { ServerName } from '../../core/names.ts';

export type Address = {
  /** `https://fm.example.com` or with a port. */
  readonly origin: string;
  readonly isSecure: boolean;
};

/** Throws a TypeError for anything but `https://host[:port]`, or `http` to a loopback host. */
export function parseAddress(server: ServerName, url: string): Address {
  const parsed = URL.parse(url);
  const named = `the address of server "${server}"`;
  if (parsed === null) throw new TypeError(`${named} is no URL: give https://host or https://host:port`);
  const { protocol, hostname, origin } = parsed;
  if (parsed.username !== '' || parsed.password !== '') {
    throw new TypeError(`${named} holds credentials: give them as the account, not in the address`);
  }
  if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '') {
    throw new TypeError(`${named} has more than a host: give only https://host or https://host:port`);
  }
  if (protocol === 'https:') return { origin, isSecure: true };
  if (protocol === 'http:' && isLoopback(hostname)) return { origin, isSecure: false };
  throw new TypeError(
    `${named} is ${protocol}//${hostname}: only https goes beyond this machine; use https://`,
  );
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
