import { expect, test } from 'vitest';
import { z } from 'zod';
import { matchRows } from '../../../src/core/look-up.ts';
import { escapeCriterion } from '../../../src/filemaker/data-api/find.ts';
import { connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions } from '../http/scripted-server.ts';
import { simulate } from '../../contracts/server/simulated.ts';

const limitOf = (body: string): number =>
  z.object({ limit: z.coerce.number() }).parse(JSON.parse(body)).limit;

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
