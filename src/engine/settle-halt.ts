/** How a halt comes to its end, by its kind: by itself, or as a person's answer asks, beyond the records that the halt is about. */
import { type Halt, isOtherFile } from '../core/halt.ts';
import { sends } from '../core/link.ts';
import { accepted, forgotten, trusted } from '../core/clock-trust.ts';
import { changeClock, isOver } from './clock-halts.ts';
import { endIfMended } from './drift.ts';
import type { Engine, Place } from './engine.ts';
import { forgetHidden } from './hidden-rows.ts';
import type { Pace } from './meet.ts';
import { proveMoved } from './moved.ts';
import { endHalt } from './raise.ts';
import type { Side } from './restored-moves.ts';
import { dropSweep, settleRestored } from './settle-restored.ts';

/** The halt as it is stored then; undefined where it has to be gone on with. May be begun anew at any time. */
export async function settleHalt(
  engine: Engine,
  place: Place,
  halt: Halt,
  pace: Pace,
  signal: AbortSignal,
): Promise<Halt | undefined> {
  const { table, server, kind, answer } = halt;
  if (kind === 'clock-step') await changeClock(engine, server, trusted);
  if (kind === 'other-zone')
    await changeClock(engine, server, answer?.what === 'approve' ? accepted : forgotten);
  if (kind === 'hidden-rows' && answer?.what === 'dismiss') await forgetHidden(engine, place);
  const isMigration = kind === 'migration';
  if (!isMigration && !isOtherFile(kind)) return halt;
  // Where a reading of the former file stopped says nothing of this one.
  if (isMigration) await engine.control.dropBookmark(table, server);
  const side = isMigration ? sideOfMigrated(place) : sideOf(halt);
  if (side === undefined) await dropSweep(engine, place);
  const settled =
    side === undefined ? halt : await settleRestored({ engine, place, halt, side, pace, signal });
  if (settled === undefined) return undefined;
  await forgetNewest(engine, place);
  if (isMigration) engine.report({ kind: 'remapped', table, server, figures: settled.figures });
  return settled;
}

/** One that ends by itself, or is looked at again since a person said so; undefined: an answer is to be carried out, or waited for. */
export async function lookAgain(
  engine: Engine,
  place: Place,
  halt: Halt,
  signal: AbortSignal,
): Promise<'done' | 'halted' | undefined> {
  if (halt.kind === 'schema-drift') return endIfMended(engine, place, halt, signal);
  if (halt.kind === 'moved') return proveMoved(engine, place, halt, signal);
  if (halt.moved && halt.answer?.what === 'dismiss') {
    await dropSweep(engine, place);
    return proveMoved(engine, place, halt, signal);
  }
  if (halt.kind !== 'clock-step' && halt.kind !== 'other-zone') return undefined;
  const state = await engine.control.clock(place.link.server);
  if (state === undefined || !isOver(halt, place, state)) return undefined;
  await endHalt(engine, halt);
  return 'done';
}

/** They may be of the other file: the next reading learns them anew. A reading that is under way begins anew too. */
async function forgetNewest({ control }: Engine, { plan, link }: Place): Promise<void> {
  const stored = await control.watermark(plan.name, link.server);
  if (stored?.newest === undefined) return;
  const { newest: _, generation, ...rest } = stored;
  await control.putWatermark({ ...rest, generation: generation + 1 });
}

/** A release brings edits with it, where the server sends any. */
const sideOfMigrated = ({ link }: Place): Side => (sends(link) ? 'merge' : 'refill');

/** Which side the answer means; a mended file is only looked at anew. */
const sideOf = ({ answer }: Halt): Side | undefined => {
  if (answer?.what === 'put-back') return 'refill';
  return answer?.what === 'approve' ? 'truth' : undefined;
};
