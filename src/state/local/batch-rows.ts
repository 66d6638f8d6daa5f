/**
 * Batch rows. What a row is sending lies in a table of its own, one row for each key, so that it is found by key;
 * it goes with the batch row, in one transaction.
 */
import type { BatchId, BatchRow, Sending } from '../../core/batch.ts';
import type { BatchPlace, BatchRows } from '../../ports/control.ts';
import { someByKey } from './by-keys.ts';
import { numeric, type Row, text, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { batchKeysFrom, sendingFrom } from './stored-values.ts';

const sql = {
  put: `INSERT INTO batches (id, tbl, server, state, rev, attempts, not_before, sent_at, created_at,
    oldest_change_at, key_count, keys) VALUES (:id, :table, :server, :state, :rev, :attempts, :notBefore, :sentAt,
    :createdAt, :oldestChangeAt, :keyCount, :keys)`,
  markReady: `UPDATE batches SET state = 'ready', sent_at = ?, rev = rev + 1 WHERE id = ? AND state = 'preparing'`,
  markSent: `UPDATE batches SET sent_at = ? WHERE id = ? AND sent_at = ? AND state = 'ready'`,
  read: 'SELECT * FROM batches WHERE id = ?',
  open: `SELECT * FROM batches WHERE server = :server AND (created_at, id) > (:createdAt, :id)
    ORDER BY created_at, id LIMIT :limit`,
  claim: `UPDATE batches SET attempts = attempts + 1, rev = rev + 1, state = 'ready' WHERE id = ? RETURNING *`,
  touch: 'UPDATE batches SET rev = rev + 1 WHERE id = ? AND rev = ? RETURNING tbl, server, rev',
  defer: 'UPDATE batches SET rev = rev + 1, not_before = ? WHERE id = ? AND rev = ?',
  close: 'DELETE FROM batches WHERE id = ? AND rev = ?',
  // By an index alone: whole rows of a receiver that is down would be read for each page of a listing.
  backlog: `SELECT server, count(*) AS open, sum(key_count) AS keys, min(oldest_change_at) AS oldest
    FROM batches GROUP BY server`,
  places: `SELECT tbl, server, sum(key_count) AS keys, min(oldest_change_at) AS oldest
    FROM batches GROUP BY tbl, server`,
};

const sendingOfSql = (keys: string): string =>
  `SELECT value FROM sending WHERE tbl = ? AND server = ? AND key IN (${keys}) ORDER BY key, sequence`;

const sendingSql = {
  append: 'INSERT INTO sending (batch, tbl, server, key, value) VALUES (?, ?, ?, ?, ?)',
  ofBatch: 'SELECT value FROM sending WHERE batch = ? ORDER BY sequence',
  withdraw:
    "DELETE FROM sending WHERE tbl = ? AND server = ? AND key = ? AND batch = ? AND json_extract(value, '$.at') = ?",
  drop: 'DELETE FROM sending WHERE batch = ?',
};

export function batchRowsIn(file: StateFile): BatchRows {
  const ofBatch = file.prepare(sendingSql.ofBatch);
  const rowOf = (row: Row): BatchRow => batchRow(row, valuesOf(ofBatch.all(text(row['id'])), sendingFrom));
  return {
    ...makingIn(file),
    ...listingIn(file, rowOf),
    ...writingIn(file, rowOf),
    ...sendingIn(file),
  };
}

function makingIn(file: StateFile): Pick<BatchRows, 'putBatches' | 'markReady' | 'markSent'> {
  const put = file.prepare(sql.put);
  const markReady = file.prepare(sql.markReady);
  const markSent = file.prepare(sql.markSent);
  return {
    async putBatches(rows) {
      file.transaction(() => rows.forEach((row) => put.run(columnsOf(row))));
    },
    async markReady(ids, sentAt) {
      file.transaction(() => ids.forEach((id) => markReady.run(sentAt, id)));
    },
    async markSent(rows, now) {
      return file.transaction(() =>
        rows.filter(({ id, sentAt }) => markSent.run(now, id, sentAt).changes === 1).map(({ id }) => id),
      );
    },
  };
}

const beforeAll: BatchPlace = { createdAt: Number.MIN_SAFE_INTEGER, id: '' };

function listingIn(
  file: StateFile,
  rowOf: (row: Row) => BatchRow,
): Pick<BatchRows, 'batch' | 'openBatches' | 'backlog' | 'backlogPlaces'> {
  const read = file.prepare(sql.read);
  const open = file.prepare(sql.open);
  const backlog = file.prepare(sql.backlog);
  const places = file.prepare(sql.places);
  return {
    async batch(id) {
      return file.transaction(() => optional(read.get(id), rowOf));
    },
    async openBatches(server, limit, { createdAt, id } = beforeAll) {
      return file.transaction(() => open.all({ server, createdAt, id, limit }).map(rowOf));
    },
    async backlog() {
      return new Map(backlog.all().map((row) => [text(row['server']), backlogOf(row)]));
    },
    async backlogPlaces() {
      return places.all().map((row) => ({
        table: text(row['tbl']),
        server: text(row['server']),
        keys: numeric(row['keys']),
        oldestChangeAt: numeric(row['oldest']),
      }));
    },
  };
}

function writingIn(
  file: StateFile,
  rowOf: (row: Row) => BatchRow,
): Pick<BatchRows, 'claim' | 'appendSending' | 'withdrawSending' | 'defer' | 'close'> {
  const claim = file.prepare(sql.claim);
  const defer = file.prepare(sql.defer);
  const close = file.prepare(sql.close);
  const drop = file.prepare(sendingSql.drop);
  const { append, withdraw } = appendingIn(file);
  return {
    async claim(id) {
      return file.transaction(() => optional(claim.get(id), rowOf));
    },
    async appendSending(id, rev, sending) {
      return file.transaction(() => append(id, rev, sending));
    },
    async withdrawSending(id, rev, sending) {
      return file.transaction(() => withdraw(id, rev, sending));
    },
    async defer(id, rev, notBefore) {
      return defer.run(notBefore, id, rev).changes === 1;
    },
    async close(id, rev) {
      return file.transaction(() => {
        const closed = close.run(id, rev).changes === 1;
        if (closed) drop.run(id);
        return closed;
      });
    },
  };
}

type ChangeSending = (id: BatchId, rev: number, sending: readonly Sending[]) => number | undefined;

function appendingIn(file: StateFile): { readonly append: ChangeSending; readonly withdraw: ChangeSending } {
  const touch = file.prepare(sql.touch);
  const append = file.prepare(sendingSql.append);
  const withdraw = file.prepare(sendingSql.withdraw);
  return {
    append(id, rev, sending) {
      const row = touch.get(id, rev);
      if (row === undefined) return undefined;
      const [table, server] = [text(row['tbl']), text(row['server'])];
      for (const entry of sending) append.run(id, table, server, entry.key, JSON.stringify(entry));
      return numeric(row['rev']);
    },
    withdraw(id, rev, sending) {
      const row = touch.get(id, rev);
      if (row === undefined) return undefined;
      // By table and server too: else all that the batch announced is looked through for each key.
      for (const { key, at } of sending) withdraw.run(text(row['tbl']), text(row['server']), key, id, at);
      return numeric(row['rev']);
    },
  };
}

function sendingIn(file: StateFile): Pick<BatchRows, 'sendingOf'> {
  const ofKey = someByKey(file, sendingOfSql, sendingFrom);
  return {
    async sendingOf(table, server, keys) {
      return ofKey([table, server], keys);
    },
  };
}

const optional = (row: Row | undefined, read: (row: Row) => BatchRow): BatchRow | undefined =>
  row === undefined ? undefined : read(row);

const columnsOf = (row: BatchRow) => ({
  id: row.id,
  table: row.table,
  server: row.server,
  state: row.state,
  rev: row.rev,
  attempts: row.attempts,
  notBefore: row.notBefore,
  sentAt: row.sentAt,
  createdAt: row.createdAt,
  oldestChangeAt: row.oldestChangeAt,
  keyCount: row.keys.length,
  keys: JSON.stringify(row.keys),
});

const batchRow = (row: Row, sending: readonly Sending[]): BatchRow => ({
  id: text(row['id']),
  table: text(row['tbl']),
  server: text(row['server']),
  keys: batchKeysFrom(row['keys']),
  state: row['state'] === 'ready' ? 'ready' : 'preparing',
  rev: numeric(row['rev']),
  sending,
  attempts: numeric(row['attempts']),
  notBefore: numeric(row['not_before']),
  sentAt: numeric(row['sent_at']),
  createdAt: numeric(row['created_at']),
  oldestChangeAt: numeric(row['oldest_change_at']),
});

const backlogOf = (row: Row) => ({
  rows: numeric(row['open']),
  keys: numeric(row['keys']),
  oldestChangeAt: numeric(row['oldest']),
});
