/**
 * Large values that have to go: those of what was forgotten by somebody who died then, or who had to leave them for later; and
 * those that nothing holds any more since they were replaced, or what held them went by its age.
 */
import type { LargeForgetting, LargeRemoved } from '../ports/forgetting.ts';
import type { Engine } from './engine.ts';

/** Whoever forgets something is done with it by then, ms: what still holds a value that was noted before does so for good. */
const othersMs = 60 * 60_000;

/** No two read through all that is stored at once; who dies keeps others from it for so long, ms. */
const leaseMs = 15 * 60_000;

/** How often it is looked what nothing holds any more, ms: more seldom costs room, more often a reading of all that is stored. */
const lookedMs = 7 * 86_400_000;

/** What is stored can be looked up as it was (point-in-time recovery): as long as that, ms, it has its values. */
const lookedUpMs = 35 * 86_400_000;

/** Once a week, whoever comes first. Undefined where it is not the time; else how many were found. */
export async function noteUnheld(
  {
    forgetting,
    control,
    clock,
  }: Pick<Engine, 'control' | 'clock'> & { readonly forgetting: LargeForgetting },
  holder: string,
): Promise<number | undefined> {
  const now = clock.now();
  // Kept until it is over: whoever dies at it, or has not the time for it, is at it once a week.
  if (!(await control.takeLease('unheld', holder, lookedMs, now))) return undefined;
  return forgetting.noteUnheld(now + lookedUpMs);
}

/** Undefined where nothing is left to do, or somebody else is at it. */
export async function finishForgetting(
  {
    forgetting,
    control,
    clock,
  }: Pick<Engine, 'control' | 'clock'> & { readonly forgetting: LargeForgetting },
  holder: string,
): Promise<LargeRemoved | undefined> {
  const noted = await forgetting.notedBefore(clock.now() - othersMs);
  if (noted.length === 0) return undefined;
  if (!(await control.takeLease('forgetting', holder, leaseMs, clock.now()))) return undefined;
  try {
    return await forgetting.removeNoted(noted);
  } finally {
    await control.dropLease('forgetting', holder);
  }
}
