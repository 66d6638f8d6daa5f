/** `history --stack` and `put-back TABLE KEY --stack` as processes, over the state of a stack. */
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Head, HeadField } from '../../src/core/head.ts';
import { conflictId } from '../../src/core/conflict.ts';
import { digestOf } from '../../src/core/digest.ts';
import { LargeValues } from '../../src/state/aws/large-values.ts';
import { conflict, fieldList, historyEntry, replica } from '../contracts/samples.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { stackTrace } from './support/aws-bench.ts';
import { type Deployed, deployed } from './support/deployed.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const hourMs = 3_600_000;
const at = Date.now() - 2 * hourMs;

const named = (value: string, ms: number, origin: string): HeadField => ({
  value,
  digest: digestOf(value),
  stamp: { lo: ms, hi: ms + 1_000 },
  origin,
});
const [before, now] = [named('Ann', at - hourMs, 'hq'), named('Anne', at, 'branch')];

const headOf = (version: number, name: HeadField, parts: Partial<Head> = {}): Head => ({
  table: 'contacts',
  key: 'k1',
  version,
  fields: { name },
  createOnly: {},
  seen: {},
  ...parts,
});

/** Ann, of hq, became Anne on branch; hq has got that. */
async function withRecord(): Promise<Deployed> {
  const stack = await deployed(emulators);
  const { records, control } = stack.state;
  const entry = historyEntry(2, {
    at,
    cause: { kind: 'seen', server: 'branch' },
    replaced: { fields: { name: before } },
    decided: [],
  });
  const { version, id } = entry;
  await records.putHeads([headOf(1, before)]);
  await control.putHistory([entry]);
  await records.putHeads([headOf(2, now, { history: { since: 1, upTo: 2, last: { version, id } } })]);
  const digests = { name: now.digest };
  await records.putReplicas([replica(1, { version, digests, delivered: [{ version, at: at + 60_000 }] })]);
  await records.putReplicas([replica(1, { server: 'branch', version, digests })]);
  const lost = { server: 'hq', value: 'Anna', stamp: { lo: at, hi: at } };
  const id1 = conflictId('contacts', 'k1', 'name', 'hq', '12', 3, 'digest');
  await control.putConflicts([conflict(id1, { code: 'aa11bb22cc33dd44', loser: lost, at })]);
  const text = { type: 'text', writable: true, autoEnter: false, repetitions: 1 } as const;
  const stamp = { ...text, name: 'modified_at', type: 'timestamp', autoEnter: true } as const;
  const fields = [{ ...text, name: 'id' }, { ...text, name: 'name' }, stamp];
  for (const server of ['hq', 'branch'])
    await control.putFieldList(fieldList({ server, layout: 'Contacts_Sync', fields }));
  return stack;
}

const plain = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, 'THEN').replaceAll(/\(± [^)]*\)/g, '(± SOME)');

const headIn = async ({ state }: Deployed): Promise<Head | undefined> =>
  (await state.records.heads('contacts', ['k1'])).get('k1');

describe('history --stack', () => {
  test('tells what changed in a record, since when each server has it, and what lost', async () => {
    await using stack = await withRecord();
    const { code, stdout, stderr } = await stack.start('history contacts k1').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(plain(stdout)).toBe(
      [
        'contacts, record k1: version 2',
        '',
        '2  THEN (± SOME), changed on branch',
        '    name: "Ann" -> "Anne"',
        '    on hq since THEN',
        '',
        '1  the first version',
        '    THEN (± SOME), on hq:',
        '        name: "Ann"',
        '    on branch since THEN at the latest',
        '',
        'Lost a conflict, changed nothing, and is kept:',
        '    aa11bb22  THEN  name',
        '        hq: "Anna"',
        '    serversync conflicts show aa11bb22 --stack ServerSync tells more',
        '',
      ].join('\n'),
    );
  });

  test.each(['Query', 'BatchGetItem'])(
    'where its credentials may not do %s says so, with exit code 2',
    async (action) => {
      await using stack = await withRecord();
      stack.denied.add(action);
      stack.denied.add('GetItem');
      const { code, stderr } = await stack.start('history contacts k1').ended;
      expect([code, stderr]).toEqual([2, expect.stringContaining('these credentials may not do dynamodb:')]);
      expect(stderr).not.toMatch(stackTrace);
    },
  );
});

