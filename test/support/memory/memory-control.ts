import type { BatchId, BatchRow, Sending } from '../../../src/core/batch.ts';
import type { ClockState, UserClock } from '../../../src/core/clock-state.ts';
import type { Conflict, Parked } from '../../../src/core/conflict.ts';
import type { Meeting } from '../../../src/core/first-meeting.ts';
import type { EpochMs, Key, ServerName, TableName } from '../../../src/core/names.ts';
import type { RunRecord } from '../../../src/core/run-record.ts';
import type { Watermark } from '../../../src/core/watermark.ts';
import type { Control } from '../../../src/ports/control.ts';

const named = (...parts: readonly string[]): string => JSON.stringify(parts);
const copy = <Item>(item: Item): Item => structuredClone(item);
const latestFirst = <Item extends { readonly at: EpochMs }>(items: Iterable<Item>, limit: number): Item[] =>
  copy([...items].toSorted((a, b) => b.at - a.at).slice(0, limit));

export class MemoryControl implements Control {
  readonly #batches = new Map<BatchId, BatchRow>();
  readonly #watermarks = new Map<string, Watermark>();
  readonly #clocks = new Map<ServerName, ClockState[]>();
  readonly #userClocks = new Map<string, UserClock>();
  readonly #conflicts = new Map<string, Conflict>();
  readonly #parked = new Map<string, Parked>();
  readonly #meetings = new Map<string, Meeting>();
  readonly #runs = new Map<string, RunRecord>();
  readonly #leases = new Map<string, { readonly holder: string; readonly until: EpochMs }>();

  async putBatches(rows: readonly BatchRow[]): Promise<void> {
    for (const row of rows) this.#batches.set(row.id, copy(row));
  }

  async markReady(ids: readonly BatchId[], sentAt: EpochMs): Promise<void> {
    for (const id of ids) {
      const row = this.#batches.get(id);
      if (row?.state === 'preparing') this.#change(row, { state: 'ready', sentAt });
    }
  }

