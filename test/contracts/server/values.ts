/** Canonical values, there and back. */
import { describe, expect, test } from 'vitest';
import { all, anyTime, never, openServer, type ServerKind } from './kind.ts';
import { place } from './simulated.ts';

const whole = {
  name: 'Zoë "the\\Cat"\nsecond line 漢\ttab',
  amount: '-12345678901234567890.125',
  born: '1990-02-03',
  at: '23:59:59',
  seen: '2026-03-29T02:30:00',
};

export function describeValues(kind: ServerKind): void {
  describe('values', () => {
    test('what is created is read again exactly', async () => {
      await using opened = await openServer(kind);
      const outcome = await opened.table.create("k'1", whole, anyTime, never);
      expect(outcome).toMatchObject({ kind: 'written' });
      const [record] = (await opened.table.list(all, never)).records;
      expect([record?.key, record?.values]).toEqual(["k'1", whole]);
      const [stored] = opened.simulator.control.records(place);
      expect(stored?.values['Name']).toBe(whole.name.replace('\n', '\r'));
    });

    test('what is updated is read again exactly', async () => {
      await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
      expect(await opened.table.update('1', 0, whole, never)).toMatchObject({ kind: 'written' });
      expect(await opened.table.read('1', never)).toMatchObject({ modId: 1, values: whole });
    });

    test.each(['0', '-0.5', '0.0000001', '1000000000000000000000', '9007199254740993'])(
      'the number %s keeps all of its digits',
      async (amount) => {
        await using opened = await openServer(kind, { rows: [{ PK: 'k1', Amount: amount }] });
        expect((await opened.table.read('1', never)) ?? {}).toMatchObject({ values: { amount } });
        await opened.table.create('k2', { amount }, anyTime, never);
        expect((await opened.table.lookUp(['k2'], never))[0]?.values['amount']).toBe(amount);
      },
    );

    test('an emptied field is empty, whatever its type', async () => {
      const full = { PK: 'k1', Name: 'Ann', Amount: 7, Born: '1990-01-01', At: '10:00:00' };
      await using opened = await openServer(kind, { rows: [full] });
      const empty = { name: '', amount: '', born: '', at: '' };
      expect(await opened.table.update('1', 0, empty, never)).toEqual({
        kind: 'written',
        recordId: '1',
        modId: 1,
      });
      const [record] = opened.simulator.control.records(place);
      expect(record?.values).toMatchObject({ Name: '', Amount: '', Born: '', At: '' });
      expect((await opened.table.read('1', never)) ?? {}).toMatchObject({ values: empty });
    });

    test('fields with blanks, umlauts and names that mean something in the API are read and written', async () => {
      const rows = [{ PK: 'k1', id: 'one', 'First Name': 'Ann', Größe: 7, zz_Mod: 'm' }];
      await using opened = await openServer(kind, { rows });
      const fieldNames = { own: 'id', first: 'First Name', size: 'Größe', under: 'zz_Mod' };
      const table = await opened.bind({ fieldNames }, { size: 'number' });
      const values = { own: 'two', first: "B'o", size: '8', under: 'n' };
      expect((await table.lookUp(['k1'], never))[0]?.values).toEqual({
        own: 'one',
        first: 'Ann',
        size: '7',
        under: 'm',
      });
      expect(await table.update('1', 0, values, never)).toMatchObject({ kind: 'written' });
      expect((await table.lookUp(['k1'], never))[0]?.values).toEqual(values);
      const byOwn = await opened.bind({ keyField: 'id', fieldNames: { first: 'First Name' } });
      expect(await byOwn.lookUp(['two'], never)).toHaveLength(1);
    });
  });
}
