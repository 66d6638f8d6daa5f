/** The certificate that a server shows, believed or not: a connection of its own, over which nothing is sent. */
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { Certificate } from '../../ports/inspection.ts';
import type { Address } from './address.ts';
import { type ConnectionFailure, failureOf } from './connection-failure.ts';
import { noAnswer } from './failures.ts';
import { again, done, persist } from './retry.ts';
import { trusting } from './trust.ts';
import type { Way } from './way.ts';

/** Of the server that a way leads to; undefined over plain http. Repeated where no connection is made. */
export async function certificateOf(
  { address, ca, timeouts, waiting, place }: Way,
  signal: AbortSignal,
): Promise<Certificate | undefined> {
  if (!address.isSecure) return undefined;
  return persist(waiting, signal, async () => {
    const shown = await shownCertificate({ address, ca, connectMs: timeouts.connectMs }, signal);
    return 'kind' in shown ? again((tries) => noAnswer(place, shown, tries)) : done(shown);
  });
}

type Showing = { readonly address: Address; readonly ca: string; readonly connectMs: number };

/** Rejects only with the signal's reason. */
export async function shownCertificate(
  showing: Showing,
  signal: AbortSignal,
): Promise<Certificate | ConnectionFailure> {
  signal.throwIfAborted();
  const socket = openSocket(showing);
  const leave = (): void => void socket.destroy();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await secured(socket, showing.connectMs);
    return told(socket);
  } catch (error) {
    signal.throwIfAborted();
    return failureOf(error);
  } finally {
    signal.removeEventListener('abort', leave);
    socket.destroy();
  }
}

function openSocket({ address, ca }: Showing): TLSSocket {
  const { hostname, port } = new URL(address.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return connect({
    host,
    port: port === '' ? 443 : Number(port),
    ...(isIP(host) === 0 && { servername: host }),
    secureContext: trusting(ca),
    // Whether it is believed is said, not acted on.
    rejectUnauthorized: false,
  });
}

function secured(socket: TLSSocket, connectMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(connectionError('UND_ERR_SOCKET')));
    socket.setTimeout(connectMs, () => reject(connectionError('UND_ERR_CONNECT_TIMEOUT')));
  });
}

const connectionError = (code: string): Error => Object.assign(new Error(code), { code });

function told(socket: TLSSocket): Certificate {
  const shown = socket.getPeerCertificate(true);
  // Node gives the error that its types call an error as the text of its code.
  const distrust: unknown = socket.authorizationError;
  return {
    names: namesOf(shown),
    issuers: issuersOf(shown),
    endsAt: Date.parse(shown.valid_to),
    ...(!socket.authorized && { distrust: codeOf(distrust) }),
  };
}

function codeOf(distrust: unknown): string {
  if (distrust instanceof Error) return distrust.message;
  return typeof distrust === 'string' ? distrust : 'UNNAMED';
}

const alternative = /^(?:DNS|IP Address):(.+)$/;

/** Where it has no alternative names, that of its subject. */
function namesOf({ subject, subjectaltname = '' }: DetailedPeerCertificate): readonly string[] {
  const names = subjectaltname.split(', ').flatMap((each) => alternative.exec(each)?.[1] ?? []);
  return names.length > 0 ? names : one(subject.CN);
}

/** What the server does not send beside its own is named by who was signed, as far as that goes. */
function issuersOf(shown: DetailedPeerCertificate): readonly string[] {
  const issuers: string[] = [];
  let each: DetailedPeerCertificate | undefined = shown;
  while (each !== undefined && each.issuerCertificate?.fingerprint256 !== each.fingerprint256) {
    issuers.push(...one(each.issuer.CN ?? each.issuer.O));
    each = each.issuerCertificate;
  }
  return issuers;
}

const one = (name: string | string[] | undefined): readonly string[] =>
  name === undefined ? [] : [name].flat().slice(0, 1);
