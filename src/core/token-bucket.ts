/** How many calls are taken: so many a second, and more at once after a while without any. */
import type { EpochMs } from './names.ts';

export type Rate = {
  readonly perSecond: number;
  /** At once. */
  readonly most: number;
};

export type Bucket = { readonly tokens: number; readonly at: EpochMs };

export const fullBucket = ({ most }: Rate, now: EpochMs): Bucket => ({ tokens: most, at: now });

/** One call; the bucket is the same where it is not taken. A clock that is set back gives none. */
export function take(
  bucket: Bucket,
  rate: Rate,
  now: EpochMs,
): { readonly bucket: Bucket; readonly isTaken: boolean } {
  const passed = Math.max(0, now - bucket.at) / 1000;
  const tokens = Math.min(rate.most, bucket.tokens + passed * rate.perSecond);
  const isTaken = tokens >= 1;
  return { bucket: { tokens: isTaken ? tokens - 1 : tokens, at: Math.max(now, bucket.at) }, isTaken };
}
