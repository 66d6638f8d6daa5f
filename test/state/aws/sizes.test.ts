/**
 * What is larger than AWS takes in an item (400 KB) or in a sort key (1,024 bytes): it lies in the bucket, or under a name
 * made of its hash, and comes back as it was.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HeadField } from '../../../src/core/head.ts';
import type { AwsState } from '../../../src/state/aws/aws-state.ts';
import {
  batchRow,
  conflict,
  head,
  historyEntry,
  parkedRecord,
  replica,
  sending,
} from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn, type StatePlaces } from './opened-state.ts';

let emulators: Emulators;
let places: StatePlaces;
let state: AwsState;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});
beforeEach(async () => {
  places = await newPlaces(emulators);
  state = stateIn(emulators, places);
});

/** Another process, which remembers nothing. */
const again = (): AwsState => stateIn(emulators, places);

const named = <Value>(
  count: number,
  value: (at: number) => Value,
  name = 'note',
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name} ${at}`, value(at)]));

const field = (value: string): HeadField => ({
  value,
  digest: 'd',
  stamp: { lo: 0, hi: 9 },
  origin: 'hq',
});

/** Each is short enough to stay in a row by itself; all together are more than an item takes. */
const manyFields = named(30, (at) => field(`${at} é `.repeat(5_000)));

const digest = 'd'.repeat(43);

const side = (server: string) => ({
  server,
  value: `${server} ü `.repeat(100_000),
  stamp: { lo: 0, hi: 9 },
});

describe('an item of more than 400 KB', () => {
  test('that is a head comes back as it was, and the next version follows it', async () => {
    const first = head(1, { fields: manyFields });
    expect(await state.records.putHeads([first])).toEqual(new Set());
    expect((await again().records.heads('contacts', ['k1'])).get('k1')).toEqual(first);
    const next = head(2, { fields: { ...manyFields, more: field('more') } });
    expect(await again().records.putHeads([next])).toEqual(new Set());
    expect(await again().records.putHeads([next])).toEqual(new Set(['k1']));
    expect((await again().records.heads('contacts', ['k1'])).get('k1')).toEqual(next);
  });

  test('that is a replica comes back as it was', async () => {
    const stored = replica(1, { digests: named(6_000, () => digest) });
    expect(await state.records.putReplicas([stored])).toEqual(new Set());
    expect((await again().records.replicas('contacts', 'hq', ['k1'])).get('k1')).toEqual(stored);
  });

  test('that is a conflict is kept with both values, and is listed', async () => {
    const stored = conflict('c', { winner: side('hq'), loser: side('branch') });
    await state.control.putConflicts([stored]);
    expect(await again().control.conflicts(9)).toEqual([stored]);
  });

  test('that is an entry of a history is kept with every value', async () => {
    const stored = historyEntry(2, { replaced: { fields: manyFields } });
    await state.control.putHistory([stored]);
    expect(await again().control.history('contacts', 'k1', 9)).toEqual([stored]);
  });

  test('that is a batch row is listed, claimed and closed as any other', async () => {
    const stored = batchRow('row', { keys: keysOf(300, 2_000) });
    await state.control.putBatches([stored]);
    expect(await again().control.openBatches('hq', 9)).toEqual([stored]);
    expect((await again().control.claim('row'))?.keys).toEqual(stored.keys);
    expect(await again().control.close('row', 2)).toBe(true);
    expect(await again().control.openBatches('hq', 9)).toEqual([]);
  });
});

const keysOf = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, at) => ({ key: `${at} `.padEnd(bytes, 'x'), version: 1 }));

test.each([
  ['by one row of few keys, time and again', batchRow('row'), 20, 30],
  ['by a row that is nearly an item by itself', batchRow('row', { keys: keysOf(140, 2_000) }), 8, 30],
  ['in one request of more than an item', batchRow('row'), 2, 3_000],
])(
  'R2: what is announced %s is all found, and is withdrawn',
  async (_how, row, announcements, keysInEach) => {
    await state.control.putBatches([row]);
    const announced: ReturnType<typeof sending>[] = [];
    let rev = row.rev;
    for (let at = 0; at < announcements; at += 1) {
      const keys = Array.from({ length: keysInEach }, (_key, of) => `${at} of ${of}`);
      const some = keys.map((key) => sending('row', key, { digests: named(16, () => digest, 'f'), at }));
      rev = (await state.control.appendSending('row', rev, some)) ?? -1;
      announced.push(...some);
    }
    expect(rev).toBe(row.rev + announcements);
    expect((await again().control.batch('row'))?.sending).toEqual(announced);
    const keys = announced.map(({ key }) => key);
    const found = await again().control.sendingOf(row.table, row.server, keys);
    expect([...found.keys()].toSorted()).toEqual(keys.toSorted());
    expect(await again().control.withdrawSending('row', rev, announced.slice(1))).toBe(rev + 1);
    expect((await again().control.batch('row'))?.sending).toEqual(announced.slice(0, 1));
  },
);

/** From one byte to far more than a sort key takes; the last three differ behind what is kept of them. */
const lengths = [1, 900, 901, 1_024, 1_025, 100_000];
const longKeys = [
  ...lengths.map((length) => 'k'.repeat(length)),
  ...['a', 'b'].map((end) => `${'é'.repeat(2_000)}${end}`),
  `${'👩'.repeat(225)}x`,
];

describe('a key of any length', () => {
  test('has a head and a replica of its own', async () => {
    const heads = longKeys.map((key) => head(1, { key }));
    const replicas = longKeys.map((key) => replica(1, { key }));
    expect(await state.records.putHeads(heads)).toEqual(new Set());
    expect(await state.records.putReplicas(replicas)).toEqual(new Set());
    const { records } = again();
    const found = await records.heads('contacts', longKeys);
    expect(longKeys.map((key) => found.get(key))).toEqual(heads);
    const known = await records.replicas('contacts', 'hq', longKeys);
    expect(longKeys.map((key) => known.get(key))).toEqual(replicas);
    expect((await records.keys('contacts', 99)).map(({ key }) => key).toSorted()).toEqual(
      longKeys.toSorted(),
    );
  });

  test('is parked, suspected, in conflict and in a batch by itself', async () => {
    const parked = longKeys.map((key) => parkedRecord(key));
    await state.control.park(parked);
    const suspects = longKeys.map((key) => ({ ...suspect, key }));
    await state.control.putSuspects(suspects);
    const conflicts = longKeys.map((key) => conflict(`contacts#${key}#name#2#hq#3`, { key }));
    await state.control.putConflicts(conflicts);
    const row = batchRow('row', { keys: longKeys.map((key) => ({ key, version: 1 })) });
    await state.control.putBatches([row]);
    const { control } = again();
    expect((await control.parkedAmong('contacts', 'hq', longKeys)).size).toBe(longKeys.length);
    expect((await control.suspectsAmong('contacts', 'hq', longKeys)).size).toBe(longKeys.length);
    expect((await control.conflictsById(conflicts.map(({ id }) => id))).length).toBe(longKeys.length);
    expect((await control.batch('row'))?.keys).toEqual(row.keys);
  });
});

const suspect = {
  table: 'contacts',
  server: 'hq',
  recordId: '12',
  rev: 1,
  at: 9,
  source: 'sweep',
} as const;
