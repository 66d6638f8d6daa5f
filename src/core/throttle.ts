/** When records may be written so that a server gets no more than so many a second. Time is passed in. */
import type { EpochMs } from './names.ts';

export type Throttle = {
  /** Records a second, 1 or more. */
  readonly maxRate: number;
  /** From then on the next record may be written. */
  readonly freeAt: EpochMs;
};

/** As many as one second allows: more at once come in bursts that its users feel, fewer cost a look-up and an announcement each. */
export const recordsAtOnce = (maxRate: number): number => Math.max(1, Math.floor(maxRate));

const msFor = (records: number, maxRate: number): number => (records * 1000) / maxRate;

/** So many records may be written at `at`; whoever asks next comes after them. Time that nobody used is not made up for. */
export function reserved(
  { maxRate, freeAt }: Throttle,
  records: number,
  now: EpochMs,
): { readonly at: EpochMs; readonly throttle: Throttle } {
  const at = Math.max(now, freeAt);
  return { at, throttle: { maxRate, freeAt: at + msFor(records, maxRate) } };
}

/** So many of those that were reserved need no write. */
export const givenBack = ({ maxRate, freeAt }: Throttle, records: number): Throttle => ({
  maxRate,
  freeAt: freeAt - msFor(records, maxRate),
});
