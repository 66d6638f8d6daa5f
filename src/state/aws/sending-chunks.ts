/**
 * What a row announced, as a list of chunks: one for each announcement, appended by the request that announces. A chunk is
 * a map with the attributes of a body, so that a large one lies in S3.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Sending } from '../../core/batch.ts';
import type { Bodies } from './bodies.ts';
import { inParallel } from './in-parallel.ts';
import { stored } from './stored-values.ts';
import type { Item } from './table.ts';
import { readFor } from './value-missing.ts';

/** Rows keep room for several announcements of many fields within the 400 KB of an item. */
const largestChunk = 32 * 1024;

/** `largest`: from so many bytes on it lies in S3. */
export async function chunkOf(
  sending: readonly Sending[],
  bodies: Bodies,
  largest = largestChunk,
): Promise<AttributeValue> {
  return { M: await bodies.pack(sending, largest) };
}

export async function sendingIn(item: Item, bodies: Bodies): Promise<readonly Sending[]> {
  const chunks = item['sending']?.L ?? [];
  const read = await inParallel(chunks, async (chunk) =>
    stored('sending', await readFor(item, () => bodies.unpack(chunk.M ?? {}))),
  );
  return read.flat();
}
