import { describe, expect, test } from 'vitest';
import {
  type Choice,
  type Conflict,
  codeOfConflict,
  conflictId,
  conflictKeptMs,
} from '../../src/core/conflict.ts';
import type { Conflicts } from '../../src/ports/conflicts.ts';
import { manyKeys, oddKeys } from './odd-keys.ts';
import { closing, type Open, portOf } from './opened.ts';
import { conflict } from './samples.ts';

export function describeConflictsContract(name: string, opening: Open<Conflicts>): void {
  describe(`conflicts: ${name}`, () => {
    const opened = closing(opening);
    describeListing(portOf(opened));
    describeFinding(portOf(opened));
    describeKeeping(portOf(opened));
    describeDropping(portOf(opened));

    test('conflicts are there after a reopening, those that are open too', async () => {
      const { port, reopen } = await opened();
      const both = [conflict('open', { open: true }), conflict('c')];
      await port.putConflicts(both);
      const after = await reopen();
      expect(await after.conflicts(9)).toStrictEqual(both);
      expect(await after.conflicts(9, { open: true })).toStrictEqual([conflict('open', { open: true })]);
    });
  });
}

const putAt = conflict('any').at;
const before = { value: 'Ann', digest: 'd', stamp: { lo: 1, hi: 2 }, origin: 'hq' };
const choice: Choice = { at: putAt + 10, server: 'branch', value: 'Anne', before, conflicts: ['c'] };

function describeListing(open: () => Promise<Conflicts>): void {
  test('conflicts come latest first, those of one instant by id, at most as many as asked for', async () => {
    const port = await open();
    const times = [5, 20, 5, 1000];
    await port.putConflicts(times.map((at, number) => conflict(`c${number}`, { at })));
    const ids = async (limit: number): Promise<readonly string[]> =>
      (await port.conflicts(limit)).map((one) => one.id);
    expect(await ids(9)).toStrictEqual(['c3', 'c1', 'c2', 'c0']);
    expect(await ids(2)).toStrictEqual(['c3', 'c1']);
  });

  test('a conflict that is put again overwrites its own and counts once', async () => {
    const port = await open();
    await port.putConflicts([conflict('c', { at: 5 }), conflict('other', { at: 7 })]);
    await port.putConflicts([conflict('c', { at: 9, inexact: true })]);
    expect(await port.countConflicts()).toBe(2);
    const [latest] = await port.conflicts(9);
    expect(latest).toStrictEqual(conflict('c', { at: 9, inexact: true }));
  });

  test('1,200 conflicts are put in one call, and none at all in another', async () => {
    const port = await open();
    expect(await port.countConflicts()).toBe(0);
    await port.putConflicts(manyKeys.map((key) => conflict(key)));
    await port.putConflicts([]);
    expect(await port.countConflicts()).toBe(1200);
  });

  test('those of a table, or those that are open, are shown alone, as many as asked for', async () => {
    const port = await open();
    await port.putConflicts(
      Array.from({ length: 40 }, (_, number) =>
        conflict(`c${String(number).padStart(2, '0')}`, {
          at: putAt + number,
          table: number % 2 === 0 ? 'contacts' : 'invoices',
          ...(number % 10 < 4 && { open: true }),
        }),
      ),
    );
    const ids = async (...asked: Parameters<Conflicts['conflicts']>): Promise<readonly string[]> =>
      (await port.conflicts(...asked)).map((one) => one.id);
    expect(await ids(3, { table: 'contacts' })).toStrictEqual(['c38', 'c36', 'c34']);
    expect(await ids(3, { open: true })).toStrictEqual(['c33', 'c32', 'c31']);
    expect(await ids(3, { open: true, table: 'invoices' })).toStrictEqual(['c33', 'c31', 'c23']);
    expect(await ids(99, { table: 'invoices' })).toHaveLength(20);
    expect(await ids(9, { table: 'none' })).toStrictEqual([]);
    expect([await port.countConflicts(), await port.countOpenConflicts()]).toStrictEqual([40, 16]);
  });
}

function describeFinding(open: () => Promise<Conflicts>): void {
  test('conflicts are found by the beginning of a code, which those of one change share', async () => {
    const port = await open();
    const shared = ['c1', 'c2'].map((id) => conflict(id, { code: 'aa11bb22cc33dd44' }));
    const other = conflict('c3', { code: 'aa11ff00cc33dd44' });
    await port.putConflicts([...shared, other]);
    const found = async (start: string, limit = 9): Promise<readonly string[]> =>
      (await port.conflictsByCode(start, limit)).map(({ id }) => id).toSorted();
    expect(await found('aa11bb22')).toStrictEqual(['c1', 'c2']);
    expect(await found('aa11')).toStrictEqual(['c1', 'c2', 'c3']);
    expect(await found('aa11', 2)).toHaveLength(2);
    expect(await found('bb')).toStrictEqual([]);
  });

  test('one that was stored without a code has one by its id', async () => {
    const port = await open();
    await port.putConflicts([conflict('c1'), conflict('c2')]);
    const code = codeOfConflict(conflict('c2'));
    expect(await port.conflictsByCode(code.slice(0, 8), 9)).toStrictEqual([conflict('c2')]);
  });

  test('those about one record are found, however alike another key looks, and however long it is', async () => {
    const port = await open();
    const long = 'ä'.repeat(1_000);
    const keys = [...oddKeys, long, `${long}b`];
    const others = conflict(conflictId('other', 'plain', 'name', 'hq', '7', 3, 'digest'), { table: 'other' });
    await port.putConflicts([...keys.flatMap((key) => [about(key, 'a'), about(key, 'b')]), others]);
    for (const key of keys) {
      const found = await port.conflictsOf('contacts', key);
      expect([...new Set(found.map((one) => one.key))]).toEqual([key]);
      expect(found.map(({ field }) => field).toSorted()).toEqual(['a', 'b']);
    }
    expect(await port.conflictsOf('contacts', 'never')).toStrictEqual([]);
  });

  test('those of the ids that are kept are found', async () => {
    const port = await open();
    await port.putConflicts(manyKeys.map((key) => conflict(key)));
    expect(await port.conflictsById([manyKeys[7] ?? '', 'never'])).toStrictEqual([
      conflict(manyKeys[7] ?? ''),
    ]);
    expect(await port.conflictsById(manyKeys)).toHaveLength(manyKeys.length);
    expect(await port.conflictsById([])).toStrictEqual([]);
  });
}