  async batch(id: BatchId): Promise<BatchRow | undefined> {
    return copy(this.#batches.get(id));
  }

  async claim(id: BatchId): Promise<BatchRow | undefined> {
    const row = this.#batches.get(id);
    return row && this.#change(row, { attempts: row.attempts + 1, state: 'ready' });
  }

  async appendSending(id: BatchId, rev: number, sending: readonly Sending[]): Promise<number | undefined> {
    const row = this.#at(id, rev);
    return row && this.#change(row, { sending: [...row.sending, ...copy(sending)] }).rev;
  }

  async defer(id: BatchId, rev: number, notBefore: EpochMs): Promise<boolean> {
    const row = this.#at(id, rev);
    if (row) this.#change(row, { notBefore });
    return row !== undefined;
  }

  async close(id: BatchId, rev: number): Promise<boolean> {
    return this.#at(id, rev) !== undefined && this.#batches.delete(id);
  }

  async markSent(
    rows: readonly { readonly id: BatchId; readonly sentAt: EpochMs }[],
    now: EpochMs,
  ): Promise<readonly BatchId[]> {
    const marked = rows.filter(({ id, sentAt }) => {
      const row = this.#batches.get(id);
      if (row?.state !== 'ready' || row.sentAt !== sentAt) return false;
      this.#batches.set(id, { ...row, sentAt: now });
      return true;
    });
    return marked.map(({ id }) => id);
  }

  async openBatches(server: ServerName, limit: number): Promise<readonly BatchRow[]> {
    const rows = [...this.#batches.values()].filter((row) => row.server === server);
    return copy(rows.toSorted((a, b) => a.createdAt - b.createdAt).slice(0, limit));
  }

  async sendingOf(
    table: TableName,
    server: ServerName,
    keys: readonly Key[],
  ): Promise<ReadonlyMap<Key, readonly Sending[]>> {
    const all = [...this.#batches.values()]
      .filter((row) => row.table === table && row.server === server)
      .flatMap((row) => row.sending)
      .filter((sending) => keys.includes(sending.key));
    return copy(Map.groupBy(all, (sending) => sending.key));
  }

  async backlog(): ReturnType<Control['backlog']> {
    const byServer = Map.groupBy(this.#batches.values(), (row) => row.server);
    return new Map(
      [...byServer].map(([server, rows]) => [
        server,
        {
          rows: rows.length,
          keys: rows.reduce((sum, row) => sum + row.keys.length, 0),
          oldestChangeAt: Math.min(...rows.map((row) => row.oldestChangeAt)),
        },
      ]),
    );
  }

  async watermark(table: TableName, server: ServerName): Promise<Watermark | undefined> {
    return copy(this.#watermarks.get(named(table, server)));
  }

  async putWatermark(watermark: Watermark): Promise<boolean> {
    const name = named(watermark.table, watermark.server);
    if ((this.#watermarks.get(name)?.generation ?? 0) !== watermark.generation - 1) return false;
    this.#watermarks.set(name, copy(watermark));
    return true;
  }

  async clock(server: ServerName): Promise<ClockState | undefined> {
    return copy(this.#clocks.get(server)?.at(-1));
  }

  async putClock(state: ClockState): Promise<boolean> {
    const history = this.#clocks.get(state.server) ?? [];
    if ((history.at(-1)?.rev ?? 0) !== state.rev - 1) return false;
    this.#clocks.set(state.server, [...history, copy(state)]);
    return true;
  }

  async clockHistory(server: ServerName, limit: number): Promise<readonly ClockState[]> {
    return copy((this.#clocks.get(server) ?? []).toReversed().slice(0, limit));
  }

  async userClock(table: TableName, server: ServerName): Promise<UserClock | undefined> {
    return copy(this.#userClocks.get(named(table, server)));
  }

  async putUserClock(state: UserClock): Promise<void> {
    this.#userClocks.set(named(state.table, state.server), copy(state));
  }

  async putConflicts(conflicts: readonly Conflict[]): Promise<void> {
    for (const conflict of conflicts) this.#conflicts.set(conflict.id, copy(conflict));
  }

  async conflicts(limit: number): Promise<readonly Conflict[]> {
    const byId = [...this.#conflicts.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
    return latestFirst(byId, limit);
  }

  async countConflicts(): Promise<number> {
    return this.#conflicts.size;
  }

  async park(parked: readonly Parked[]): Promise<void> {
    for (const one of parked) this.#parked.set(named(one.table, one.server, one.key), copy(one));
  }

  async unpark(table: TableName, server: ServerName, keys: readonly Key[]): Promise<void> {
    for (const key of keys) this.#parked.delete(named(table, server, key));
  }

  async parked(limit: number): Promise<readonly Parked[]> {
    return latestFirst(this.#parked.values(), limit);
  }

  async parkedAmong(
    table: TableName,
    server: ServerName,
    keys: readonly Key[],
  ): Promise<ReadonlyMap<Key, Parked>> {
    return new Map(
      keys.flatMap((key) => {
        const one = this.#parked.get(named(table, server, key));
        return one === undefined ? [] : [[key, copy(one)] as const];
      }),
    );
  }

  async countParked(): Promise<number> {
    return this.#parked.size;
  }

  async meeting(table: TableName, server: ServerName): Promise<Meeting | undefined> {
    return copy(this.#meetings.get(named(table, server)));
  }

  async putMeeting(meeting: Meeting): Promise<void> {
    this.#meetings.set(named(meeting.table, meeting.server), copy(meeting));
  }

  async meetings(): Promise<readonly Meeting[]> {
    return copy([...this.#meetings.values()]);
  }

  async putRun(run: RunRecord): Promise<void> {
    this.#runs.set(run.id, copy(run));
  }

  async runs(limit: number): Promise<readonly RunRecord[]> {
    return copy([...this.#runs.values()].toSorted((a, b) => b.startedAt - a.startedAt).slice(0, limit));
  }

  async takeLease(name: string, holder: string, ms: number, now: EpochMs): Promise<boolean> {
    const held = this.#leases.get(name);
    if (held && held.holder !== holder && held.until > now) return false;
    this.#leases.set(name, { holder, until: now + ms });
    return true;
  }

  async dropLease(name: string, holder: string): Promise<void> {
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name);
  }

  #at(id: BatchId, rev: number): BatchRow | undefined {
    const row = this.#batches.get(id);
    return row?.rev === rev ? row : undefined;
  }

  #change(row: BatchRow, change: Partial<BatchRow>): BatchRow {
    const changed = { ...row, ...change, rev: row.rev + 1 };
    this.#batches.set(row.id, changed);
    return copy(changed);
  }
}
