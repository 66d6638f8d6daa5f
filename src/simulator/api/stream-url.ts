/** Container contents are fetched by an address that is bound to the session that read the record. */
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { InSession } from '../http/exchange.ts';
import type { Session } from '../session.ts';

export const streamPath = '/Streaming_SSL/MainDB';

/** A reference (`file:...`) is shown as it is stored. */
export function containerUrl(value: string, { simulation, session }: InSession): string {
  const blob = simulation.blobs.get(value);
  if (!blob) return value;
  const name = `${streamName(session, value)}${extname(blob.name)}`;
  return `${simulation.url}${streamPath}/${name}?RCType=EmbeddedRCFileProcessor`;
}

/** 64 hexadecimal digits. */
export const streamName = (session: Session, blobId: string): string =>
  createHash('sha256').update(`${session.token}\n${blobId}`).digest('hex').toUpperCase();
