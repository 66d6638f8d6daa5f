/** Large values of what is forgotten: they go from the bucket, with all their versions, and nothing goes that a row names. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conflictId } from '../../../src/core/conflict.ts';
import { fileIn, fileText } from '../../../src/core/file-value.ts';
import type { Head } from '../../../src/core/head.ts';
import { finishForgetting, noteUnheld } from '../../../src/engine/finish-forgetting.ts';
import { forgetPast, forgetRecord, type ForgetOutcome } from '../../../src/engine/forget-record.ts';
import type { LargeRemoved } from '../../../src/ports/forgetting.ts';
import { removable, removableFile } from '../../../src/state/aws/large-notes.ts';
import { awsState, type AwsState } from '../../../src/state/aws/aws-state.ts';
import { LargeValues, rememberedMs } from '../../../src/state/aws/large-values.ts';
import { conflict, head, historyEntry } from '../../contracts/samples.ts';
import { Died } from './dying.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, type StatePlaces } from './opened-state.ts';
import { VersionedS3 } from './versioned-s3.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const gone = (removed: number): LargeRemoved => ({ removed, held: 0, later: 0 });
const large = (what: string): string => what.padEnd(40).repeat(1000);
const objectOf = (text: string): string => `values/${LargeValues.nameOf(text)}`;

const field = (value: string) => ({ value, digest: 'd', stamp: { lo: 0, hi: 0 }, origin: 'hq' });
const holding = (key: string, value: string, version = 1): Head =>
  head(version, { key, seen: {}, fields: { note: field(value) } });

/** One installation, and processes that work with it; all go by one clock. */
class Bench implements AsyncDisposable {
  readonly s3: VersionedS3;
  readonly #places: StatePlaces;
  readonly #clients: { destroy: () => void }[] = [];
  now = Date.now();
  /** Readings of parts of whole tables. */
  scans = 0;

  constructor(s3: VersionedS3, places: StatePlaces) {
    this.s3 = s3;
    this.#places = places;
    s3.now = () => this.now;
  }

  static async open(): Promise<Bench> {
    return new Bench(await VersionedS3.start(), await newPlaces(emulators));
  }

