/**
 * Records that cannot be written yet get rows of their own, so that they hold up nobody (R7): locked ones wait longer each time, those that wait
 * for their parent are looked at often, since that costs their server nothing.
 */
import type { BatchKey, BatchRow } from '../core/batch.ts';
import type { EpochMs } from '../core/names.ts';
import type { Engine } from './engine.ts';
import { announce } from './hand-over.ts';
import type { RowWork } from './row-work.ts';

/** Before a row is tried again: longer with each attempt, an hour at most. */
export const waitMs = ({ settings }: Engine, { attempts }: BatchRow): number =>
  Math.min(settings.retryAfterMs * 2 ** Math.min(Math.max(0, attempts - 1), 10), 3_600_000);

/** The longest wait for a parent, ms: longer leaves children behind it, shorter reads the state more often. Assumed. */
const longestForParentMs = 60_000;

export type Left = { readonly until: EpochMs; readonly isLeft: boolean };

/** `isLeft` is false where another writer has the row. */
export async function leaveApart(engine: Engine, work: RowWork, now: EpochMs): Promise<Left> {
  const { row } = work;
  await work.withdraw(engine, 'ended');
  const keys = row.keys.filter(({ key }) => work.locked.has(key)).map((key) => markedIn(work, key));
  const [only] = keys;
  const waits = keys.map((key) => now + waitOf(engine, row, key));
  const until = Math.max(...waits);
  if (row.keys.length === 1 && only?.waitsFor === row.keys[0]?.waitsFor)
    return { until, isLeft: await engine.control.defer(row.id, work.rev, until) };
  const rows = keys.map((key, at) => rowOf(engine, row, key, waits[at] ?? until));
  await engine.control.putBatches(rows);
  for (const { id, keys: own } of rows) {
    const left = own.flatMap(({ key }) => work.leftOf(key)).map((entry) => ({ ...entry, batch: id }));
    if (left.length > 0) await engine.control.appendSending(id, 1, left);
  }
  await announce(engine, rows);
  return { until, isLeft: await engine.control.close(row.id, work.rev) };
}

function markedIn({ awaiting }: RowWork, { key, version }: BatchKey): BatchKey {
  const waitsFor = awaiting.get(key);
  return waitsFor === undefined ? { key, version } : { key, version, waitsFor };
}

function waitOf(engine: Engine, row: BatchRow, { waitsFor }: BatchKey): number {
  const wait = waitMs(engine, row);
  return waitsFor === undefined ? wait : Math.min(wait, longestForParentMs);
}

const rowOf = (engine: Engine, row: BatchRow, key: BatchKey, notBefore: EpochMs): BatchRow => ({
  ...row,
  id: engine.newId(),
  keys: [key],
  state: 'preparing',
  rev: 1,
  sending: [],
  attempts: 1,
  notBefore,
});
