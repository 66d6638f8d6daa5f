/** Data of earlier releases: what each of them stored is read, and worked on, by this one. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { applicationId } from '../../../src/state/local/format.ts';
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { migrations } from '../../../src/state/local/migrations.ts';
import { type Emulators, startEmulators } from '../aws/emulators.ts';
import { newPlaces, stateIn } from '../aws/opened-state.ts';
import { temporaryDirectory } from '../local/temporary-directory.ts';
import { expectStored } from './what-was-stored.ts';

const identity = { 'server hq': 'https://hq.example.com' };

/** As the SDK gives and takes them; nothing is stored as bytes. */
const attribute = z.custom<AttributeValue>((value) => typeof value === 'object' && value !== null);
const item = z.record(z.string(), attribute);
const awsFormat = z.object({
  records: z.array(item),
  control: z.array(item),
  objects: z.record(z.string(), z.string()),
});
const localFormat = z.record(
  z.string(),
  z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
);

const stored = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

test.each(['aws-format-1.json'])('what %s holds is read, and goes on from there', async (name) => {
  const { records, control, objects } = awsFormat.parse(stored(name));
  const places = await newPlaces(emulators);
  for (const [TableName, items] of [
    [places.recordsTable, records],
    [places.controlTable, control],
  ] as const)
    for (const Item of items) await emulators.dynamo.send(new PutItemCommand({ TableName, Item }));
  for (const [Key, text] of Object.entries(objects)) {
    const Body = Buffer.from(text, 'base64');
    await emulators.s3.send(new PutObjectCommand({ Bucket: places.bucket, Key, Body }));
  }
  const state = stateIn(emulators, places, 'ServerSync');
  await state.bindTo(identity);
  await expectStored(state);
  await state.bindTo({ ...identity, 'table contacts key': 'id' });
  await expect(state.bindTo({ ...identity, 'table contacts key': 'uuid' })).rejects.toThrow(
    'table contacts key',
  );
});

test.each([['local-format-3.json', 3]])(
  'what %s holds is read, and goes on from there',
  async (name, version) => {
    const tables = localFormat.parse(stored(name));
    const { directory, remove } = temporaryDirectory();
    const place = join(directory, 'state');
    mkdirSync(place);
    const database = new DatabaseSync(join(place, 'serversync.db'));
    database.exec(migrations.slice(0, version).join(';'));
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
    for (const [table, rows] of Object.entries(tables)) {
      for (const row of rows) {
        const names = Object.keys(row);
        const values = names.map((column) => row[column] ?? null);
        const marks = names.map(() => '?').join(', ');
        database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`).run(...values);
      }
    }
    database.close();
    const state = openLocalState({ directory: place, now: () => 1_732_000_000_000 });
    state.bindTo(identity);
    await expectStored(state);
    state.close();
    expect(() => openLocalState({ directory: place, now: () => 0, existing: true }).close()).not.toThrow();
    remove();
  },
);
