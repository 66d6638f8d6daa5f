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

const facts = { 'server hq': 'https://hq.example.com', 'server branch': 'https://branch.example.com' };

const stored = async ({ controlTable }: StatePlaces): Promise<unknown> =>
  (await emulators.dynamo.send(new ScanCommand({ TableName: controlTable }))).Items;

async function bound(): Promise<StatePlaces> {
  const places = await newPlaces(emulators);
  await stateIn(emulators, places).bindTo(facts);
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

test('tables are bound once, and by several processes at once', async () => {
  const places = await newPlaces(emulators);
  await Promise.all([1, 2, 3].map(() => stateIn(emulators, places).bindTo(facts)));
  await stateIn(emulators, places).bindTo({ ...facts, 'server shop': 'https://shop.example.com' });
  await expect(stateIn(emulators, places).bindTo(facts)).rejects.toMatchObject({
    code: 'state-other-servers',
    message: expect.stringContaining('server shop'),
  });
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

test('another address of a server is refused, with both addresses, and stays as it was', async () => {
  const places = await bound();
  const before = await stored(places);
  const moved = { ...facts, 'server hq': 'https://other.example.com' };
  await expect(stateIn(emulators, places).bindTo(moved)).rejects.toMatchObject({
    message: expect.stringMatching(/server hq was https:\/\/hq\..*https:\/\/other\./),
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