function describeDropping(open: () => Promise<Conflicts>): void {
  test('those that are dropped are found and counted no more, open ones too, and no others go with them', async () => {
    const port = await open();
    const [waits, settled] = [about('k1', 'a'), about('k1', 'b')];
    await port.putConflicts([{ ...waits, open: true }, settled, about('K1', 'a')]);
    await port.dropConflicts([waits.id, settled.id, 'never']);
    await port.dropConflicts([]);
    expect(await port.conflictsOf('contacts', 'k1')).toStrictEqual([]);
    expect(await port.conflictsById([waits.id, settled.id])).toStrictEqual([]);
    expect(await port.conflicts(9)).toStrictEqual([about('K1', 'a')]);
    expect([await port.countConflicts(), await port.countOpenConflicts()]).toStrictEqual([1, 0]);
    await port.putConflicts([waits]);
    expect(await port.conflictsOf('contacts', 'k1')).toStrictEqual([waits]);
  });
}

function describeKeeping(open: () => Promise<Conflicts>): void {
  test('one that is no longer open is listed and counted as such', async () => {
    const port = await open();
    await port.putConflicts([conflict('chosen', { open: true }), conflict('agreed', { open: true })]);
    await port.putConflicts([conflict('chosen', { choices: [choice] })]);
    expect(await port.conflicts(9, { open: true })).toStrictEqual([conflict('agreed', { open: true })]);
    await port.putConflicts([conflict('agreed', { agreedAt: putAt + 5 })]);
    expect(await port.conflicts(9, { open: true })).toStrictEqual([]);
    expect(await port.countOpenConflicts()).toBe(0);
    expect(await port.conflictsById(['chosen'])).toStrictEqual([conflict('chosen', { choices: [choice] })]);
  });

  test('R5: what a person chose stays where the same merge is run again', async () => {
    const port = await open();
    await port.putConflicts([conflict('c', { open: true })]);
    await port.putConflicts([conflict('c', { choices: [choice] })]);
    await port.putConflicts([conflict('c', { open: true }), conflict('other')]);
    expect(await port.conflictsById(['c'])).toStrictEqual([conflict('c', { choices: [choice] })]);
    expect(await port.countOpenConflicts()).toBe(0);
    const undone = { ...choice, undone: { at: putAt + 20, before } };
    await port.putConflicts([conflict('c', { open: true, choices: [undone] })]);
    expect(await port.conflicts(9, { open: true })).toStrictEqual([
      conflict('c', { open: true, choices: [undone] }),
    ]);
  });

  test('what says for how long it is kept goes no earlier, however short or long others are kept', async () => {
    const port = await open();
    const dayMs = 86_400_000;
    await port.putConflicts([
      conflict('plain'),
      conflict('long', { keptMs: 200 * dayMs }),
      conflict('short, chosen', { keptMs: 7 * dayMs, choices: [{ ...choice, at: putAt + 80 * dayMs }] }),
    ]);
    await port.putConflicts([conflict('new', { at: putAt + 85 * dayMs })]);
    const ids = (await port.conflicts(9)).map(({ id }) => id);
    expect(ids.toSorted()).toStrictEqual(['long', 'new', 'plain', 'short, chosen']);
    await port.putConflicts([conflict('later', { at: putAt + 199 * dayMs })]);
    expect(await port.conflictsById(['long'])).toHaveLength(1);
  });

  test('what is open is kept however old it is, and so is what was chosen or became the same within 90 days', async () => {
    const port = await open();
    const late = putAt + conflictKeptMs;
    await port.putConflicts([
      conflict('open', { open: true }),
      conflict('chosen', { choices: [{ ...choice, at: late }] }),
      conflict('undone', { choices: [{ ...choice, undone: { at: late, before } }] }),
      conflict('agreed', { agreedAt: late }),
    ]);
    await port.putConflicts([conflict('new', { at: late + 5 })]);
    const ids = (await port.conflicts(9)).map(({ id }) => id);
    expect(ids).toStrictEqual(['new', 'undone', 'open', 'chosen', 'agreed']);
  });
}

const about = (key: string, field: string): Conflict =>
  conflict(conflictId('contacts', key, field, 'hq', '7', 3, 'digest'), { key, field });
