/** All that the state holds about one record, for whoever asks what that is. Asks no server. */
import type { Act } from '../core/act.ts';
import type { Conflict } from '../core/conflict.ts';
import type { HeldOf } from '../core/forgetting.ts';
import type { HistoryEntry } from '../core/history.ts';
import type { MeetingExample } from '../core/first-meeting.ts';
import type { ServerName } from '../core/names.ts';
import { allHistory } from './all-history.ts';
import type { Engine } from './engine.ts';
import { isShownIn } from './forget-traces.ts';
import { heldOf, type RecordOn } from './held-of-record.ts';

export type Exported = HeldOf & {
  /** The newest first, those of attempts that came to nothing among them. */
  readonly history: readonly HistoryEntry[];
  readonly conflicts: readonly Conflict[];
  /** Values that are shown of a halted first meeting. */
  readonly examples: readonly { readonly server: ServerName; readonly example: MeetingExample }[];
  /** What people decided about it, as far back as the trail goes. */
  readonly acts: readonly Act[];
};

/** More than people do in the time for which acts are kept. */
export const mostActs = 1_000_000;

/** Halts are those that show it as an example. */
export async function exportRecord(
  { records, control }: Pick<Engine, 'records' | 'control'>,
  wanted: RecordOn,
): Promise<Exported> {
  const { table, key } = wanted;
  const held = await heldOf({ records, control }, wanted);
  const meetings = (await control.meetings()).filter((one) => one.table === table);
  const acts = await control.acts(mostActs);
  return {
    ...held,
    halts: held.halts.filter((halt) => isShownIn(halt, key)),
    history: await allHistory(control, table, key),
    conflicts: (await control.conflictsOf(table, key)).toSorted((a, b) => b.at - a.at),
    examples: meetings.flatMap(({ server, examples }) =>
      examples.filter((one) => one.key === key).map((example) => ({ server, example })),
    ),
    acts: acts.filter((act) => act.table === table && act.key === key),
  };
}

/** Whether anything at all is held. */
export const isHeld = ({ head, halts, ...lists }: Exported): boolean =>
  head !== undefined || halts.length > 0 || Object.values(lists).some((list) => list.length > 0);
