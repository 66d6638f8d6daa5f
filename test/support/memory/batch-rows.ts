import type { BatchId, BatchRow, Sending } from '../../../src/core/batch.ts';
import type { ServerName } from '../../../src/core/names.ts';
import type { BatchPlace, BatchRows } from '../../../src/ports/control.ts';
import { byBytes, frozen } from './frozen.ts';
import { Stores } from './stores.ts';

/** Open rows by id, in the order in which they were put. */
type Rows = Map<BatchId, BatchRow>;

export function memoryBatchRows(stores = new Stores()): BatchRows {
  const rows: Rows = stores.map<BatchRow>();
  return { ...making(rows), ...writing(rows), ...listing(rows) };
}

const change = (rows: Rows, row: BatchRow, changes: Partial<BatchRow>): BatchRow => {
  const changed = frozen({ ...row, ...changes });
  rows.set(row.id, changed);
  return changed;
};

const making = (rows: Rows): Pick<BatchRows, 'putBatches' | 'markReady' | 'markSent'> => ({
  async putBatches(given) {
    for (const row of given) {
      if (rows.has(row.id)) throw new Error(`there is a batch row ${row.id} already`);
      rows.set(row.id, frozen(row));
    }
  },
  async markReady(ids, sentAt) {
    for (const id of ids) {
      const row = rows.get(id);
      if (row?.state === 'preparing') change(rows, row, { state: 'ready', sentAt, rev: row.rev + 1 });
    }
  },
  async markSent(given, now) {
    return given.flatMap(({ id, sentAt }) => {
      const row = rows.get(id);
      if (row?.state !== 'ready' || row.sentAt !== sentAt) return [];
      change(rows, row, { sentAt: now });
      return [id];
    });
  },
});

const writing = (
  rows: Rows,
): Pick<BatchRows, 'claim' | 'appendSending' | 'withdrawSending' | 'defer' | 'close'> => ({
  async claim(id) {
    const row = rows.get(id);
    if (row === undefined) return undefined;
    return change(rows, row, { attempts: row.attempts + 1, rev: row.rev + 1, state: 'ready' });
  },
  async appendSending(id, rev, sending) {
    const row = rows.get(id);
    if (row?.rev !== rev) return undefined;
    return change(rows, row, { rev: rev + 1, sending: [...row.sending, ...sending] }).rev;
  },
  async withdrawSending(id, rev, over) {
    const row = rows.get(id);
    if (row?.rev !== rev) return undefined;
    const isOver = ({ key, at }: Sending): boolean => over.some((one) => one.key === key && one.at === at);
    return change(rows, row, { rev: rev + 1, sending: row.sending.filter((entry) => !isOver(entry)) }).rev;
  },
  async defer(id, rev, notBefore) {
    const row = rows.get(id);
    if (row?.rev !== rev) return false;
    change(rows, row, { rev: rev + 1, notBefore });
    return true;
  },
  async close(id, rev) {
    return rows.get(id)?.rev === rev && rows.delete(id);
  },
});

const inOrder = (a: BatchPlace, b: BatchPlace): number => a.createdAt - b.createdAt || byBytes(a.id, b.id);

const openOf = (rows: Rows, server: ServerName): readonly BatchRow[] =>
  [...rows.values()].filter((row) => row.server === server);

const listing = (
  rows: Rows,
): Pick<BatchRows, 'batch' | 'openBatches' | 'sendingOf' | 'backlog' | 'backlogPlaces'> => ({
  async batch(id) {
    return rows.get(id);
  },
  async openBatches(server, limit, after) {
    return openOf(rows, server)
      .filter((row) => after === undefined || inOrder(row, after) > 0)
      .toSorted(inOrder)
      .slice(0, limit);
  },
  async sendingOf(table, server, keys) {
    const wanted = new Set(keys);
    const all = openOf(rows, server)
      .filter((row) => row.table === table)
      .flatMap((row): readonly Sending[] => row.sending);
    return Map.groupBy(
      all.filter((entry) => wanted.has(entry.key)),
      (entry) => entry.key,
    );
  },
  async backlog() {
    const of = Map.groupBy(rows.values(), (row) => row.server);
    return new Map([...of].map(([server, open]) => [server, backlogOf(open)]));
  },
  async backlogPlaces() {
    const of = Map.groupBy(rows.values(), ({ table, server }) => JSON.stringify([table, server]));
    return [...of.values()].flatMap((open) => {
      const { rows: _, ...backlog } = backlogOf(open);
      return open.slice(0, 1).map(({ table, server }) => ({ table, server, ...backlog }));
    });
  },
});

const backlogOf = (open: readonly BatchRow[]) => ({
  rows: open.length,
  keys: open.reduce((sum, row) => sum + row.keys.length, 0),
  oldestChangeAt: Math.min(...open.map((row) => row.oldestChangeAt)),
});
