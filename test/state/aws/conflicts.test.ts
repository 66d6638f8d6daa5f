/** How conflicts lie in the tables: what expires when, and what is too large for a row. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conflictKeptMs } from '../../../src/core/conflict.ts';
import { conflict, head } from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn, type StatePlaces } from './opened-state.ts';

let emulators: Emulators;
let places: StatePlaces;

beforeAll(async () => {
  emulators = await startEmulators();
  places = await newPlaces(emulators);
});
afterAll(async () => {
  await emulators.stop();
});

const { at } = conflict('any');
const stamp = { lo: at, hi: at };
const large = (letter: string) => `${letter} line of a long note. `.repeat(2_000);
const candidate = (letter: string) => ({ value: large(letter), digest: letter, stamp });
const held = {
  ...candidate('a'),
  origin: 'hq',
  held: { candidates: { hq: candidate('a'), branch: candidate('b') }, conflicts: ['c'] },
};

const seconds = (ms: number): number => (ms + conflictKeptMs) / 1000;

async function expiries(pk: string): Promise<Readonly<Record<string, number | undefined>>> {
  const { Items = [] } = await emulators.dynamo.send(
    new QueryCommand({
      TableName: places.controlTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    }),
  );
  return Object.fromEntries(
    Items.map((item) => [
      item['sk']?.S,
      item['expires']?.N === undefined ? undefined : Number(item['expires'].N),
    ]),
  );
}

test('a conflict and its entry expire 90 days, or as many as it says, after the last that happened to it, an open one does not', async () => {
  const { control } = stateIn(emulators, places);
  const choice = {
    at: at + 5_000,
    server: 'hq',
    value: 'Ann',
    conflicts: [],
    before: { ...candidate('a'), origin: 'hq' },
  };
  await control.putConflicts([
    conflict('plain'),
    conflict('open', { open: true }),
    conflict('chosen', { choices: [choice] }),
    conflict('kept for 10 s', { keptMs: 10_000 }),
  ]);
  const expected = {
    'conflict kept for 10 s': (at + 10_000) / 1000,
    'conflict plain': seconds(at),
    'conflict open': undefined,
    'conflict chosen': seconds(at + 5_000),
  };
  expect([await expiries('conflict'), await expiries('conflict-ages')]).toEqual([expected, expected]);
  await control.putConflicts([conflict('open', { agreedAt: at + 9_000 })]);
  expect((await expiries('conflict'))['conflict open']).toBe(seconds(at + 9_000));
});

test('R5: values too large for a row that wait for a person, or were replaced by a choice, are kept as they are', async () => {
  const { control, records } = stateIn(emulators, places);
  const one = head(1, { fields: { notes: held } });
  await records.putHeads([one]);
  const chosen = conflict('c', {
    choices: [{ at, server: 'hq', value: large('a'), before: held, conflicts: ['c'] }],
  });
  await control.putConflicts([chosen]);
  const other = stateIn(emulators, places);
  expect((await other.records.heads('contacts', ['k1'])).get('k1')).toEqual(one);
  expect(await other.control.conflictsById(['c'])).toEqual([chosen]);
});
