import { describe, expect, test } from 'vitest';
import type { BatchRow } from '../../src/core/batch.ts';
import type { BatchRows } from '../../src/ports/control.ts';
import { manyKeys, oddKeys } from './odd-keys.ts';
import { closing, type Open, portOf } from './opened.ts';
import { batchRow, sending } from './samples.ts';

export function describeBatchRowsContract(name: string, open: Open<BatchRows>): void {
  describe(`batch rows: ${name}`, () => {
    const opened = closing(open);
    describe('making', () => {
      describeMaking(portOf(opened));
    });
    describe('writing', () => {
      describeWriting(portOf(opened));
    });
    describe('sending again', () => {
      describeSendingAgain(portOf(opened));
    });
    describe('listing', () => {
      describeListing(portOf(opened));
    });
    describe('sending by key', () => {
      describeSendingOf(portOf(opened));
    });

    test('rows and what they are sending are there after a reopening', async () => {
      const { port, reopen } = await opened();
      await port.putBatches([batchRow('a')]);
      await port.appendSending('a', 1, [sending('a', 'k1')]);
      const after = await reopen();
      expect(await after.batch('a')).toStrictEqual(batchRow('a', { rev: 2, sending: [sending('a', 'k1')] }));
      expect(await after.close('a', 1)).toBe(false);
      expect(await after.close('a', 2)).toBe(true);
    });
  });
}

type OpenRows = () => Promise<BatchRows>;

const withRows = async (open: OpenRows, ...rows: readonly BatchRow[]): Promise<BatchRows> => {
  const port = await open();
  await port.putBatches(rows);
  return port;
};

function describeMaking(open: OpenRows): void {
  test('a row that was put is read as it was put, with 1,200 keys and odd ones', async () => {
    const keys = [...manyKeys, ...oddKeys].map((key, version) => ({ key, version }));
    const row = batchRow('a', { keys, notBefore: 0.5 });
    const port = await withRows(open, row);
    expect(await port.batch('a')).toStrictEqual(row);
  });

  test('there is no row of an id that was never put, and no rows at all are put', async () => {
    const port = await withRows(open, batchRow('a'));
    await port.putBatches([]);
    expect(await port.batch('A')).toBe(undefined);
  });

  test('a preparing row becomes ready, with the time it was sent at', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('b'), batchRow('c'));
    await port.markReady(['a', 'b'], 77);
    const ready = { state: 'ready', rev: 2, sentAt: 77 } as const;
    expect(await port.batch('a')).toStrictEqual(batchRow('a', ready));
    expect(await port.batch('b')).toStrictEqual(batchRow('b', ready));
    expect(await port.batch('c')).toStrictEqual(batchRow('c'));
  });

  test('marking rows ready leaves those that are ready already, or gone, as they are', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('gone'));
    await port.markReady(['a'], 77);
    await port.close('gone', 1);
    await port.markReady(['gone', 'a', 'never'], 99);
    expect(await port.batch('a')).toStrictEqual(batchRow('a', { state: 'ready', rev: 2, sentAt: 77 }));
    expect(await port.batch('gone')).toBe(undefined);
  });
}