test('fields that were called otherwise are told, and put back, by the names that they have now', async () => {
  await using stack = await withRecord();
  const { records, control } = stack.state;
  const place = { version: 2, id: 'aaaabbbb' };
  const replaced = { fields: { title: before } };
  await control.putHistory([historyEntry(2, { ...place, key: 'k2', at, replaced, decided: [] })]);
  const history = { since: 1, upTo: 2, last: place };
  await records.putHeads([headOf(1, before, { key: 'k2' })]);
  await records.putHeads([headOf(2, now, { key: 'k2', history })]);
  const names = { hq: {}, branch: {} };
  const renamings = [{ at: at + 1, to: { title: 'name' } }];
  const receivers = ['branch', 'hq'];
  await control.putShape({ table: 'contacts', fields: ['name'], receivers, names, renamings });
  const { stdout } = await stack.start('history contacts k2').ended;
  expect(stdout).toContain('    name (then title): "Ann" -> "Anne"\n');
  expect((await stack.start('put-back contacts k2 --version 1').ended).code).toBe(0);
  expect((await records.heads('contacts', ['k2'])).get('k2')?.fields['name']?.value).toBe('Ann');
  const other = { hq: { title: 'name' }, branch: { title: 'name' } };
  await control.putShape({ table: 'contacts', fields: ['title'], receivers, names: other });
  const { code, stderr } = await stack.start('put-back contacts k2 --version 2').ended;
  expect([code, stderr]).toEqual([2, expect.stringContaining('let it run once first')]);
});

test('where a value of the record is missing in the bucket, history says which object, with exit code 2', async () => {
  await using stack = await withRecord();
  const large = 'a line of a long note. '.repeat(2_000);
  await stack.state.records.putHeads([headOf(1, named(large, at, 'hq'), { key: 'large' })]);
  const object = `values/${LargeValues.nameOf(large)}`;
  await emulators.s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key: object }));
  const { code, stderr } = await stack.start('history contacts large').ended;
  expect([code, stderr]).toEqual([2, expect.stringContaining(`object ${object} of bucket`)]);
  expect(stderr).not.toMatch(stackTrace);
});

describe('put-back TABLE KEY --stack', () => {
  test('stores it, has a batch for each server with its message, and says how it is taken back', async () => {
    await using stack = await withRecord();
    // The emulator's names of queues are no URLs to the SDK: it grumbles on stderr.
    const { code, stdout } = await stack.start('put-back contacts k1 --version 1').ended;
    expect([code, stdout]).toEqual([
      0,
      [
        'put back: contacts, record k1',
        '    name: "Anne" -> "Ann"',
        '    goes to the servers within minutes',
        '    to take it back:',
        '        serversync put-back contacts k1 --version 2 --stack ServerSync',
        '',
      ].join('\n'),
    ]);
    expect(await headIn(stack)).toMatchObject({ version: 3, fields: { name: { value: 'Ann' } } });
    const [entry] = await stack.state.control.history('contacts', 'k1', 1);
    expect(entry).toMatchObject({ version: 3, cause: { kind: 'put-back', to: 1 } });
    for (const server of ['hq', 'branch']) {
      const [row] = await stack.state.control.openBatches(server, 9);
      const [message] = await stack.state.queue.receive(server, 9, 1_000, Date.now());
      expect([row?.keys, message?.batch]).toEqual([[{ key: 'k1', version: 3 }], row?.id]);
    }
  });

  test('--dry-run stores nothing, and needs no right to', async () => {
    await using stack = await withRecord();
    for (const action of ['PutItem', 'BatchWriteItem', 'UpdateItem', 'DeleteItem']) stack.denied.add(action);
    const { code, stdout } = await stack.start('put-back contacts k1 --version 1 --dry-run', '--json').ended;
    expect([code, lastObject(stdout)]).toEqual([
      0,
      {
        exitCode: 0,
        table: 'contacts',
        key: 'k1',
        dryRun: true,
        returns: false,
        fields: [{ field: 'name', from: 'Anne', to: 'Ann' }],
      },
    ]);
    expect((await headIn(stack))?.version).toBe(2);
  });

  test.each(['PutItem', 'BatchWriteItem', 'UpdateItem'])(
    'where its credentials may not do %s says so, with exit code 2',
    async (action) => {
      await using stack = await withRecord();
      stack.denied.add(action);
      const { code, stderr } = await stack.start('put-back contacts k1 --version 1').ended;
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`these credentials may not do dynamodb:${action}`),
      ]);
      expect(stderr).not.toMatch(stackTrace);
    },
  );
});

test('of a deleted record whose values are not kept any more history says so, and put-back refuses it', async () => {
  await using stack = await withRecord();
  const { records } = stack.state;
  const deleted = { stamp: { lo: at, hi: at }, origin: 'hq', bare: true } as const;
  await records.putHeads([headOf(3, now, { fields: {}, deleted })]);
  const shown = await stack.start('history', 'contacts', 'k1').ended;
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toContain('\nwhat it held is not kept any more, and cannot be put back\n');
  const told = await stack.start('history', 'contacts', 'k1', '--json').ended;
  expect(lastObject(told.stdout)).toMatchObject({ deleted: { server: 'hq', kept: false } });
  const refused = await stack.start('put-back', 'contacts', 'k1', '--as', 'Mary').ended;
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('what the deleted record held is not kept any more'),
  ]);
});
