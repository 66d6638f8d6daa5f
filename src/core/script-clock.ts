/** What one run of our script in a file shows of its host's clock, given when it was asked and answered. */
import { interval } from './interval.ts';
import type { EpochMs } from './names.ts';
import { driftRate, type Probe } from './server-clock.ts';
import { utcMillisecondsAt1970 } from './stamp.ts';

/**
 * How far `Get(CurrentTimeUTCMilliseconds)` may lie behind the clock that it reads, ms: Windows moves that on every 15.6 ms unless
 * somebody asks for more (documented), and which of its clocks FileMaker reads is not. It may be ahead by `roundedMs`, since it is
 * told "to the nearest millisecond" (pro-help get-currenttimeutcmilliseconds).
 */
const tickMs = 16;
const roundedMs = 1;

export type ScriptRun = {
  readonly sentAt: EpochMs;
  readonly answeredAt: EpochMs;
  /** Get(CurrentTimeUTCMilliseconds) when it began: milliseconds since the year 1. */
  readonly utcMilliseconds: number;
  /** How long it ran from then on, by that same clock. */
  readonly ranMs: number;
};

/**
 * It began after it was sent, and `ranMs` before it was answered; undefined where that cannot be so, such as for a clock that was
 * set meanwhile.
 */
export function scriptReading({ sentAt, answeredAt, utcMilliseconds, ranMs }: ScriptRun): Probe | undefined {
  const shown = utcMilliseconds - utcMillisecondsAt1970;
  const atLeast = ranMs * (1 - driftRate) - tickMs - roundedMs;
  const lastBegin = answeredAt - Math.max(0, atLeast);
  if (!Number.isFinite(shown) || !(ranMs >= 0) || lastBegin < sentAt) return undefined;
  return { offset: interval(shown - roundedMs - lastBegin, shown + tickMs - sentAt), at: answeredAt };
}
