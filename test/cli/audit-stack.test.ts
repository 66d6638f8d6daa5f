/** Who it was, of a stack: as AWS knows the credentials. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actKeptMs } from '../../src/core/act.ts';
import { meeting, parkedRecord } from '../contracts/samples.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { type Deployed, deployed } from './support/deployed.ts';
import { callerArn } from './support/fake-aws.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

async function halted(): Promise<Deployed> {
  const stack = await deployed(emulators);
  await stack.state.control.putMeeting(meeting({ server: 'branch', state: 'halted' }));
  await stack.state.control.park([parkedRecord('k1', { server: 'branch' })]);
  return stack;
}

test('an act on a stack is put down with the ARN of who asked AWS, or the name that was given', async () => {
  await using stack = await halted();
  expect((await stack.approve('contacts', 'branch')).code).toBe(0);
  expect((await stack.start('parked retry', '--as', 'Mary').ended).code).toBe(0);
  expect(await stack.state.control.acts(9)).toMatchObject([
    { what: 'retry', by: 'Mary', records: 1 },
    { what: 'approve', by: callerArn, table: 'contacts', server: 'branch' },
  ]);
  const { stdout } = await stack.start('audit').ended;
  expect(stdout).toContain(`  approved a halt\n    contacts on branch, id `);
  expect(stdout).toContain(`    by ${callerArn}\n`);
  expect(actKeptMs).toBeGreaterThan(365 * 86_400_000);
});

test('an act is kept for as long as the configuration says, and expires then', async () => {
  await using stack = await halted();
  appendFileSync(join(stack.bench.directory, 'serversync.yaml'), '\nretention: { acts: 30 days }\n');
  const done = await stack.start('parked retry', '--as', 'Mary').ended;
  expect([done.code, done.stderr]).toEqual([0, '']);
  const [act] = await stack.state.control.acts(9);
  const { Items = [] } = await emulators.dynamo.send(
    new ScanCommand({ TableName: stack.tables[1], ConsistentRead: true }),
  );
  const expiring = Items.find(({ pk }) => pk?.S === 'act-by-age')?.['expires']?.N;
  expect(Number(expiring)).toBe(Math.ceil(((act?.at ?? 0) + 30 * 86_400_000) / 1000));
});

test('where AWS does not say who it is nothing is done, and --as is named', async () => {
  await using stack = await halted();
  stack.bench.aws.refusals.set('sts:GetCallerIdentity', { code: 'AccessDenied', status: 403 });
  const { code, stderr } = await stack.start('parked retry').ended;
  expect([code, stderr]).toEqual([2, expect.stringContaining('--as NAME')]);
  expect(stderr).toContain('these credentials may not do sts:GetCallerIdentity');
  expect(await stack.state.control.acts(9)).toEqual([]);
  expect(await stack.state.control.parkedDue('branch', Date.now(), 9)).toEqual([]);
  expect((await stack.start('parked retry', '--as', 'Mary').ended).code).toBe(0);
});
