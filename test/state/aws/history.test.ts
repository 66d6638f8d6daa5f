/** How the history of records lies in the tables: what expires when, and what is too large for a row. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { head, historyEntry } from '../../contracts/samples.ts';
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

const at = 1_732_000_000_000;

test('an entry expires when its time is over', async () => {
  const { control } = stateIn(emulators, places);
  await control.putHistory([historyEntry(2, { keepUntil: at + 7_000 })]);
  const { Items = [] } = await emulators.dynamo.send(new ScanCommand({ TableName: places.controlTable }));
  expect(Items.map((item) => item['expires']?.N)).toEqual([String((at + 7_000) / 1000)]);
});

test('R5: a text too large for a row is kept as it was, and lies in the bucket once', async () => {
  const large = 'a line of a long note. '.repeat(2_000);
  const field = { value: large, digest: 'l', stamp: { lo: at, hi: at }, origin: 'hq' };
  const { records, control } = stateIn(emulators, places);
  await records.putHeads([head(1, { key: 'large', fields: { notes: field } })]);
  const entry = historyEntry(2, { key: 'large', replaced: { fields: { notes: field } } });
  await control.putHistory([entry]);
  expect(await stateIn(emulators, places).control.history('contacts', 'large', 9)).toEqual([entry]);
  const { KeyCount } = await emulators.s3.send(new ListObjectsV2Command({ Bucket: places.bucket }));
  expect(KeyCount).toBe(1);
});
