/** What the records of many writes look like: rows by record id for those that are there, by key for those that are made. */
import type { BulkWrite, WriteOutcome } from '../../ports/server.ts';
import type { EpochMs, Key, RecordId } from '../../core/names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Columns, RowState } from './columns.ts';
import type { Firsts } from './firsts.ts';
import { keyGroups, keyQuestion, rowGroups, rowQuestion } from './key-looks.ts';
import type { Operation, Part } from './multipart.ts';
import type { Asked, Rows } from './rows.ts';
import { outcomeOfUpdate } from './writes.ts';

/**
 * How a write stands. `fresh`: not sent yet. `maybe`: sent, and not answered. `done`: the server says so. `idle`: it says so of an update
 * or a delete, but that no record was concerned.
 */
export type Standing = 'fresh' | 'maybe' | 'done' | 'idle';

export type Seen = {
  /** When it was asked for: what somebody did since is not in it. */
  readonly at: EpochMs;
  readonly columns: Columns;
  readonly byId: ReadonlyMap<RecordId, RowState>;
  readonly byKey: ReadonlyMap<Key, readonly unknown[]>;
};

const nothing: Asked = { $select: 'ROWID', $top: '0' };

/** For a key that is to be made: more rows than one are too many. */
const rowsForAKey = 3;

export class BulkLook {
  readonly #rows: Rows;
  readonly #firsts: Firsts;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(rows: Rows, firsts: Firsts, clock: Pick<Clock, 'now'>) {
    this.#rows = rows;
    this.#firsts = firsts;
    this.#clock = clock;
  }

  /** By ROWID where a filter on it shows any of them; by keys otherwise. */
  async at(writes: readonly BulkWrite[], signal: AbortSignal): Promise<Seen> {
    const { manners } = this.#rows.parts;
    const byRow = manners.has('rowFilter');
    const seen = await this.#at(writes, byRow, signal);
    const known = writes.flatMap((write) => (write.kind === 'create' ? [] : write.recordId));
    if (!byRow || known.length === 0 || manners.isProven('rowFilter')) return seen;
    const showsAny = ({ byId }: Seen): boolean => known.some((id) => byId.has(id));
    if (showsAny(seen)) manners.prove('rowFilter');
    if (showsAny(seen)) return seen;
    const byKeys = await this.#at(writes, false, signal);
    if (showsAny(byKeys)) manners.leaveOff('rowFilter');
    return byKeys;
  }

  /** By one batch, whose age is known to when it left, or one by one where that is refused. */
  async #at(writes: readonly BulkWrite[], byRow: boolean, signal: AbortSignal): Promise<Seen> {
    const seen = await this.#together(writes, byRow, signal);
    if (seen !== undefined) return seen;
    const { manners } = this.#rows.parts;
    const at = this.#clock.now();
    const rows: unknown[] = [];
    for (const one of this.#asked(writes, byRow)) {
      const uses = byRow ? (['rowFilter'] as const) : [];
      const shown = await this.#rows.read(
        uses,
        (_, has) => (byRow && !has('rowFilter') ? nothing : one),
        signal,
      );
      if (byRow && !manners.has('rowFilter')) return this.#at(writes, false, signal);
      rows.push(...shown.rows);
    }
    return this.#seen(rows, at);
  }

  async #together(
    writes: readonly BulkWrite[],
    byRow: boolean,
    signal: AbortSignal,
  ): Promise<Seen | undefined> {
    const asked = this.#asked(writes, byRow);
    const { batches, place } = this.#rows.parts;
    if (asked.length === 0 || !batches.areTaken) return undefined;
    const answer = await batches.read(
      place,
      asked.map((one) => this.#rows.get(one)),
      signal,
      'soon',
    );
    return answer && this.seenIn(answer.parts, asked.length, answer.sentAt);
  }

  /** As parts of a batch. */
  questions(writes: readonly BulkWrite[]): readonly Operation[] {
    const byRow = this.#rows.parts.manners.isProven('rowFilter');
    return this.#asked(writes, byRow).map((one) => this.#rows.get(one));
  }

  #asked(writes: readonly BulkWrite[], byRow: boolean): readonly Asked[] {
    const columns = this.#rows.columns();
    const select = columns.stateSelect();
    const made = this.#firsts.select(columns);
    const ids = writes.flatMap((write) => (write.kind === 'create' || !byRow ? [] : write.recordId));
    const keys = writes.flatMap(({ kind, key }) => (kind === 'create' || !byRow ? key : []));
    return [
      ...rowGroups(ids, select).map((group) => rowQuestion(group, select)),
      ...keyGroups(columns, keys, () => made).map((group) =>
        keyQuestion(columns, group, made, group.length * rowsForAKey),
      ),
    ];
  }

  /** Undefined where not all of it is there. */
  seenIn(parts: readonly Part[], count: number, at: EpochMs): Seen | undefined {
    const all = parts.map((part) => this.#rows.rowsIn(part));
    const rows = all.flatMap((one) => one ?? []);
    return all.length === count && all.every((one) => one !== undefined) ? this.#seen(rows, at) : undefined;
  }

  #seen(rows: readonly unknown[], at: EpochMs): Seen {
    const columns = this.#rows.columns();
    const states = rows.map((row) => ({ row, state: columns.state(row) }));
    return {
      at,
      columns,
      byId: new Map(states.map(({ state }) => [state.recordId, state])),
      byKey: Map.groupBy(rows, (row) => columns.state(row).key),
    };
  }

  /** `as-it-was`: nothing was done to it. */
  outcome(write: BulkWrite, state: Standing, seen: Seen): WriteOutcome | 'as-it-was' {
    if (write.kind === 'create') {
      const rows = seen.byKey.get(write.key) ?? [];
      if (rows.length === 0) return state === 'done' ? unknown : 'as-it-was';
      return state === 'done' ? this.#firsts.outcome(seen.columns, rows, write.key, write.values) : unknown;
    }
    const row = seen.byId.get(write.recordId);
    const isIdle = state === 'idle';
    if (isIdle && row === undefined) return { kind: 'missing' };
    if (isIdle || (state === 'done' && write.kind === 'update'))
      return outcomeOfUpdate(write.recordId, write.modId, row, isIdle);
    if (state === 'done') return row === undefined ? { kind: 'removed' } : unknown;
    if (row === undefined) return state === 'fresh' ? { kind: 'missing' } : unknown;
    if (row.modId === write.modId && row.key === write.key) return 'as-it-was';
    return state === 'fresh' ? { kind: 'moved' } : unknown;
  }
}

const unknown: WriteOutcome = { kind: 'unknown' };
