/**
 * What a server's sweeper does when its turn comes, by one process at a time: records that seem to be gone are looked for
 * once more, a person's answers are carried out, and what is due is swept.
 */
import type { ServerName } from '../core/names.ts';
import { isAsked, type SweepState } from '../core/sweep.ts';
import type { TimeZone } from '../core/time-zone.ts';
import { orHalt } from './drift.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import type { Pace } from './meet.ts';
import { settleSuspects } from './suspects.ts';
import { sweep } from './sweep.ts';
import { tidyFilesWith } from './tidy-files.ts';

export type SweepServerOptions = {
  readonly pace: Pace;
  /** Whether a table that was last swept so, on a server in that zone, is to be swept; undefined: never yet. */
  readonly isDue: (state: SweepState | undefined, timeZone: TimeZone) => boolean;
};

/** Throws ServerError where the server is at fault. */
export async function sweepServer(
  engine: Engine,
  server: ServerName,
  { pace, isDue }: SweepServerOptions,
  signal: AbortSignal,
): Promise<'done' | 'unfinished'> {
  let isSwept = false;
  for (const place of placesOn(engine, server)) {
    const settled = await orHalt(engine, place, () => settleSuspects(engine, place, signal, pace), signal);
    if (settled === 'unfinished') return 'unfinished';
    if (!(await isPlaceDue(engine, place, isDue))) continue;
    const swept = await orHalt(engine, place, () => sweep(engine, place, signal, pace), signal);
    if (swept === 'unfinished') return 'unfinished';
    isSwept = true;
  }
  if (isSwept) await tidyFilesWith(engine, server, pace, signal);
  return 'done';
}

/** One that is under way is gone on with, and one that a person asked for is due whatever the schedule says. */
async function isPlaceDue(
  { control }: Engine,
  { plan, link }: Place,
  isDue: SweepServerOptions['isDue'],
): Promise<boolean> {
  const [state, ask] = await Promise.all([
    control.sweep(plan.name, link.server),
    control.sweepAsk(plan.name, link.server),
  ]);
  return state?.underWay !== undefined || isAsked(ask, state) || isDue(state, link.timeZone);
}
