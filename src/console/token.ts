/** The token that a console's address carries: whoever has it may see and do what the person at the command line may. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** As many as a key has that nobody can guess. */
const tokenBytes = 32;

export const newToken = (): string => randomBytes(tokenBytes).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes as long whatever was given: what differs, and where, cannot be told by the time. */
export function isToken(token: string, given: string | undefined): boolean {
  return timingSafeEqual(digest(token), digest(given ?? '')) && given !== undefined;
}

/** Of `Authorization: Bearer TOKEN`. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer ([\w-]+)$/i.exec(header ?? '')?.[1];
