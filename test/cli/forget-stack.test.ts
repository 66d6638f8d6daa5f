/** `export` and `forget --stack` as processes, over the state of a stack: nothing of the record is left in any item. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conflictId } from '../../src/core/conflict.ts';
import { digestOf } from '../../src/core/digest.ts';
import type { Head, HeadField } from '../../src/core/head.ts';
import { conflict, historyEntry, replica } from '../contracts/samples.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { VersionedS3 } from '../state/aws/versioned-s3.ts';
import { type Deployed, deployed, type DeployedOptions } from './support/deployed.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const hourMs = 3_600_000;
const at = Date.now() - 2 * hourMs;
const key = 'K-of-Zebedee';
const telling = ['Zebedee Quartermain', 'Quincy Oddfellow', 'Ulla Yttersjo', key];

const named = (value: string): HeadField => ({
  value,
  digest: digestOf(value),
  stamp: { lo: at, hi: at },
  origin: 'hq',
});

/** Deleted on hq, two hours ago; `branch`: whether it is known that it is gone there as well. */
async function withTombstone(branch: 'gone' | 'there', options?: DeployedOptions): Promise<Deployed> {
  const stack = await deployed(emulators, options);
  const { records, control } = stack.state;
  const [now = '', before = '', lost = ''] = telling;
  const head: Head = {
    table: 'contacts',
    key,
    version: 1,
    fields: { name: named(now) },
    createOnly: {},
    seen: {},
  };
  await records.putHeads([head]);
  await control.putHistory([historyEntry(2, { key, at, replaced: { fields: { name: named(before) } } })]);
  const id = conflictId('contacts', key, 'name', 'branch', '7', 3, digestOf(lost));
  const loser = { server: 'branch', value: lost, stamp: { lo: 0, hi: 1 } };
  await control.putConflicts([conflict(id, { key, at, loser })]);
  const deleted = { stamp: { lo: at, hi: at }, origin: 'hq' };
  await records.putHeads([{ ...head, version: 2, deleted }]);
  const gone = { key, at, until: at, digests: {}, gone: true } as const;
  await records.putReplicas([replica(1, gone)]);
  const there = { key, at, until: at, digests: { name: digestOf(now) } };
  await records.putReplicas([replica(1, { ...(branch === 'gone' ? gone : there), server: 'branch' })]);
  return stack;
}

/** Which of the texts are in any item of both tables. */
async function foundIn({ tables }: Deployed, texts: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(
    tables.map((TableName) => emulators.dynamo.send(new ScanCommand({ TableName, ConsistentRead: true }))),
  );
  const items = JSON.stringify(all.map(({ Items }) => Items));
  return texts.filter((text) => items.includes(text));
}

test('export shows all of it, and forget leaves nothing in any item', async () => {
  await using stack = await withTombstone('gone');
  expect(await foundIn(stack, telling)).toEqual(telling);
  const shown = await stack.start('export', 'contacts', key, '--json').ended;
  expect(shown.code).toBe(0);
  for (const text of telling) expect(JSON.stringify(lastObject(shown.stdout))).toContain(text);
  const done = await stack.start('forget', 'contacts', key, '--yes', '--as', 'Mary').ended;
  expect([done.code, done.stderr]).toEqual([0, '']);
  expect(done.stdout).toContain(`forgotten: contacts, record ${key}\n`);
  expect(done.stdout).toMatch(/point-in-time recovery of the tables still holds it\s+until \d{4}-\d\d-\d\d/);
  expect(await foundIn(stack, telling)).toEqual([]);
  const gone = await stack.start('export', 'contacts', key).ended;
  expect(gone.code).toBe(2);
});

test('its values above 32 KB go from the bucket, and what another record holds too stays and is told', async () => {
  await using s3 = await VersionedS3.start();
  s3.now = () => Date.now() - hourMs;
  const values = { endpoint: s3.endpoint, client: s3.newClient() };
  await using stack = await withTombstone('gone', { values });
  const large = ['of it alone', 'of two'].map((text) => text.padEnd(40).repeat(1000));
  const [alone = '', both = ''] = large;
  const replaced = { fields: { name: named(alone), note: named(both) } };
  await stack.state.control.putHistory([historyEntry(3, { key, at, replaced })]);
  await stack.state.control.putHistory([
    historyEntry(3, { key: 'other', at, replaced: { fields: { note: named(both) } } }),
  ]);
  expect(s3.keys).toHaveLength(2);
  const done = await stack.start('forget', 'contacts', key, '--yes', '--json').ended;
  values.client.destroy();
  expect(done.stderr).toContain('    1 value above 32 KB: removed from the bucket, with all versions\n');
  expect(done.stderr).toContain('    1 value above 32 KB: left in the bucket, since something else holds');
  expect(lastObject(done.stdout)).toMatchObject({ large: { removed: 1, held: 1, later: 0 } });
  expect(s3.versions.map(({ body }) => body)).toEqual([both]);
});

test('as long as a server may hold it only its key and the digests of that server are left', async () => {
  await using stack = await withTombstone('there');
  const done = await stack.start('forget', 'contacts', key, '--yes', '--as', 'Mary').ended;
  expect(done.code).toBe(1);
  expect(done.stdout).toContain('branch: the record is, or may be, still there');
  expect(await foundIn(stack, telling)).toEqual([key]);
  expect(await foundIn(stack, [digestOf(telling[0] ?? '')])).toHaveLength(1);
});

test('who may not remove what is held is told the right that lacks', async () => {
  await using stack = await withTombstone('gone');
  stack.denied.add('DeleteItem');
  const done = await stack.start('forget', 'contacts', key, '--yes', '--as', 'Mary').ended;
  expect([done.code, done.stderr]).toEqual([
    expect.any(Number),
    expect.stringContaining('dynamodb:DeleteItem'),
  ]);
});
