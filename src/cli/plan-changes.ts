/** What a changed configuration would do, in words of an administrator: for `serversync plan`. */
import { type Change, withoutRenamed } from '../composition/changes.ts';
import { isSamePlace, type PlaceName } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import { movedLine, renamedLines } from './event-lines.ts';
import type { Tally } from './tally.ts';
import { count } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';

/** A table of a server that is read as a whole: when it joins, or for the sake of a field. */
export type ReadWhole = PlaceName & { readonly records: number };

/** Of the readings of a run, those of whole tables. */
export class WholeReadings {
  readonly #found = new Map<string, ReadWhole>();

  add(event: EngineEvent): void {
    if (event.kind !== 'read' || !['first-meeting', 'first-read'].includes(event.phase)) return;
    const { table, server, total } = event;
    this.#found.set(JSON.stringify([table, server]), { table, server, records: total });
  }

  get all(): readonly ReadWhole[] {
    return [...this.#found.values()];
  }
}

export type PlannedChanges = {
  readonly changes: readonly Change[];
  readonly readWhole: readonly ReadWhole[];
  readonly moved: Tally['moved'];
  readonly renamed: Tally['renamed'];
  /** What waited for servers that leave. */
  readonly closed: Tally['left'];
};

/** `isWanted`: of those tables and servers only; what is of fields is told in any case. */
export function plannedChanges(
  found: readonly Change[],
  { moved, renamed, left }: Pick<Tally, 'moved' | 'renamed' | 'left'>,
  readWhole: readonly ReadWhole[],
  isWanted: (place: PlaceName) => boolean,
): PlannedChanges {
  const changes = renamed.reduce((all, { table, to }) => withoutRenamed(all, table, to), found);
  return {
    changes: changes.filter((one) => one.kind === 'field' || isWanted(one)),
    readWhole: readWhole.filter(isWanted),
    moved: moved.filter(isWanted),
    renamed,
    closed: left.filter(isWanted),
  };
}

/** What is known beside the changes, so that they are told as what they are. */
export type Circumstances = {
  /** Nothing was in step before: everything is new. */
  readonly isFirst: boolean;
  readonly isPaused: (place: PlaceName) => boolean;
  /** Records would be created there: nothing is before all that it holds was read. */
  readonly isFilled: (place: PlaceName) => boolean;
  /** It was read to its end in the run that was played. */
  readonly isRead: (place: PlaceName) => boolean;
};

const heading = ({ isFirst }: Circumstances): string =>
  isFirst
    ? 'Nothing was synchronized yet, and everything is new:'
    : 'The configuration is another one than that of the last run:';

export function changeLines(planned: PlannedChanges, beside: Circumstances): readonly string[] {
  const { changes, readWhole, moved, renamed } = planned;
  const joining = changes.filter((one) => one.kind === 'joins');
  const lines = [
    ...changes.map((change) => lineOf(change, planned, beside)),
    ...moved.map(movedLine),
    ...renamed.flatMap(renamedLines),
    ...readWhole
      .filter((place) => !joining.some((one) => isSamePlace(one, place)))
      .map(
        ({ table, server, records }) =>
          `${table} on ${server}: all of its ${count(records, 'record')} would be read`,
      ),
  ];
  if (lines.length === 0) return [];
  return [heading(beside), ...lines.flatMap(indented), ''];
}

const indented = (line: string): readonly string[] =>
  wrapped(line, '    ').map((part, at) => (at === 0 ? part.replace('    ', '  ') : part));

function lineOf(change: Change, { readWhole, closed }: PlannedChanges, beside: Circumstances): string {
  if (change.kind === 'field') return fieldLine(change);
  const { table, server } = change;
  const of = `${table} on ${server}`;
  const at = (one: PlaceName): boolean => isSamePlace(one, change);
  switch (change.kind) {
    case 'joins': {
      const read = readWhole.find(at)?.records;
      const how =
        read === undefined ? unreadWords(change, beside) : `its ${count(read, 'record')} would be read`;
      return `${of} joins (${change.role}): ${how}`;
    }
    case 'returns':
      return `${of} comes back (${change.role}): ${count(change.records, 'record')} are known there; it gets what changed meanwhile`;
    case 'leaves': {
      const { waiting = 0, parked = 0 } = closed.find(at) ?? {};
      const ends = `${count(waiting, 'record')} that ${waiting === 1 ? 'waits' : 'wait'} for it and ${count(parked, 'parked record')} would be closed`;
      return `${of} leaves: ${ends}; what is known of its ${count(change.records, 'record')} is kept until serversync forget`;
    }
    case 'role':
      return `${of}: the role ${change.now}, it was ${change.was}: ${roleWords[change.now]}${sinceWords(change)}`;
    case 'share':
      return `${of}: ${shareWords(change)}`;
  }
}

/** Where no record was read. */
function unreadWords(place: PlaceName, { isPaused, isFilled, isRead }: Circumstances): string {
  if (isPaused(place)) return 'paused, and read once that is over';
  if (isFilled(place)) return 'it is empty, and is filled';
  if (isRead(place)) return 'it is empty';
  return 'not read in this run, since it waits for other servers';
}

const roleWords = {
  both: 'its changes go to the others, and it gets theirs',
  send: 'its changes go to the others, and nothing is written there',
  receive: 'it gets the changes of the others, and its own count for nobody',
} as const;

/** What only received so far was not read, or not since it last sent. */
const sinceWords = ({ was }: Extract<Change, { kind: 'role' }>): string =>
  was === 'receive' ? '; what was made or edited there meanwhile is read, and counts from now on' : '';

const shareWords = ({ had, has }: Extract<Change, { kind: 'share' }>): string => {
  if (!has) return 'every record belongs there, and no share any more';
  return had
    ? 'another share of the records belongs there (where, leave)'
    : 'a share of the records belongs there, and not all';
};

function fieldLine({ table, field, was, now }: Extract<Change, { kind: 'field' }>): string {
  const from = was === 'left' ? '' : `, it was ${uses[was]}`;
  return `${table}: ${field} is ${uses[now]}${from}`;
}

const uses = {
  synced: 'kept the same on all servers',
  createOnly: 'sent with a new record only',
  left: 'left as each server has it',
} as const;
