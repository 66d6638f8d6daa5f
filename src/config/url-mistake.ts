/** Addresses of servers. Credentials travel with every request, so anything but loopback is https. */
import type { Mistake } from './problem.ts';

const example = 'https://fm-hq.example.com';

export function urlMistake(text: string): Mistake | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return {
      code: 'config-address',
      message: 'not an address of a server',
      remedy: `Write one such as ${example}`,
    };
  return [credentials, extras, scheme]
    .map((check) => check(url, text))
    .find((mistake) => mistake !== undefined);
}

function credentials(url: URL, text: string): Mistake | undefined {
  if (url.username === '' && url.password === '' && !text.includes('@')) return undefined;
  return {
    code: 'config-credentials',
    message: 'credentials in the address (not shown here)',
    remedy:
      'Take them out, set them as SERVERSYNC_<SERVER>_USERNAME and SERVERSYNC_<SERVER>_PASSWORD, and change the password if others could read this file',
  };
}

function extras(url: URL, text: string): Mistake | undefined {
  if (url.pathname === '/' && !/[?#]/.test(text)) return undefined;
  return {
    code: 'config-address',
    message: 'more than scheme, host and port',
    remedy: `Write only ${url.origin}`,
  };
}

function scheme(url: URL): Mistake | undefined {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined;
  return {
    code: 'config-plain-http',
    message: 'http would send the password in the clear; it is allowed for this machine only',
    remedy: `Write https://${url.host}`,
  };
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
