/** What becomes of a parked record that is parked once more, or is being tried again. */
import type { Parked } from './conflict.ts';
import type { EpochMs } from './names.ts';
import { retryAtOf } from './refusals.ts';

/** `one` as it is parked now, after `before` of the same record: the same version, parked for the same, counts on. */
export function parkedAgain(one: Parked, before: Parked | undefined): Parked {
  const isSame = before?.code === one.code && before.version === one.version;
  const since = isSame ? { at: before.at, checkedAt: one.at } : {};
  // Only what a server would not take has a version.
  if (one.version === 0) return { ...one, ...since };
  const attempts = isSame ? (before.attempts ?? 1) + 1 : 1;
  return { ...waiting({ ...one, attempts }, attempts, one.at), ...since };
}

/** It is being tried at `now`: not again before the next wait is over, whatever becomes of this try. */
export const putOff = (one: Parked, now: EpochMs): Parked => waiting(one, (one.attempts ?? 1) + 1, now);

function waiting({ retryAt: _before, ...one }: Parked, attempts: number, now: EpochMs): Parked {
  const retryAt = retryAtOf(one.code, attempts, now);
  return retryAt === undefined ? one : { ...one, retryAt };
}
