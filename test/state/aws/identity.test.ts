/** Tables that are not ours, or about something else, are refused before anything is read or written. */
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatVersion } from '../../../src/state/aws/identity.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, type StatePlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const facts = {
  'server hq': 'https://hq.example.com',
  'server branch': 'https://branch.example.com',
  'table contacts key': 'id',
};
const otherKey = { ...facts, 'table contacts key': 'uuid' };

const storedIn = async (TableName: string): Promise<unknown> =>
  (await emulators.dynamo.send(new ScanCommand({ TableName }))).Items;

const stored = ({ controlTable }: StatePlaces): Promise<unknown> => storedIn(controlTable);

async function bound(): Promise<StatePlaces> {
  const places = await newPlaces(emulators);
  await stateIn(emulators, places).bindTo(facts);
  for (const server of ['hq', 'branch']) await meet(places, server);
  return places;
}

async function withFormat(places: StatePlaces, format: number): Promise<void> {
  const Item = {
    pk: { S: 'installation' },
    sk: { S: 'own' },
    installation: { S: 'Test' },
    format: { N: String(format) },
  };
  await emulators.dynamo.send(new PutItemCommand({ TableName: places.controlTable, Item }));
}

const withShop = { ...facts, 'server shop': 'https://shop.example.com' };

const meet = (places: StatePlaces, server: string): Promise<void> =>
  stateIn(emulators, places).control.putMeeting({
    table: 'contacts',
    server,
    state: 'passed',
    shared: 0,
    differing: 0,
    examples: [],
    at: 1,
  });

test('tables are bound once, and by several processes at once', async () => {
  const places = await newPlaces(emulators);
  await Promise.all([1, 2, 3].map(() => stateIn(emulators, places).bindTo(facts)));
  await stateIn(emulators, places).bindTo(withShop);
  await meet(places, 'shop');
  await expect(stateIn(emulators, places).bindTo(otherKey)).rejects.toMatchObject({
    code: 'state-other-servers',
    message: expect.stringMatching(/table contacts key was id.*forget --table contacts/),
  });
});

test('a table that is taken out is not refused, and is known by its key when it comes back', async () => {
  const places = await bound();
  const { 'table contacts key': _, ...withoutKey } = facts;
  await stateIn(emulators, places).bindTo(withoutKey);
  await expect(stateIn(emulators, places).checkIdentity(withoutKey)).resolves.toBe(undefined);
  await expect(stateIn(emulators, places).bindTo(otherKey)).rejects.toThrow('table contacts key was');
  await stateIn(emulators, places).bindTo(facts);
});

test('a deployment that added a server may be rolled back before that server met a table, or its address mended', async () => {
  const places = await bound();
  await stateIn(emulators, places).bindTo(withShop);
  await stateIn(emulators, places).bindTo(facts);
  await expect(stateIn(emulators, places).checkIdentity(facts)).resolves.toBe(undefined);
  await stateIn(emulators, places).bindTo({ ...withShop, 'server shop': 'https://right.example.com' });
});

test('another address is accepted by the functions, and by commands once it is deployed', async () => {
  const places = await bound();
  const moved = { ...facts, 'server hq': 'https://other.example.com' };
  const before = await stored(places);
  await expect(stateIn(emulators, places).checkIdentity(moved)).rejects.toMatchObject({
    message: expect.stringMatching(/server hq was https:\/\/hq\..*https:\/\/other\..*cdk deploy/),
  });
  expect(await stored(places)).toEqual(before);
  await stateIn(emulators, places).bindTo(moved);
  await expect(stateIn(emulators, places).checkIdentity(moved)).resolves.toBe(undefined);
});

test('where a table was found is kept before another address is stored, and is not touched afterwards', async () => {
  const places = await bound();
  const found = { 'table contacts on hq': 'Main/Contacts', 'table contacts on branch': 'Main/Contacts' };
  const { control, bindTo } = stateIn(emulators, places);
  await bindTo({ ...facts, ...found });
  await control.putShape({ table: 'contacts', fields: ['name'], receivers: ['branch', 'hq'] });
  for (const url of ['https://other.example.com', 'https://hq.example.com']) {
    await stateIn(emulators, places).bindTo({ ...facts, ...found, 'server hq': url });
    expect((await control.shape('contacts'))?.addresses).toEqual({
      hq: 'https://hq.example.com Main/Contacts',
      branch: 'https://branch.example.com Main/Contacts',
    });
  }
});

test('a table of records that belongs to another installation is refused, and stays as it was', async () => {
  const places = await bound();
  await stateIn(emulators, places).bindRecords();
  const others = { ...(await newPlaces(emulators)), recordsTable: places.recordsTable };
  const other = stateIn(emulators, others, 'Elsewhere');
  await other.bindTo(facts);
  const before = await storedIn(places.recordsTable);
  await expect(other.bindRecords()).rejects.toMatchObject({
    code: 'state-other-installation',
    message: expect.stringMatching(/Test.*Elsewhere/),
  });
  expect(await storedIn(places.recordsTable)).toEqual(before);
  await expect(stateIn(emulators, places).bindRecords()).resolves.toBe(undefined);
});

test('a process that was bound finds out that the tables were brought to a later format', async () => {
  const places = await bound();
  const state = stateIn(emulators, places);
  await state.bindTo(facts);
  await expect(state.checkFormat()).resolves.toBe(undefined);
  await withFormat(places, formatVersion + 1);
  await expect(state.checkFormat()).rejects.toMatchObject({ code: 'state-newer' });
});

test('tables of another installation are refused, with both names, and stay as they were', async () => {
  const places = await bound();
  const before = await stored(places);
  const other = stateIn(emulators, places, 'Elsewhere');
  for (const refused of [other.bindTo(facts), other.checkIdentity(facts)])
    await expect(refused).rejects.toMatchObject({
      code: 'state-other-installation',
      message: expect.stringMatching(/Test.*Elsewhere/),
    });
  expect(await stored(places)).toEqual(before);
});

test.each([
  ['newer', formatVersion + 1, 'state-newer'],
  ['too old', 0, 'state-older'],
])('a format that is %s is refused', async (_what, format, code) => {
  const places = await bound();
  await withFormat(places, format);
  const before = await stored(places);
  const state = stateIn(emulators, places);
  await expect(state.bindTo(facts)).rejects.toMatchObject({ code });
  await expect(state.checkIdentity(facts)).rejects.toMatchObject({ code });
  expect(await stored(places)).toEqual(before);
});

test('whoever only reads waits until a function has brought an earlier format up to date', async () => {
  const places = await bound();
  await withFormat(places, formatVersion - 1);
  const state = stateIn(emulators, places);
  await expect(state.checkIdentity(facts)).rejects.toMatchObject({ code: 'state-older' });
  await state.bindTo(facts);
  await expect(state.checkIdentity(facts)).resolves.toBe(undefined);
});
