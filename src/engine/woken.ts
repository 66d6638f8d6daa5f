/**
 * Readings that FileMaker's own webhooks bring about, beside those of the schedule.
 *
 *   R1  A hint moves no watermark that its reading does not, and nothing waits for one: what no hook told of is found by the
 *       schedule, and counted.
 */
import { isMissed } from '../core/hint.ts';
import type { Interval } from '../core/interval.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import { orHalt } from './drift.ts';
import { type Engine, type Place, type PlaceName, placeOf } from './engine.ts';
import { enumerate } from './enumerate.ts';
import type { Hints } from './hints.ts';
import { isMet } from './meet.ts';
import type { PlaceTurns } from './place-turns.ts';

/** What wakes a process, and what it needs to know of it. */
export type Wake = {
  readonly hints: Hints;
  /** Since when a webhook tells of that table; undefined: none does. */
  readonly standsSince: (place: PlaceName) => EpochMs | undefined;
};

const placeName = ({ plan, link }: Place): PlaceName => ({ table: plan.name, server: link.server });

/** Waits for the next table of the server that is due, and reads what changed of it. Throws ServerError. */
export async function readWoken(
  engine: Engine,
  server: ServerName,
  { hints }: Pick<Wake, 'hints'>,
  turns: PlaceTurns,
  stop: AbortSignal,
): Promise<void> {
  const table = await hints.due(server, stop);
  const place = placeOf(engine, table, server);
  await hints.reading({ table, server }, async () => {
    let changes = 0;
    const changed = (): void => {
      changes += 1;
    };
    // What is met is met by the schedule.
    if (place !== undefined && (await isMet(engine, place)))
      await turns.inTurn(place, async () => {
        await orHalt(engine, place, () => enumerate(engine, place, stop, { changed }), stop);
      });
    return changes > 0;
  });
}

/** Counts, of a reading by the schedule, what a hook should have told of; tells it at the end. */
export function missedIn(
  engine: Engine,
  place: Place,
  { hints, standsSince }: Wake,
): { readonly changed: (at: Interval) => void; readonly tell: () => void } {
  const name = placeName(place);
  const known = {
    lastHintAt: hints.lastAt(name),
    standsSince: standsSince(name),
    readFrom: engine.clock.now(),
  };
  let changes = 0;
  return {
    changed: (at) => {
      if (isMissed(at, known)) changes += 1;
    },
    tell: () => {
      if (changes > 0) engine.report({ kind: 'hooks-missed', ...name, changes });
    },
  };
}
