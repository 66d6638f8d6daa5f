/**
 * A request whose answer was lost is sent again by the SDK, and then meets what it did itself: its condition fails. So each
 * conditional write leaves a mark in the item; where a condition fails after more than one try, the mark tells whose it was.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Item } from './table.ts';

export type Mark = { readonly S: string };

/** Nobody else's: it is compared only with what stands in one item. */
export const newMark = (): Mark => ({ S: randomBytes(9).toString('base64url') });

export const withMark = (item: Item, by: Mark): Record<string, AttributeValue> => ({ ...item, by });

/** For an update expression that sets something: what is added to it. */
export const markInput = (by: Mark) => ({
  set: ', #by = :by',
  names: { '#by': 'by' },
  values: { ':by': by },
});

export const isMarked = (item: Item | undefined, by: Mark): boolean => item?.['by']?.S === by.S;

const sent = z.object({ $metadata: z.object({ attempts: z.number() }) });

/** Whether the SDK had sent the request before the try that failed. */
export function wasRepeated(error: unknown): boolean {
  const read = sent.safeParse(error);
  return read.success && read.data.$metadata.attempts > 1;
}