  /** A process with a memory of its own. It dies after so many `effects` on DynamoDB and S3, if given. */
  process(effects = Number.POSITIVE_INFINITY): AwsState {
    let left = effects;
    const dying = { step: 'initialize' } as const;
    const dynamo = emulators.newDynamo();
    const s3 = this.s3.newClient();
    const count = ({ commandName = '' }: { readonly commandName?: string }): void => {
      if (commandName === 'ScanCommand') this.scans += 1;
      if (/Put|Write|Update|Delete/.test(commandName)) left -= 1;
      if (left < 0) throw new Died();
    };
    dynamo.middlewareStack.add((next, context) => async (args) => (count(context), next(args)), dying);
    s3.middlewareStack.add((next, context) => async (args) => (count(context), next(args)), dying);
    this.#clients.push(dynamo, s3);
    const options = { ...this.#places, installation: 'Test', heldUntil: () => 0, now: () => this.now };
    return awsState({ clients: { ...emulators, dynamo, s3 }, ...options });
  }

  forget(state: AwsState, key: string): Promise<ForgetOutcome> {
    return forgetRecord({ ...state, clock: this.clock }, { ...wanted, key });
  }

  get clock() {
    return { now: () => this.now, sleep: () => Promise.resolve() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.s3[Symbol.asyncDispose]();
  }
}

const wanted = { table: 'contacts', servers: ['hq', 'branch'], deletes: 'edit-wins', quietMs: 0 } as const;

/** It was deleted: its value, one that it held before, and both of a conflict are large; `shared` stands in another record, `old` in its history. */
async function deleted({ records, control }: AwsState, key: string, shared: string): Promise<void> {
  const own = ['now', 'before', 'lost', 'won'].map((which) => large(`${key} ${which}`));
  const [now = '', before = '', lost = '', won = ''] = own;
  const first = holding(key, now);
  await records.putHeads([{ ...first, fields: { ...first.fields, other: field(large(shared)) } }]);
  const replaced = { fields: { note: field(before) } };
  await control.putHistory([historyEntry(2, { key, at: 1, replaced })]);
  const sides = {
    winner: { server: 'hq', value: won, stamp: { lo: 0, hi: 1 } },
    loser: { server: 'branch', value: lost, stamp: { lo: 0, hi: 1 } },
  };
  const id = conflictId('contacts', key, 'note', 'branch', '7', 3, 'x');
  await control.putConflicts([conflict(id, { key, at: 1, ...sides })]);
  const deletion = { stamp: { lo: 1, hi: 1 }, origin: 'hq' };
  await records.putHeads([
    { ...first, version: 2, fields: { ...first.fields, other: field(large(shared)) }, deleted: deletion },
  ]);
}

/** Two other records hold what `shared` says, one of them in its history. */
async function others({ records, control }: AwsState): Promise<void> {
  await records.putHeads([holding('other', large('in a head'))]);
  const replaced = { fields: { note: field(large('in a history')) } };
  await control.putHistory([historyEntry(2, { key: 'other', at: 1, replaced })]);
}

const kept = ['in a head', 'in a history'].map((text) => objectOf(large(text))).toSorted();

/** As a function does it, some hours later. */
async function finished(bench: Bench): Promise<LargeRemoved | undefined> {
  bench.now += 3 * hourMs;
  return finishForgetting({ ...bench.process(), clock: bench.clock }, 'a function');
}

describe('a record whose values are large', () => {
  test('leaves none of their versions when it is forgotten, and what others hold stays', async () => {
    await using bench = await Bench.open();
    const state = bench.process();
    await others(state);
    await deleted(state, 'k1', 'in a head');
    await deleted(bench.process(), 'k2', 'in a history');
    // Other processes store what is there once more.
    for (const entry of await state.control.history('contacts', 'k2', 9))
      for (let time = 0; time < 3; time += 1) await bench.process().control.putHistory([entry]);
    expect(bench.s3.versions.filter(({ key }) => key === objectOf(large('k2 before')))).toHaveLength(4);
    bench.now += hourMs;
    const most = { removed: 4, held: 1, later: 0 };
    for (const key of ['k1', 'k2'])
      expect(await bench.forget(bench.process(), key)).toMatchObject({ kind: 'forgotten', large: most });
    expect(bench.s3.keys.toSorted()).toEqual(kept);
    expect(await finished(bench)).toBeUndefined();
  });

  test('that lives loses those it held before, and keeps what it holds', async () => {
    await using bench = await Bench.open();
    const state = bench.process();
    await state.records.putHeads([holding('k1', large('now'))]);
    const replaced = { fields: { note: field(large('before')) } };
    await state.control.putHistory([historyEntry(2, { key: 'k1', at: 1, replaced })]);
    bench.now += hourMs;
    const engine = { ...bench.process(), clock: bench.clock };
    expect(await forgetPast(engine, { table: 'contacts', key: 'k1' })).toMatchObject({
      large: { removed: 1, held: 1, later: 0 },
    });
    expect(bench.s3.keys).toEqual([objectOf(large('now'))]);
  });

  test('whose values were stored a moment ago keeps them noted, and they go later', async () => {
    await using bench = await Bench.open();
    await deleted(bench.process(), 'k1', 'own');
    bench.now += removable - 1;
    const left = { removed: 0, held: 0, later: 5 };
    expect(await bench.forget(bench.process(), 'k1')).toMatchObject({ large: left });
    expect(bench.s3.keys).toHaveLength(5);
    expect(await finished(bench)).toEqual({ removed: 5, held: 0, later: 0 });
    expect(bench.s3.keys).toEqual([]);
    expect(await finished(bench)).toBeUndefined();
  });

  test('whose files nothing else names loses them with all versions, and one that another record has stays', async () => {
    await using bench = await Bench.open();
    const state = bench.process();
    const stored = async (text: string): Promise<string> => {
      const { sha256, size } = await state.files.put(bytesOf(text), new AbortController().signal);
      return fileText({ name: `${text}.png`, size, sha256, type: 'image/png' });
    };
    const [own, before, shared] = [await stored('own'), await stored('before'), await stored('shared')];
    await state.records.putHeads([holding('other', shared)]);
    const first = holding('k1', own);
    await state.records.putHeads([{ ...first, fields: { ...first.fields, other: field(shared) } }]);
    const replaced = { fields: { note: field(before) } };
    await state.control.putHistory([historyEntry(2, { key: 'k1', at: 1, replaced })]);
    const deletion = { stamp: { lo: 1, hi: 1 }, origin: 'hq' };
    await state.records.putHeads([
      { ...first, version: 2, fields: { ...first.fields, other: field(shared) }, deleted: deletion },
    ]);
    bench.now += removableFile - 1;
    const left = { removed: 0, held: 1, later: 2 };
    expect(await bench.forget(bench.process(), 'k1')).toMatchObject({ large: { files: left } });
    expect(bench.s3.keys).toHaveLength(3);
    expect(await finished(bench)).toMatchObject({ files: { removed: 2, held: 1, later: 0 } });
    expect(bench.s3.keys).toEqual([`files/${fileIn(shared)?.sha256}`]);
    expect(await finished(bench)).toBeUndefined();
  });

  test('goes with a whole table, and another table keeps the same values', async () => {
    await using bench = await Bench.open();
    const state = bench.process();
    await others(state);
    await state.records.putHeads([
      head(1, { table: 'orders', key: 'o1', fields: { note: field(large('in a head')) } }),
    ]);
    await deleted(state, 'k1', 'in a head');
    bench.now += hourMs;
    await bench.process().forgetting.forgetTable('contacts');
    expect(bench.s3.keys).toEqual([objectOf(large('in a head'))]);
  });
});

/** By a function of the stack. */
const noted = async (bench: Bench): Promise<number | undefined> =>
  noteUnheld({ ...bench.process(), clock: bench.clock }, randomUUID());

describe('what nothing holds any more, though nobody forgot it', () => {
  test('is kept for as long as the tables can be looked up as they were, then it goes; what is held stays', async () => {
    await using bench = await Bench.open();
    const { records } = bench.process();
    await others(bench.process());
    await records.putHeads([holding('k1', large('replaced'))]);
    await records.putHeads([holding('k1', large('now'), 2)]);
    bench.now += hourMs;
    expect(await noted(bench)).toBe(1);
    expect(await noted(bench)).toBeUndefined();
    for (let week = 0; week < 5; week += 1) {
      expect(bench.s3.keys).toHaveLength(4);
      bench.now += 7 * dayMs;
      expect([await noted(bench), await finished(bench)]).toEqual([0, week < 4 ? undefined : gone(1)]);
    }
    expect(bench.s3.keys.toSorted()).toEqual([...kept, objectOf(large('now'))].toSorted());
  });

  test('stays where it is held again by then', async () => {
    await using bench = await Bench.open();
    const { records } = bench.process();
    await records.putHeads([holding('k1', large('replaced'))]);
    await records.putHeads([holding('k1', 'small', 2)]);
    expect(await noted(bench)).toBe(1);
    bench.now += 34 * dayMs;
    await bench.process().records.putHeads([holding('k1', large('replaced'), 3)]);
    bench.now += 2 * dayMs;
    expect(await finished(bench)).toEqual({ removed: 0, held: 1, later: 0 });
    const read = await bench.process().records.heads('contacts', ['k1']);
    expect(read.get('k1')?.fields['note']?.value).toBe(large('replaced'));
  });

  test('is not looked for in the tables where there is no large value at all', async () => {
    await using bench = await Bench.open();
    await bench.process().records.putHeads([holding('k1', 'small')]);
    expect(await noted(bench)).toBe(0);
    expect(bench.scans).toBe(0);
  });
});

describe('R2: while others work', () => {
  test.each([
    ['was never sent by it', 0],
    ['was sent by it just within what it remembers', rememberedMs - 1],
    ['was sent by it before what it remembers', rememberedMs],
    ['was sent by it long ago', hourMs],
  ])('a value that a process stores again, and that %s, can be read', async (_words, agoMs) => {
    await using bench = await Bench.open();
    await deleted(bench.process(), 'k1', 'own');
    bench.now += 2 * hourMs;
    const writer = bench.process();
    if (agoMs > 0) await writer.records.putHeads([holding('passing', large('k1 now'))]);
    await writer.records.removeHead({ table: 'contacts', key: 'passing', version: 1 });
    bench.now += agoMs;
    // Between the reading of all rows and the removal.
    bench.s3.beforeRemoving = async () => {
      await writer.records.putHeads([holding('new', large('k1 now'))]);
    };
    await bench.forget(bench.process(), 'k1');
    const read = await bench.process().records.heads('contacts', ['new']);
    expect(read.get('new')?.fields['note']?.value).toBe(large('k1 now'));
  });
});

test('whoever forgets may die after any effect: nothing stays that nobody will remove, and nothing goes that is held', async () => {
  await using bench = await Bench.open();
  await others(bench.process());
  let effects = 0;
  for (let isOver = false; !isOver; effects += 1) {
    const key = `k${effects}`;
    await deleted(bench.process(), key, 'in a head');
    bench.now += hourMs;
    isOver = await bench.forget(bench.process(effects), key).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Died) return false;
        throw error;
      },
    );
    // Somebody does it again, at once or when what the dead one left was found.
    if (effects % 2 === 0) await finished(bench);
    await bench.forget(bench.process(), key);
    await finished(bench);
    expect([effects, bench.s3.keys.toSorted()]).toEqual([effects, kept]);
  }
  expect(effects).toBeGreaterThan(9);
});
