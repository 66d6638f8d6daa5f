/**
 * The secret that each call of a webhook carries.
 *
 *   R9  It is shown nowhere: what stands in an address is a mark of it, from which nobody finds it.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const secretHeader = 'x-serversync-secret';

/** 256 bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Shorter ones could be found by trying. */
export const shortestSecret = 24;

/** Whether a header can carry it and nobody finds it by trying. */
export const isFit = (secret: string): boolean =>
  secret.length >= shortestSecret && /^[\x21-\x7e]+$/.test(secret);

/** Whether it is one of them; takes as long whichever it is, and however much of it is right. */
export function isOneOf(given: string | undefined, secrets: readonly string[]): boolean {
  const shown = digest(given ?? '');
  let isKnown = false;
  for (const secret of secrets) isKnown = timingSafeEqual(shown, digest(secret)) || isKnown;
  return isKnown && given !== undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Of what a webhook has to be like besides its address: another secret, occurrence or field gives another. */
export const markOf = (secret: string, occurrence: string, field: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['webhook', secret, occurrence, field]))
    .digest('hex')
    .slice(0, 12);
