/** What is wrong with an installation is told where somebody looks, with its remedy, and nothing is written. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  configurationOf,
  type FunctionName,
  type InstallationUnderTest,
  openInstallation,
} from './installation.ts';
import { same } from './same.ts';
import { type Stored, storedOf } from './stored.ts';

const rows = [{ id: 'one', name: 'the first', notes: '', amount: 1, modified_at: '01/01/2026 10:00:00' }];

const messageTo = (server: string) => ({
  Records: [
    {
      messageId: 'm',
      body: JSON.stringify({ serversync: 1, installation: 'ServerSync', server, batch: 'any' }),
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:ServerSync-${server}`,
    },
  ],
});

/** What each function is started with; a message that cannot be worked on is taken off the queue, since its row is the truth. */
const started: readonly (readonly [FunctionName, object, 'failed' | 'returned'])[] = [
  ['Enumerate', { server: 'hq' }, 'failed'],
  ['Sweep', { server: 'hq' }, 'failed'],
  ['Write', messageTo('hq'), 'returned'],
  ['Measure', {}, 'failed'],
];

describe('an installation', () => {
  let under: InstallationUnderTest;
  let stored: Stored;
  let dynamo: DynamoDBClient;

  beforeAll(async () => {
    under = await openInstallation({ hq: rows, branch: [] });
    await under.install(configurationOf(under.offices));
    dynamo = new DynamoDBClient(under.harness.emulator.clientConfig);
    stored = await storedOf(under);
  });
  afterAll(() => under[Symbol.asyncDispose]());

  const writes = (): number => under.offices.hq.writes.length + under.offices.branch.writes.length;

  /** What is logged while `work` goes on, as one text. */
  async function toldBy(work: () => Promise<unknown>): Promise<string> {
    const { host } = under.harness;
    const before = host.logs.length;
    await work();
    await host.quiet();
    return host.logs
      .slice(before)
      .map(({ text }) => text)
      .join('\n');
  }

  const invoke = async (name: FunctionName, event: unknown) =>
    under.harness.host.invoke(await under.functionOf(name), event);

  const texts = () => Promise.all([stored.textOf('records'), stored.textOf('control')]);

  /** What is told; fails unless the alarm on what is unusual hears of it, and nothing is stored or written. */
  async function refusedBy(name: FunctionName, event: unknown, kind: 'failed' | 'returned'): Promise<string> {
    const before = await texts();
    const told = await toldBy(async () => {
      expect([name, (await invoke(name, event)).kind]).toEqual([name, kind]);
    });
    expect([name, told.includes('"Unusual":1')]).toEqual([name, true]);
    expect(await texts()).toEqual(before);
    expect(writes()).toBe(0);
    return told;
  }

  test.each<readonly [FunctionName, unknown, string]>([
    ['Enumerate', { nonsense: 1 }, '{\\"server\\"'],
    ['Enumerate', 'hq', '{\\"server\\"'],
    ['Enumerate', null, '{\\"server\\"'],
    ['Enumerate', { server: '' }, '{\\"server\\"'],
    ['Sweep', { server: 7 }, '{\\"server\\"'],
    ['Write', { server: 'hq' }, 'messages of a queue'],
    ['Write', { Records: [{ messageId: 'm', body: '{}', eventSource: 'aws:s3' }] }, 'messages of a queue'],
    ['Measure', { server: 'hq' }, '{}'],
  ])('%s: an event that is not ours (%j) is refused, with what was expected', async (name, event, form) => {
    const told = await refusedBy(name, event, 'failed');
    expect(told).toContain(`an event that is not ours was refused: expected ${form}`);
    expect(told).toContain('look at who else may start this function');
  });

  test.each<readonly [FunctionName, object]>([
    ['Enumerate', { server: 'hq' }],
    ['Sweep', { server: 'branch' }],
    ['Write', messageTo('branch')],
  ])(
    '%s: a secret that is missing is told with how to store it, and no record is stored or written',
    async (name, event) => {
      const told = await toldBy(async () => {
        expect((await invoke(name, event)).kind).toBe('returned');
      });
      expect(told).toMatch(/secret serversync\/(hq|branch) .*serversync secrets set (hq|branch)/);
      expect(told).toContain('"Unusual":1');
      expect(await stored.versions()).toEqual(new Map());
      expect(writes()).toBe(0);
    },
  );

  test('a secret of the wrong form is told with the right one and how to store it, and its text is in no log', async () => {
    await under.putSecret('branch');
    await under.putWrongSecret('hq', '{"user":"sync","pass":"not-the-right-form"}');
    const told = await toldBy(() => invoke('Enumerate', { server: 'hq' }));
    expect(told).toMatch(/secret serversync\/hq .* is not of the form .*username.*secrets set hq/);
    expect(told).not.toContain('not-the-right-form');
    await invoke('Measure', {});
    expect([under.latest('Unreachable', 'hq'), writes()]).toEqual([1, 0]);
    // Nothing was ever read from either: how long that has been so is the lag of both.
    await under.harness.host.advance(40 * 60_000);
    await invoke('Measure', {});
    for (const server of ['hq', 'branch']) expect(under.latest('Lag', server)).toBeGreaterThan(39 * 60);
    await under.putSecret('hq');
    await under.harness.host.quiet();
  });

  const ownKey = { pk: { S: 'installation' }, sk: { S: 'own' } };

  /** Whose a table is and of which format: as given while `work` goes on, and then as it was. */
  async function withOwn(
    TableName: string,
    { installation, format }: { readonly installation: string; readonly format: number },
    work: () => Promise<void>,
  ): Promise<void> {
    const { Item: before } = await dynamo.send(new GetItemCommand({ TableName, Key: ownKey }));
    const own = { ...ownKey, installation: { S: installation }, format: { N: String(format) } };
    await dynamo.send(new PutItemCommand({ TableName, Item: own }));
    await work();
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...own, ...before } }));
  }

  test.each([
    [
      'belong to another installation',
      { installation: 'Elsewhere', format: 2 },
      /belongs to .*Elsewhere.*tables of its own/,
    ],
    ['are of a newer format', { installation: 'ServerSync', format: 99 }, /version 99.*newer serversync/],
    ['are of a format that is too old', { installation: 'ServerSync', format: 0 }, /version 0.*in between/],
  ])('tables that %s are refused by every function, and nothing is written', async (_what, own, expected) => {
    const { ControlTable = '' } = await under.cdk.outputs();
    await withOwn(ControlTable, own, async () => {
      for (const [name, event, kind] of started) expect(await refusedBy(name, event, kind)).toMatch(expected);
    });
  });

  test('a table of records that belongs to another installation is refused by every function that writes records', async () => {
    const { RecordsTable = '' } = await under.cdk.outputs();
    const own = { installation: 'Elsewhere', format: 2 };
    await withOwn(RecordsTable, own, async () => {
      for (const [name, event, kind] of started.filter(([each]) => each !== 'Measure')) {
        // Asked by each process once: one that was bound before has seen that they are ours.
        await under.harness.host.endIdle(await under.functionOf(name));
        expect(await refusedBy(name, event, kind)).toMatch(/StateRecords.* belongs to .*Elsewhere/);
      }
    });
  });

  test('a server that the configuration does not have is named, with those that it has', async () => {
    const told = await toldBy(() => invoke('Enumerate', { server: 'kiosk' }));
    expect(told).toMatch(/no server .*kiosk.*: the servers of this installation are hq, branch/);
  });

  test('works once all is right', async () => {
    await under.harness.host.startPolling();
    await under.minutes(16);
    await under.eventually(() => same(under.offices.hq, under.offices.branch));
    expect(under.offices.branch.value('one', 'name')).toBe('the first');
  });

  test('R7: a server that takes requests and never answers is told as out of reach, and the others are measured', async () => {
    const { hq, branch } = under.offices;
    branch.control.addTrouble({ effect: { kind: 'delay', ms: 3_600_000 } });
    const { host } = under.harness;
    const before = host.metrics.length;
    expect((await invoke('Measure', {})).kind).toBe('returned');
    const names = host.metrics.slice(before).map(({ name, dimensions }) => `${name} ${dimensions['Server']}`);
    expect(names).toEqual(expect.arrayContaining(['Lag hq', 'Lag branch', 'Measured undefined']));
    expect([under.latest('Unreachable', 'hq'), under.latest('Unreachable', 'branch')]).toEqual([0, 1]);
    hq.edit('one', { name: 'while it hung' });
    await invoke('Enumerate', { server: 'hq' });
    await host.quiet();
    branch.control.removeTrouble();
    await under.minutes(45);
    await under.eventually(() => branch.value('one', 'name') === 'while it hung');
    expect(await under.depth('branch-unreadable')).toBe(0);
    expect(under.latest('Unreachable', 'branch')).toBe(0);
  });
});