function describeWriting(open: OpenRows): void {
  test('a claim counts the attempt, and makes a preparing row ready', async () => {
    const port = await withRows(open, batchRow('a'));
    const once = batchRow('a', { state: 'ready', rev: 2, attempts: 1 });
    expect(await port.claim('a')).toStrictEqual(once);
    expect(await port.batch('a')).toStrictEqual(once);
    expect((await port.claim('a'))?.attempts).toBe(2);
  });

  test('a row that is closed cannot be claimed', async () => {
    const port = await withRows(open, batchRow('a'));
    await port.close('a', 1);
    expect(await port.claim('a')).toBe(undefined);
    expect(await port.batch('a')).toBe(undefined);
  });

  test('each of 20 claims at once has a rev of its own', async () => {
    const port = await withRows(open, batchRow('a'));
    const claims = await Promise.all(Array.from({ length: 20 }, () => port.claim('a')));
    expect(new Set(claims.map((row) => row?.rev)).size).toBe(20);
    expect((await port.batch('a'))?.attempts).toBe(20);
  });

  test('what is sent is appended in order, never replaced, and seen by the next claim', async () => {
    const port = await withRows(open, batchRow('a'));
    const first = sending('a', 'k1', { create: true });
    const again = sending('a', 'k1', { digests: { name: 'd2' }, at: 5 });
    const other = sending('a', 'k2', { digests: {} });
    expect(await port.appendSending('a', 1, [first, other])).toBe(2);
    expect(await port.appendSending('a', 2, [again])).toBe(3);
    expect((await port.claim('a'))?.sending).toStrictEqual([first, other, again]);
  });

  test('what is withdrawn is gone from its row and by key, and only that', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('b'));
    const first = sending('a', 'k1', { at: 1 });
    const again = sending('a', 'k1', { at: 2.5 });
    const other = sending('a', 'k2', { at: 1 });
    const elsewhere = sending('b', 'k1', { at: 1 });
    await port.appendSending('a', 1, [first, again, other]);
    await port.appendSending('b', 1, [elsewhere]);
    expect(await port.withdrawSending('a', 1, [first])).toBe(undefined);
    expect(await port.withdrawSending('a', 2, [first, sending('a', 'k9')])).toBe(3);
    expect((await port.batch('a'))?.sending).toStrictEqual([again, other]);
    expect((await port.sendingOf('contacts', 'hq', ['k1'])).get('k1')).toStrictEqual([again, elsewhere]);
  });

  test('a writer whose row was claimed by another appends, defers and closes nothing', async () => {
    const port = await withRows(open, batchRow('a'));
    const mine = (await port.claim('a'))?.rev ?? 0;
    const theirs = await port.claim('a');
    expect(await port.appendSending('a', mine, [sending('a', 'k1')])).toBe(undefined);
    expect(await port.defer('a', mine, 9)).toBe(false);
    expect(await port.close('a', mine)).toBe(false);
    expect(await port.batch('a')).toStrictEqual(theirs);
  });

  test('a row that is closed takes no more writes', async () => {
    const port = await withRows(open, batchRow('a'));
    expect(await port.close('a', 1)).toBe(true);
    expect(await port.appendSending('a', 1, [sending('a', 'k1')])).toBe(undefined);
    expect(await port.withdrawSending('a', 1, [])).toBe(undefined);
    expect(await port.defer('a', 1, 9)).toBe(false);
    expect(await port.close('a', 1)).toBe(false);
    expect(await port.sendingOf('contacts', 'hq', ['k1'])).toStrictEqual(new Map());
  });

  test('a row that is deferred keeps all but its time, and its writer has to claim it again', async () => {
    const port = await withRows(open, batchRow('a'));
    const claimed = await port.claim('a');
    const rev = (await port.appendSending('a', 2, [sending('a', 'k1')])) ?? 0;
    expect(await port.defer('a', rev, 5000)).toBe(true);
    const parts = { rev: rev + 1, notBefore: 5000, sending: [sending('a', 'k1')] };
    expect(await port.batch('a')).toStrictEqual({ ...claimed, ...parts });
    expect(await port.close('a', rev)).toBe(false);
  });

  test.each(['append', 'defer', 'close'] as const)(
    'of 20 writers with the same rev exactly one can %s',
    async (act) => {
      const port = await withRows(open, batchRow('a'));
      const acts = {
        append: async (): Promise<boolean> => (await port.appendSending('a', 1, [])) !== undefined,
        defer: (): Promise<boolean> => port.defer('a', 1, 9),
        close: (): Promise<boolean> => port.close('a', 1),
      };
      const done = await Promise.all(Array.from({ length: 20 }, () => acts[act]()));
      expect(done.filter(Boolean)).toHaveLength(1);
    },
  );
}

function describeSendingAgain(open: OpenRows): void {
  test('a ready row is marked as sent by whoever saw its last time, and by nobody else', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('b'));
    await port.markReady(['a', 'b'], 77);
    const rows = [
      { id: 'a', sentAt: 77 },
      { id: 'b', sentAt: 76 },
      { id: 'gone', sentAt: 77 },
    ];
    expect(await port.markSent(rows, 99)).toStrictEqual(['a']);
    expect(await port.markSent(rows, 120)).toStrictEqual([]);
    expect((await port.batch('a'))?.sentAt).toBe(99);
    expect((await port.batch('b'))?.sentAt).toBe(77);
  });

  test('a preparing row is not marked as sent', async () => {
    const port = await withRows(open, batchRow('a'));
    expect(await port.markSent([{ id: 'a', sentAt: 0 }], 99)).toStrictEqual([]);
    expect(await port.batch('a')).toStrictEqual(batchRow('a'));
  });

  test('marking a row as sent does not take it from the writer that has it', async () => {
    const port = await withRows(open, batchRow('a'));
    const claimed = await port.claim('a');
    expect(await port.markSent([{ id: 'a', sentAt: 0 }], 99)).toStrictEqual(['a']);
    expect(await port.close('a', claimed?.rev ?? 0)).toBe(true);
  });

  test('of 20 that mark a row as sent at once exactly one may send', async () => {
    const port = await withRows(open, batchRow('a'));
    await port.markReady(['a'], 77);
    const all = Array.from({ length: 20 }, (_, at) => port.markSent([{ id: 'a', sentAt: 77 }], 100 + at));
    expect((await Promise.all(all)).flat()).toStrictEqual(['a']);
  });
}

