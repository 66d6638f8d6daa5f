import { describe, expect, test } from 'vitest';
import type { Keepsakes } from '../../src/ports/control.ts';
import { manyKeys, oddKeys } from './odd-keys.ts';
import { closing, type Open, portOf } from './opened.ts';
import { parkedRecord } from './samples.ts';

export function describeKeepsakesContract(name: string, open: Open<Keepsakes>): void {
  describe(`keepsakes: ${name}`, () => {
    const opened = closing(open);
    describe('parked records', () => {
      describeParked(portOf(opened));
    });

    test('parked records are there after a reopening', async () => {
      const { port, reopen } = await opened();
      await port.park([parkedRecord('k1')]);
      const after = await reopen();
      expect(await after.parked(9)).toStrictEqual([parkedRecord('k1')]);
    });
  });
}

function describeParked(open: () => Promise<Keepsakes>): void {
  test('a parked record is found among the keys asked for, on its server and in its table only', async () => {
    const port = await open();
    const full = parkedRecord('(record id 12)', { recordId: '12', code: 'empty-key' });
    await port.park([parkedRecord('k1'), full]);
    await port.park([parkedRecord('k2', { server: 'branch' }), parkedRecord('k3', { table: 'invoices' })]);
    const among = await port.parkedAmong('contacts', 'hq', ['k1', '(record id 12)', 'k2', 'k3', 'K1']);
    expect(among).toStrictEqual(
      new Map([
        ['k1', parkedRecord('k1')],
        ['(record id 12)', full],
      ]),
    );
    expect(await port.countParked()).toBe(4);
  });

  test('a record that is parked again has the later reason and counts once', async () => {
    const port = await open();
    await port.park([parkedRecord('k1')]);
    await port.park([parkedRecord('k1', { code: '102', version: 4 })]);
    expect(await port.parked(9)).toStrictEqual([parkedRecord('k1', { code: '102', version: 4 })]);
    expect(await port.countParked()).toBe(1);
  });

  test('what is unparked is gone, and only that', async () => {
    const port = await open();
    await port.park([parkedRecord('k1'), parkedRecord('k2'), parkedRecord('k1', { server: 'branch' })]);
    await port.unpark('contacts', 'hq', ['k1', 'never']);
    expect([...(await port.parkedAmong('contacts', 'hq', ['k1', 'k2'])).keys()]).toStrictEqual(['k2']);
    expect([...(await port.parkedAmong('contacts', 'branch', ['k1'])).keys()]).toStrictEqual(['k1']);
    await port.unpark('contacts', 'hq', []);
    expect(await port.countParked()).toBe(2);
    await port.park([parkedRecord('k3', { table: 'invoices', server: 'branch' })]);
    const byServer = new Map([
      ['hq', 1],
      ['branch', 2],
    ]);
    expect(await port.parkedByServer()).toStrictEqual(byServer);
    expect(new Set(await port.parkedPlaces())).toStrictEqual(
      new Set([
        { table: 'contacts', server: 'hq', records: 1 },
        { table: 'contacts', server: 'branch', records: 1 },
        { table: 'invoices', server: 'branch', records: 1 },
      ]),
    );
  });

  test('parked records come latest first, at most as many as asked for', async () => {
    const port = await open();
    await port.park([5, 1000, 20].map((at) => parkedRecord(`at ${at}`, { at })));
    const keys = (await port.parked(2)).map((one) => one.key);
    expect(keys).toStrictEqual(['at 1000', 'at 20']);
  });

  test('pages of what is parked hold every record of one server and table once, in the order of the bytes', async () => {
    const port = await open();
    const keys = [...manyKeys, ...oddKeys];
    await port.park(keys.toReversed().map((key) => parkedRecord(key)));
    await port.park([parkedRecord('k', { server: 'branch' }), parkedRecord('k', { table: 'invoices' })]);
    const seen: string[] = [];
    for (let page = await port.parkedPage('contacts', 'hq', 500); page.length > 0; ) {
      seen.push(...page.map((one) => one.key));
      page = await port.parkedPage('contacts', 'hq', 500, seen.at(-1));
    }
    expect(seen).toStrictEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(await port.parkedPage('contacts', 'branch', 9)).toStrictEqual([
      parkedRecord('k', { server: 'branch' }),
    ]);
  });

  test('due are those of a server, in all its tables, whose time has come, the earliest first, at most as many as asked for', async () => {
    const port = await open();
    await port.park([
      parkedRecord('late', { retryAt: 300, attempts: 3, fields: ['name'] }),
      parkedRecord('early', { retryAt: 100, attempts: 1 }),
      parkedRecord('other table', { table: 'invoices', retryAt: 200 }),
      parkedRecord('not yet', { retryAt: 301 }),
      parkedRecord('never'),
      parkedRecord('elsewhere', { server: 'branch', retryAt: 100 }),
    ]);
    const keys = async (now: number, limit: number): Promise<readonly string[]> =>
      (await port.parkedDue('hq', now, limit)).map(({ key }) => key);
    expect(await keys(300, 9)).toStrictEqual(['early', 'other table', 'late']);
    expect(await keys(300, 2)).toStrictEqual(['early', 'other table']);
    expect(await keys(99, 9)).toStrictEqual([]);
    const [, , latest] = await port.parkedDue('hq', 300, 9);
    expect(latest).toStrictEqual(parkedRecord('late', { retryAt: 300, attempts: 3, fields: ['name'] }));
  });

  test('a record that is parked again without a time for its next try is due no more', async () => {
    const port = await open();
    await port.park([parkedRecord('k1', { retryAt: 100 }), parkedRecord('k2', { retryAt: 100 })]);
    await port.park([parkedRecord('k1')]);
    await port.unpark('contacts', 'hq', ['k2']);
    expect(await port.parkedDue('hq', 300, 9)).toStrictEqual([]);
  });

  test('keys that differ in a byte are parked apart, 1,200 and odd ones in one call', async () => {
    const port = await open();
    const keys = [...manyKeys, ...oddKeys];
    await port.park(keys.map((key, version) => parkedRecord(key, { version })));
    const among = await port.parkedAmong('contacts', 'hq', keys);
    expect(keys.map((key) => among.get(key)?.version)).toStrictEqual(keys.map((_, at) => at));
    await port.unpark('contacts', 'hq', manyKeys);
    expect(await port.parkedByServer()).toStrictEqual(new Map([['hq', oddKeys.length]]));
    expect(await port.countParked()).toBe(oddKeys.length);
  });
}
