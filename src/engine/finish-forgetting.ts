/** Large values of what was forgotten by somebody who died then, or who had to leave them for later: they go now. */
import type { LargeForgetting, LargeRemoved } from '../ports/forgetting.ts';
import type { Engine } from './engine.ts';

/** Whoever forgets something is done with it by then, ms: what still holds a value that was noted before does so for good. */
const othersMs = 60 * 60_000;

/** No two read through all that is stored at once; who dies keeps others from it for so long, ms. */
const leaseMs = 15 * 60_000;

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
