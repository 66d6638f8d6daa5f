/** Values of the core to store, plain but complete; each call's `with` part is what its test is about. */
import type { Act } from '../../src/core/act.ts';
import type { BatchRow, Sending } from '../../src/core/batch.ts';
import type { ClockState } from '../../src/core/clock-state.ts';
import type { Conflict, Parked } from '../../src/core/conflict.ts';
import type { Meeting } from '../../src/core/first-meeting.ts';
import type { Head, Replica } from '../../src/core/head.ts';
import type { HistoryEntry } from '../../src/core/history.ts';
import type { RunRecord } from '../../src/core/run-record.ts';
import type { Watermark } from '../../src/core/watermark.ts';
import type { FieldList } from '../../src/ports/control.ts';

const at = 1_732_000_000_000;

export const head = (version: number, parts: Partial<Head> = {}): Head => ({
  table: 'contacts',
  key: 'k1',
  version,
  fields: {
    name: { value: `name ${version}`, digest: 'd', stamp: { lo: at, hi: at + 999 }, origin: 'hq' },
    phone: { value: '', digest: '', stamp: { lo: 0, hi: at }, inexact: true, origin: 'branch' },
  },
  createOnly: { created_by: 'Zoë "Z" O’Neil\n' },
  seen: { hq: { recordId: '12', modId: 3, version, digests: { name: 'd', phone: '' }, at } },
  ...parts,
});

export const replica = (rev: number, parts: Partial<Replica> = {}): Replica => ({
  table: 'contacts',
  server: 'hq',
  key: 'k1',
  rev,
  recordId: '12',
  modId: rev,
  version: 1,
  at,
  until: at + 20,
  digests: { name: `d${rev}` },
  ...parts,
});

export const batchRow = (id: string, parts: Partial<BatchRow> = {}): BatchRow => ({
  id,
  table: 'contacts',
  server: 'hq',
  keys: [{ key: 'k1', version: 1 }],
  state: 'preparing',
  rev: 1,
  sending: [],
  attempts: 0,
  notBefore: 0,
  sentAt: 0,
  createdAt: at,
  oldestChangeAt: at,
  ...parts,
});

export const sending = (batch: string, key: string, parts: Partial<Sending> = {}): Sending => ({
  batch,
  key,
  digests: { name: 'd1' },
  create: false,
  at,
  ...parts,
});

export const watermark = (generation: number, parts: Partial<Watermark> = {}): Watermark => ({
  table: 'contacts',
  server: 'hq',
  generation,
  epoch: 1,
  at: at + generation,
  setAt: at,
  ...parts,
});

export const clockState = (rev: number, parts: Partial<ClockState> = {}): ClockState => ({
  server: 'hq',
  rev,
  epoch: 1,
  offset: { lo: -20.5, hi: 900.25 + rev },
  measuredAt: at + rev,
  ...parts,
});

export const conflict = (id: string, parts: Partial<Conflict> = {}): Conflict => ({
  id,
  kind: 'conflict',
  table: 'contacts',
  key: 'k1',
  field: 'name',
  winner: { server: 'hq', value: 'Ann', stamp: { lo: 2, hi: 3 } },
  loser: { server: 'branch', value: 'Anne', stamp: { lo: 0, hi: 1 } },
  order: 'after',
  inexact: false,
  at,
  ...parts,
});

export const historyEntry = (version: number, parts: Partial<HistoryEntry> = {}): HistoryEntry => ({
  table: 'contacts',
  key: 'k1',
  version,
  id: 'a',
  at,
  keepUntil: at + 90 * 86_400_000,
  cause: { kind: 'seen', server: 'hq' },
  replaced: { fields: { name: { value: 'Ann', digest: 'd', stamp: { lo: at, hi: at }, origin: 'branch' } } },
  decided: [{ field: 'name', rule: 'newest', conflict: 'aa11bb22cc33dd44' }],
  ...parts,
});

export const parkedRecord = (key: string, parts: Partial<Parked> = {}): Parked => ({
  table: 'contacts',
  server: 'hq',
  key,
  code: '504',
  reason: 'the value is not unique',
  version: 1,
  at,
  ...parts,
});

export const meeting = (parts: Partial<Meeting> = {}): Meeting => ({
  table: 'contacts',
  server: 'hq',
  state: 'halted',
  shared: 40,
  differing: 30,
  examples: [{ key: 'k1', fields: [{ field: 'name', here: 'Ann', head: 'Bob' }] }],
  at,
  ...parts,
});

export const run = (id: string, parts: Partial<RunRecord> = {}): RunRecord => ({
  id,
  startedAt: at,
  read: 1,
  created: 2,
  updated: 3,
  conflicts: 4,
  parked: 5,
  failures: ['server-unreachable'],
  ...parts,
});

export const fieldList = (parts: Partial<FieldList> = {}): FieldList => ({
  server: 'hq',
  database: 'Main',
  layout: 'Sync',
  fields: [{ name: 'Größe', type: 'number', writable: true, autoEnter: false, repetitions: 2 }],
  ...parts,
});

export const act = (id: string, parts: Partial<Act> = {}): Act => ({
  id,
  at,
  by: 'mary@office',
  what: 'approve',
  table: 'contacts',
  server: 'hq',
  about: '3f9a1c',
  ...parts,
});