function describeListing(open: OpenRows): void {
  test('open rows of a server come oldest first, at most as many as asked for', async () => {
    const rows = [30, 10, 20].map((createdAt) => batchRow(`at ${createdAt}`, { createdAt }));
    const port = await withRows(open, ...rows, batchRow('x', { server: 'branch', createdAt: 1 }));
    await port.claim('at 30');
    const ids = async (limit: number): Promise<readonly string[]> =>
      (await port.openBatches('hq', limit)).map((row) => row.id);
    expect(await ids(10)).toStrictEqual(['at 10', 'at 20', 'at 30']);
    expect(await ids(2)).toStrictEqual(['at 10', 'at 20']);
    expect(await port.openBatches('nowhere', 10)).toStrictEqual([]);
  });

  test('pages of open rows hold each row once, also where the last one of a page was closed meanwhile', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => batchRow(`row ${9 - at}`, { createdAt: at % 3 }));
    const port = await withRows(open, ...rows);
    const seen: string[] = [];
    for (let page = await port.openBatches('hq', 4); page.length > 0; ) {
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last) await port.close(last.id, last.rev);
      page = await port.openBatches('hq', 4, last);
    }
    const wanted = rows.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    expect(seen).toStrictEqual(wanted.map(({ id }) => id));
  });

  test('a row in the list is whole, and a closed one is not in it', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('b'));
    await port.appendSending('b', 1, [sending('b', 'k1')]);
    await port.close('a', 1);
    const [only, ...rest] = await port.openBatches('hq', 10);
    expect(rest).toStrictEqual([]);
    expect(only).toStrictEqual(await port.batch('b'));
    expect(only?.sending).toStrictEqual([sending('b', 'k1')]);
  });

  test('the backlog counts open rows and their keys, with the earliest change of each server', async () => {
    const keys = ['k1', 'k2', 'k3'].map((key) => ({ key, version: 1 }));
    const port = await withRows(
      open,
      batchRow('a', { keys, oldestChangeAt: 50 }),
      batchRow('b', { oldestChangeAt: 40 }),
      batchRow('c', { oldestChangeAt: 10 }),
      batchRow('d', { server: 'branch', table: 'invoices', oldestChangeAt: 7 }),
    );
    await port.markReady(['b'], 1);
    await port.close('c', 1);
    expect(await port.backlog()).toStrictEqual(
      new Map([
        ['hq', { rows: 2, keys: 4, oldestChangeAt: 40 }],
        ['branch', { rows: 1, keys: 1, oldestChangeAt: 7 }],
      ]),
    );
    await port.putBatches([batchRow('e', { table: 'invoices', oldestChangeAt: 3 })]);
    expect(new Set(await port.backlogPlaces())).toStrictEqual(
      new Set([
        { table: 'contacts', server: 'hq', keys: 4, oldestChangeAt: 40 },
        { table: 'invoices', server: 'hq', keys: 1, oldestChangeAt: 3 },
        { table: 'invoices', server: 'branch', keys: 1, oldestChangeAt: 7 },
      ]),
    );
    await port.close('d', 1);
    expect([...(await port.backlog()).keys()]).toStrictEqual(['hq']);
  });
}

function describeSendingOf(open: OpenRows): void {
  test('what all open rows send for a key is found by key, each with the row that carries it', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('b'));
    await port.appendSending('a', 1, [sending('a', 'k1'), sending('a', 'k2')]);
    await port.appendSending('b', 1, [sending('b', 'k1', { create: true })]);
    const found = await port.sendingOf('contacts', 'hq', ['k1', 'k3']);
    expect([...found.keys()]).toStrictEqual(['k1']);
    expect(new Set(found.get('k1'))).toStrictEqual(
      new Set([sending('a', 'k1'), sending('b', 'k1', { create: true })]),
    );
  });

  test('what a row sent is no longer found once the row is closed', async () => {
    const port = await withRows(open, batchRow('a'), batchRow('b'));
    await port.appendSending('a', 1, [sending('a', 'k1')]);
    await port.appendSending('b', 1, [sending('b', 'k1')]);
    await port.close('a', 2);
    const found = await port.sendingOf('contacts', 'hq', ['k1']);
    expect(found.get('k1')).toStrictEqual([sending('b', 'k1')]);
  });

  test('what is sent to another server or for another table is not found', async () => {
    const port = await withRows(
      open,
      batchRow('a', { server: 'branch' }),
      batchRow('b', { table: 'invoices' }),
    );
    await port.appendSending('a', 1, [sending('a', 'k1')]);
    await port.appendSending('b', 1, [sending('b', 'k1')]);
    expect(await port.sendingOf('contacts', 'hq', ['k1'])).toStrictEqual(new Map());
  });

  test('keys that differ in a byte are told apart, 1,200 and odd ones in one call', async () => {
    const port = await withRows(open, batchRow('a'));
    const keys = [...manyKeys, ...oddKeys];
    const all = keys.map((key, at) => sending('a', key, { at }));
    await port.appendSending('a', 1, all);
    const found = await port.sendingOf('contacts', 'hq', keys);
    expect(keys.map((key) => found.get(key))).toStrictEqual(all.map((entry) => [entry]));
  });
}
