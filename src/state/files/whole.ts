/** Bytes that are what their name says, or do not come to their end. */
import { createHash } from 'node:crypto';
import { FileBrokenOff } from '../../ports/files.ts';

/** The same bytes. The last part comes once the hash of all is right: whoever counts on their number gets too few of another file. */
export async function* whole(bytes: AsyncIterable<Uint8Array>, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const part of bytes) {
    hash.update(part);
    if (held !== undefined) yield held;
    held = part;
  }
  if (hash.digest('hex') !== sha256) throw new FileBrokenOff('it does not hold what it was stored with');
  if (held !== undefined) yield held;
}
