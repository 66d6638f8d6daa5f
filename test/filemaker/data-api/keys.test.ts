import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { matchRows } from '../../../src/core/look-up.ts';
import { escapeCriterion } from '../../../src/filemaker/data-api/find.ts';
import { connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions } from '../http/scripted-server.ts';
import { simulate } from './simulated.ts';

const limitOf = (body: string): number =>
  z.object({ limit: z.coerce.number() }).parse(JSON.parse(body)).limit;

const characters = Array.from('aB1 @*#?!=<>"~/\\.{}≤≥…,-:;\'\n(é漢😀');

const nasty = fc.string({
  unit: fc.constantFrom(...characters),
  minLength: 1,
  maxLength: 12,
});

/** FileMaker compares without regard to case; here it is enough that no other key is nearer than that. */
const folded = (key: string): string => key.toLowerCase();

test('a key finds its own record and no other, whatever operators it holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(nasty, { selector: folded, minLength: 2, maxLength: 12 }),
      async (keys) => {
        await using simulator = await simulate(keys.map((key) => ({ PK: key.replaceAll('\n', '\r') })));
        await using connected = connect(simulator.url);
        const table = connected.server.table(contacts);
        for (const key of keys) {
          const found = await table.lookUp([key], never);
          expect(found.map((record) => record.key)).toEqual([key]);
        }
        const halves = keys.slice(0, Math.ceil(keys.length / 2));
        const together = await table.lookUp(halves, never);
        expect(together.map((record) => record.key)).toEqual(halves);
      },
    ),
    { numRuns: 40 },
  );
});

test('the key a*@"=1 is found among look-alikes', async () => {
  const keys = ['a*@"=1', 'abc"=1', 'a', 'a*@"=12', 'xa*@"=1', 'ab1'];
  await using simulator = await simulate(keys.map((PK) => ({ PK })));
  await using connected = connect(simulator.url);
  const found = await connected.server.table(contacts).lookUp(['a*@"=1'], never);
  expect(found.map(({ key }) => key)).toEqual(['a*@"=1']);
});

test('a key that is much like another only in case finds both, for the caller to compare', async () => {
  await using simulator = await simulate([{ PK: 'abc' }, { PK: 'ABC' }, { PK: 'abcd' }]);
  await using connected = connect(simulator.url);
  const found = await connected.server.table(contacts).lookUp(['abc'], never);
  expect(found.map(({ key }) => key)).toEqual(['abc', 'ABC']);
});

test('number keys are found by their value, beyond 2^53 too', async () => {
  const big = '12345678901234567891';
  await using simulator = await simulate([
    { Number: big },
    { Number: '12345678901234567892' },
    { Number: -5 },
  ]);
  await using connected = connect(simulator.url);
  const binding = { ...contacts, keyField: 'Number', types: { ...contacts.types, id: 'number' as const } };
  const found = await connected.server.table(binding).lookUp([big, '-5'], never);
  expect(found.map(({ key }) => key)).toEqual([big, '-5']);
});

test('a hundred keys are one request', async () => {
  const keys = Array.from({ length: 100 }, (_, at) => `key-${at}`);
  await using simulator = await simulate(keys.map((PK) => ({ PK })));
  await using connected = connect(simulator.url);
  const found = await connected.server.table(contacts).lookUp(keys, never);
  expect([found.length, simulator.control.stats().requests.find]).toEqual([100, 1]);
});

test('however many rows share a key, all others are found, and few rows are read', async () => {
  const same = Array.from({ length: 3000 }, (_, at) => ({ PK: at % 2 === 0 ? 'same' : 'Same' }));
  const singles = Array.from({ length: 9 }, (_, at) => ({ PK: `single ${at}` }));
  await using simulator = await simulate([...same, ...singles]);
  await using connected = connect(simulator.url);
  const keys = ['same', 'Same', 'nobody', ...singles.map(({ PK }) => PK)];
  const found = await connected.server.table(contacts).lookUp(keys, never);
  const kinds = [...matchRows(keys, found)].map(([key, { kind }]) => `${key}: ${kind}`);
  expect(kinds).toEqual([
    'same: ambiguous',
    'Same: ambiguous',
    'nobody: absent',
    ...singles.map(({ PK }) => `${PK}: found`),
  ]);
  expect(found.length).toBeLessThan(200);
  expect(simulator.control.stats().requests.find).toBe(2);
});

test('no row is lost where the server takes more for the same than we do', async () => {
  const fields = { PK: '', Name: '', Amount: '', Born: '', At: '', Seen: '', Modified: '' };
  const rows = Array.from({ length: 25 }, (_, at) => ({
    fieldData: { ...fields, PK: at === 24 ? 'k' : `other ${at}` },
    recordId: String(at + 1),
    modId: '0',
  }));
  await using fake = await startScripted(
    withSessions(({ body }) => envelope('0', { data: rows.slice(0, limitOf(body)) })),
  );
  await using connected = connect(fake.url);
  const found = await connected.server.table(contacts).lookUp(['k', 'l'], never);
  expect(found.map(({ recordId }) => recordId)).toEqual(rows.map(({ recordId }) => recordId));
});

test('a record that answers to several keys of a find is given once', async () => {
  const fields = { PK: 'k', Name: '', Amount: '', Born: '', At: '', Seen: '', Modified: '' };
  const row = { fieldData: fields, recordId: '1', modId: '0' };
  await using fake = await startScripted(withSessions(() => envelope('0', { data: [row, row] })));
  await using connected = connect(fake.url);
  expect(await connected.server.table(contacts).lookUp(['k', 'K'], never)).toHaveLength(1);
});

test('a record is read by its id, and one that is not there is undefined', async () => {
  await using simulator = await simulate([{ PK: 'k1' }, { PK: 'k2' }]);
  await using connected = connect(simulator.url);
  const table = connected.server.table(contacts);
  expect(await table.read('2', never)).toMatchObject({ key: 'k2' });
  expect(await table.read('9', never)).toBe(undefined);
});

test('an empty key is looked up nowhere', async () => {
  await using simulator = await simulate([{ PK: '' }]);
  await using connected = connect(simulator.url);
  expect(await connected.server.table(contacts).lookUp([''], never)).toEqual([]);
  expect(simulator.control.stats().requests.find).toBe(0);
});

test.each([
  ['2026-11-22', '2026-11-22'],
  ['A/12.5', 'A/12.5'],
  ['a@b.com', 'a\\@b.com'],
  ['a//b', 'a\\/\\/b'],
  ['1...5', '1\\.\\.\\.5'],
  ['c:\\x', 'c:\\\\x'],
  [' ', '\\ '],
  [' a b ', '\\ a b\\ '],
])('the key %s is asked for as %s', (key, criterion) => {
  expect(escapeCriterion(key)).toBe(criterion);
});
