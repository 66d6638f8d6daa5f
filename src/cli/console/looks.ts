/** Halts, parked records, a record's history and acts, as the page shows them. */
import { commandLine } from '../../composition/command-line.ts';
import { haltedIn, type HaltedPlace } from '../../composition/overview.ts';
import type { ActsAnswer } from '../../console/api/acts.ts';
import type { Halt, HaltAnswer, HaltsAnswer } from '../../console/api/halts.ts';
import type { HistoryAnswer } from '../../console/api/history.ts';
import type { ParkedAnswer } from '../../console/api/parked.ts';
import { actWords } from '../audit-command.ts';
import { foundAmong } from '../conflicts/found.ts';
import { haltWords, partsOf } from '../halt-words.ts';
import { type HistoryOf, historyOf } from '../history/looking.ts';
import type { StatePlace } from '../opened-state.ts';
import { causesOf, shownCause } from '../parked-list-command.ts';
import { type ParkedSelection, selectedParked } from '../parked-selection.ts';
import { Refused } from '../refused.ts';
import { fieldValue, shownConflict } from './conflicts.ts';
import type { Seen } from './seeing.ts';

export async function haltsAnswer({ configuration, state }: Seen, place: StatePlace): Promise<HaltsAnswer> {
  const [halted, halts] = await Promise.all([haltedIn(configuration, state.control), state.control.halts()]);
  const since = new Map(halts.map(({ id, at }) => [id, at]));
  return { halts: halted.map((one) => shownHalt(one, since.get(one.id), place)) };
}

/** Throws Refused. */
export async function haltAnswer(seen: Seen, place: StatePlace, id: string): Promise<HaltAnswer> {
  const { halts } = await haltsAnswer(seen, place);
  const halt = halts.find((one) => one.id === id.toLowerCase());
  if (halt === undefined) throw new Refused('not-halted', `there is no halt ${id} any more`);
  const stored = await seen.state.control.halt(halt.table, halt.server);
  const meeting = await seen.state.control.meeting(halt.table, halt.server);
  const met = halt.why === 'first-meeting' ? (meeting?.examples ?? []).map(({ key }) => key) : [];
  return { halt, examples: stored?.id === halt.id ? stored.examples : met };
}

function shownHalt(halted: HaltedPlace, since: number | undefined, place: StatePlace): Halt {
  const { id, table, server, why, figures, answer } = halted;
  const { more, ways } = partsOf(halted, place.stack);
  return {
    id,
    table,
    server,
    why,
    words: haltWords(halted),
    more,
    ...(since !== undefined && { since }),
    figures,
    ways: ways.map(({ what, when, command }) => ({
      answer: what,
      when,
      command: commandLine(command, place),
    })),
    ...(answer && { answered: answer }),
  };
}

/** Throws Refused. */
export async function parkedAnswer(
  { configuration, state }: Seen,
  { limit, ...selection }: ParkedSelection & { readonly limit: number },
): Promise<ParkedAnswer> {
  const parked = await selectedParked(state.control, configuration, selection);
  return { parked: parked.length, causes: causesOf(parked).map((cause) => shownCause(cause, limit)) };
}

/** Throws Refused. */
export async function historyAnswer({ configuration, state }: Seen, of: HistoryOf): Promise<HistoryAnswer> {
  const { known, past, versions, lost } = await historyOf(state, configuration, of);
  const { table, key, version, fields, deleted } = known.head;
  const found = await foundAmong(state, lost);
  return {
    table,
    key,
    version,
    fields: Object.entries(fields).map(([field, one]) => ({
      field,
      ...fieldValue(one),
      ...(one.held && {
        held: Object.fromEntries(
          Object.entries(one.held.candidates).map(([server, { value }]) => [server, value]),
        ),
      }),
    })),
    ...(deleted && {
      deleted: { server: deleted.origin, stamp: deleted.stamp, isKept: deleted.bare !== true },
    }),
    versions,
    end: past.end,
    ...(past.end !== 'more' && {
      oldest: {
        version: past.knownFrom,
        fields: Object.entries(past.oldest.fields).map(([field, one]) => ({ field, ...fieldValue(one) })),
      },
    }),
    conflicts: found.map(shownConflict),
  };
}

export async function actsAnswer({ state }: Seen, limit: number): Promise<ActsAnswer> {
  const acts = await state.control.acts(limit);
  return { acts: acts.map(({ keptMs: _keptMs, ...act }) => ({ ...act, words: actWords[act.what] })) };
}
