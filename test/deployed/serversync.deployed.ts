/** The project's own app, deployed onto the emulator, and the very bundles that were deployed at work. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { PurgeQueueCommand, GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Office, Row } from '../end-to-end/support/office.ts';
import { assertDone } from './cdk.ts';
import { same } from './same.ts';
import { judge } from './granted/granted.ts';
import { neverUsed, wildcardReasons } from './granted/reasons.ts';
import { type Asked, askedBy, sumOf } from './requests.ts';
import {
  configurationOf,
  type FunctionName,
  type InstallationUnderTest,
  openInstallation,
  openTwoTables,
  orderKeys,
  stack,
  until,
} from './installation.ts';

const rowsOf = (prefix: string, count: number): readonly Row[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${prefix}-${at}`,
    name: `${prefix} ${at}`,
    notes: '',
    amount: at,
    modified_at: '01/01/2026 10:00:00',
  }));

const doctorSchema = z.object({
  findings: z.array(z.object({ check: z.string(), status: z.string(), server: z.string().optional() })),
});

describe('a deployed installation', () => {
  let under: InstallationUnderTest;
  let hq: Office;
  let branch: Office;
  let north: Office | undefined;

  beforeAll(async () => {
    under = await openInstallation({ hq: rowsOf('hq', 30), branch: rowsOf('branch', 20) });
    ({ hq, branch } = under.offices);
    await under.install(configurationOf(under.offices));
  });

  afterAll(async () => {
    await north?.close();
    await under[Symbol.asyncDispose]();
  });

  const areEqual = (): boolean => hq.records.length > 0 && same(hq, branch);

  /** What a tick of hq asks for that finds nothing, by a process that is warm. */
  async function idleTick(): Promise<Asked> {
    const { recorder, host } = under.harness;
    await under.minutes(31);
    await host.quiet();
    const enumerate = await under.functionOf('Enumerate');
    // Once a day a tick looks further back: that one is no idle one.
    await host.invoke(enumerate, { server: 'hq' });
    const begun = recorder.requests.length;
    await host.invoke(enumerate, { server: 'hq' });
    return askedBy(enumerate, recorder.requests.slice(begun));
  }

  /** How it ended, and whether a fresh process was what answered; how long that took is printed. */
  async function coldStart(name: FunctionName, event: object): Promise<readonly [string, boolean]> {
    const { host } = under.harness;
    const deployed = await under.functionOf(name);
    const bytes = await host.bundleBytes(deployed);
    await host.endIdle(deployed);
    const { kind, coldStartMs, durationMs } = await host.invoke(deployed, event);
    const size = (bytes / 1_000_000).toFixed(2);
    const loaded = `a fresh process loads it in ${Math.round(coldStartMs ?? 0)} ms`;
    process.stdout.write(
      `${name}: ${size} MB, ${loaded} and answers its first event ${Math.round(durationMs)} ms later\n`,
    );
    return [kind, coldStartMs !== undefined];
  }

  test('a missing secret is told with its remedy, and nothing is written', async () => {
    await under.minutes(6);
    const lines = under.harness.host.logs.map((line) => JSON.stringify(line)).join('\n');
    expect(lines).toContain('serversync secrets set');
    expect([...hq.writes, ...branch.writes]).toEqual([]);
  });

  test('a server that can be read again is not told as out of reach while its tables wait for another', async () => {
    await under.putSecret('hq');
    await under.minutes(6);
    expect([under.latest('Unreachable', 'hq'), under.latest('Unreachable', 'branch')]).toEqual([0, 1]);
  });

  test('records go both ways, field for field', async () => {
    await under.putSecret('branch');
    await under.harness.host.startPolling();
    await under.minutes(16);
    await under.eventually(areEqual);
    expect(hq.records).toHaveLength(50);
  });

  test('an edit on either side reaches the other', async () => {
    hq.edit('branch-3', { name: 'edited at hq' });
    branch.edit('hq-4', { notes: 'edited at branch' });
    branch.create({ id: 'new', name: 'made at branch' });
    await under.minutes(6);
    await under.eventually(areEqual);
    expect([branch.value('branch-3', 'name'), hq.value('hq-4', 'notes'), hq.value('new', 'name')]).toEqual([
      'edited at hq',
      'edited at branch',
      'made at branch',
    ]);
  });

  test('status --stack shows both servers with their table and lag, and ends with 0 only when nothing waits', async () => {
    await under.harness.host.stopPolling();
    hq.edit('hq-6', { name: 'on its way' });
    await under.minutes(6);
    const { code, stdout } = await under.status();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^contacts +hq +none +\d+ (s|min) ago +0 /m);
    expect(stdout).toMatch(/^contacts +branch +\d+ min +\d+ (s|min) ago +1 /m);
    expect(stdout).toMatch(/^contacts +hq +both +51$/m);
    expect(stdout).toMatch(/^contacts +branch +both +51$/m);
    await under.harness.host.startPolling();
    await under.eventually(areEqual);
    await under.harness.host.quiet();
    expect((await under.status()).code).toBe(0);
  });

  test('doctor --stack looks at both servers from inside the function, and at the stack', async () => {
    const { stdout } = await under.doctor('--json');
    const { findings } = doctorSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
    const statusOf = (check: string, server?: string) =>
      findings.find((one) => one.check === check && one.server === server)?.status;
    for (const server of ['hq', 'branch'])
      expect(
        ['inside', 'reachable', 'account', 'layout', 'secret', 'queue', 'unreadable', 'schedule'].map(
          (check) => statusOf(check, server),
        ),
      ).toEqual(Array.from({ length: 8 }, () => 'ok'));
    expect(['deployed', 'function', 'alarm', 'recovery', 'skew'].map((check) => statusOf(check))).toEqual(
      Array.from({ length: 5 }, () => 'ok'),
    );
  });

  test('a message that is not ours ends in the dead-letter queue', async () => {
    const { QueueUrl } = await under.sqs.send(new GetQueueUrlCommand({ QueueName: `${stack}-hq` }));
    await under.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not ours' }));
    // It comes back after its visibility timeout, five times.
    for (let receipt = 0; receipt < 7; receipt += 1) {
      await sleep(1500);
      await under.harness.host.advance(9 * 60_000);
    }
    await until(async () => (await under.depth('hq-unreadable')) === 1);
    expect(await under.depth('hq')).toBe(0);
  });

  test('queues that are purged are refilled by measure', async () => {
    await under.harness.host.stopPolling();
    hq.edit('hq-2', { name: 'purged at hq' });
    branch.edit('branch-2', { name: 'purged at branch' });
    await under.minutes(6);
    for (const server of ['hq', 'branch']) {
      const { QueueUrl } = await under.sqs.send(new GetQueueUrlCommand({ QueueName: `${stack}-${server}` }));
      await under.sqs.send(new PurgeQueueCommand({ QueueUrl }));
      expect(await under.depth(server)).toBe(0);
    }
    await under.harness.host.startPolling();
    await under.minutes(20);
    await under.eventually(areEqual);
    expect([branch.value('hq-2', 'name'), hq.value('branch-2', 'name')]).toEqual([
      'purged at hq',
      'purged at branch',
    ]);
  });

  test.each(['hq', 'branch'])(
    'what a writer finds changed on %s before it writes there is carried by it, not lost',
    async (name) => {
      const { host } = under.harness;
      const [here, other, otherName] = name === 'hq' ? [hq, branch, 'branch'] : [branch, hq, 'hq'];
      await host.stopPolling();
      other.edit('hq-7', { name: `for ${name}` });
      await host.invoke(await under.functionOf('Enumerate'), { server: otherName });
      here.edit('hq-7', { notes: `meanwhile on ${name}` });
      await host.startPolling();
      await under.eventually(areEqual);
      expect([here.value('hq-7', 'name'), other.value('hq-7', 'notes')]).toEqual([
        `for ${name}`,
        `meanwhile on ${name}`,
      ]);
    },
  );

  test('a record that is deleted, and one that changed without a stamp, are found by the sweep of the day', async () => {
    const before = hq.records.length;
    hq.delete('hq-29');
    hq.importOver('hq-28', { notes: 'imported' });
    branch.importOver('branch-9', { notes: 'imported too' });
    await under.harness.host.advance(24 * 3_600_000);
    await under.minutes(12);
    const isCarried = (): boolean =>
      !branch.byKey.has('hq-29') &&
      branch.value('hq-28', 'notes') === 'imported' &&
      hq.value('branch-9', 'notes') === 'imported too' &&
      areEqual();
    await under.eventually(isCarried);
    expect([hq, branch].map(({ records }) => records.length)).toEqual([before - 1, before - 1]);
  });

  test('what an idle tick and a change ask of AWS is counted, and is no more than it has to be', async () => {
    const { recorder, host } = under.harness;
    const [enumerate, write] = [await under.functionOf('Enumerate'), await under.functionOf('Write')];
    const idle = await idleTick();
    process.stdout.write(`an idle tick of one table: ${sumOf(idle)} requests, ${JSON.stringify(idle)}\n`);
    // Two reads, the lease taken and given back, a session's slot taken, opened and freed, the watermark, the bytes that were read.
    expect(sumOf(idle)).toBeLessThanOrEqual(9);

    await host.stopPolling();
    for (let at = 0; at < 20; at += 1) hq.edit(`hq-${at}`, { notes: `counted ${at}` });
    const begun = recorder.requests.length;
    await host.invoke(enumerate, { server: 'hq' });
    const handed = recorder.requests.length;
    await host.startPolling();
    await under.eventually(areEqual);
    await host.quiet();
    const reading = askedBy(enumerate, recorder.requests.slice(begun, handed));
    const writing = askedBy(write, recorder.requests.slice(begun));
    const each = ((sumOf(reading) + sumOf(writing)) / 20).toFixed(1);
    process.stdout.write(
      `20 changed records: ${each} requests for each, ${JSON.stringify({ reading, writing })}\n`,
    );
    // One head and the source's replica for each record, and the receiver's replica; all else is for all of them together.
    expect(reading['dynamodb:PutItem records']).toBe(40);
    expect(writing['dynamodb:PutItem records']).toBe(20);
    expect(sumOf(reading) - 40).toBeLessThanOrEqual(24);
    expect(sumOf(writing) - 20).toBeLessThanOrEqual(36);
    expect(reading['sqs:SendMessageBatch']).toBe(1);
  });

  test('nothing is granted and unused without a reason, and no reason is given for what is used', async () => {
    const { unused } = await under.harness.compareGrants();
    expect(judge(unused, neverUsed)).toEqual({ unexplained: [], idle: [] });
  });

  test('a second deploy with one more server and one more table adds only what is theirs', async () => {
    const before = await under.resources();
    north = await openTwoTables(under.harness.time);
    const offices = { ...under.offices, north };
    await under.deploy(configurationOf(offices, { orders: true }));
    const after = await under.resources();
    expect(before.filter((id) => !after.includes(id))).toEqual([]);
    const added = after.filter((id) => !before.includes(id));
    expect(added.filter((id) => !/north/i.test(id))).toEqual([]);
  });

  test.each([
    ['Enumerate', { server: 'hq' }],
    ['Measure', {}],
    ['Sweep', { server: 'hq' }],
    ['Doctor', { server: 'hq' }],
  ] as const)('a fresh process of %s loads its bundle and answers an event', async (name, event) => {
    expect(await coldStart(name, event)).toEqual(['returned', true]);
  });

  test('a fresh process of Write loads its bundle and works on a message', async () => {
    const { host } = under.harness;
    await host.stopPolling();
    hq.edit('hq-3', { name: 'by a fresh process' });
    await host.invoke(await under.functionOf('Enumerate'), { server: 'hq' });
    const message = await under.takeMessages('branch');
    expect(await coldStart('Write', message)).toEqual(['returned', true]);
    expect(branch.value('hq-3', 'name')).toBe('by a fresh process');
    await host.startPolling();
  });

  test('R7: while the new server has no account, the others go on', async () => {
    hq.edit('hq-1', { name: 'while north was not there' });
    await under.minutes(6);
    await under.eventually(areEqual);
    expect(branch.value('hq-1', 'name')).toBe('while north was not there');
  });

  test('the new server and the new table are filled', async () => {
    if (north === undefined) throw new Error('north was not opened');
    const all = [hq, branch, north];
    branch.control.createAsUser({ table: 'Orders', values: { id: 'order-1', name: 'an order' } });
    await under.putSecret('north');
    await under.minutes(30);
    await under.eventually(() =>
      all.every((office) => same(hq, office) && orderKeys(office).includes('order-1')),
    );
    expect(orderKeys(north)).toEqual(['order-1']);
  }, 300_000);

  test('an idle tick of two tables asks at most five requests for each, and one to count what was read', async () => {
    const idle = await idleTick();
    process.stdout.write(`an idle tick of two tables: ${sumOf(idle)} requests, ${JSON.stringify(idle)}\n`);
    expect(sumOf(idle)).toBeLessThanOrEqual(11);
  }, 300_000);

  test('sessions never pass the number configured, and none is left open', async () => {
    await under.harness.host.quiet();
    for (const office of [hq, branch]) {
      expect(office.stats.maxOpenSessions).toBeLessThanOrEqual(4);
    }
  });

  test('no log holds what is in a record, or a credential', () => {
    const lines = under.harness.host.logs.map((line) => JSON.stringify(line)).join('\n');
    expect(lines).not.toMatch(/open-sesame|edited at hq|made at branch/);
  });

  test('a deploy of the same is no difference', async () => {
    expect(await under.diff()).toMatchObject({ code: 0 });
  });

  test('nothing was asked for that was not granted', async () => {
    const { missing } = await under.harness.compareGrants();
    expect(missing).toEqual([]);
  });

  test('no grant is a wildcard without a reason', async () => {
    const { wildcards } = await under.harness.compareGrants();
    expect(judge(wildcards, wildcardReasons)).toEqual({ unexplained: [], idle: [] });
  });

  test('what destroy leaves: no function and no schedule, but the tables with all that is in them, and the bucket', async () => {
    const { RecordsTable = '', ControlTable = '', Bucket = '' } = await under.cdk.outputs();
    const dynamo = new DynamoDBClient(under.harness.emulator.clientConfig);
    const rowsIn = async (TableName: string): Promise<number> =>
      (await dynamo.send(new ScanCommand({ TableName, Select: 'COUNT' }))).Count ?? 0;
    // Nobody is at work any more who would store something between two counts.
    await under.harness.host.stopPolling();
    await under.harness.host.quiet();
    const before = await Promise.all([RecordsTable, ControlTable].map(rowsIn));
    assertDone(await under.cdk.destroy(under.context));
    await under.harness.host.reload();
    expect(under.harness.host.schedules).toEqual([]);
    expect(under.harness.host.functions).toEqual([]);
    expect(Math.min(...before)).toBeGreaterThan(0);
    expect(await Promise.all([RecordsTable, ControlTable].map(rowsIn))).toEqual(before);
    const s3 = new S3Client({ ...under.harness.emulator.clientConfig, forcePathStyle: true });
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).resolves.toBeDefined();
  });
});
