/** What is wrong with an installation is told where somebody looks, with its remedy, and nothing is written. */
import { DynamoDBClient, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationOf, type InstallationUnderTest, openInstallation } from './installation.ts';
import { same } from './same.ts';

const rows = [{ id: 'one', name: 'the first', notes: '', amount: 1, modified_at: '01/01/2026 10:00:00' }];

describe('an installation', () => {
  let under: InstallationUnderTest;
  let dynamo: DynamoDBClient;
  let controlTable = '';

  beforeAll(async () => {
    under = await openInstallation({ hq: rows, branch: [] });
    await under.install(configurationOf(under.offices));
    dynamo = new DynamoDBClient(under.harness.emulator.clientConfig);
    controlTable = (await under.cdk.outputs())['ControlTable'] ?? '';
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

  const invoke = async (name: 'Enumerate' | 'Measure', event: unknown) =>
    under.harness.host.invoke(await under.functionOf(name), event);

  const ownKey = { pk: { S: 'installation' }, sk: { S: 'own' } };

  test.each([
    ['belong to another installation', { installation: 'Elsewhere', format: 1 }, /belongs to .*Elsewhere/],
    ['are of a newer format', { installation: 'ServerSync', format: 99 }, /version 99.*newer serversync/],
    ['are of a format that is too old', { installation: 'ServerSync', format: 0 }, /version 0.*in between/],
  ])(
    'tables that %s are refused, and nothing is written',
    async (_what, { installation, format }, expected) => {
      const own = { ...ownKey, installation: { S: installation }, format: { N: String(format) } };
      await dynamo.send(new PutItemCommand({ TableName: controlTable, Item: own }));
      const told = await toldBy(async () => {
        expect((await invoke('Enumerate', { server: 'hq' })).kind).toBe('failed');
        expect((await invoke('Measure', {})).kind).toBe('failed');
      });
      await dynamo.send(new DeleteItemCommand({ TableName: controlTable, Key: ownKey }));
      expect(told).toMatch(expected);
      expect(told).toContain('"Unusual":1');
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
  });

  test.each([[{ nonsense: 1 }], ['hq'], [null], [{ server: '' }]])(
    'an event that is not ours (%j) is refused, with what was expected',
    async (event) => {
      const told = await toldBy(async () => {
        expect((await invoke('Enumerate', event)).kind).toBe('failed');
      });
      expect(told).toContain('an event that is not ours was refused: expected {\\"server\\"');
      expect(writes()).toBe(0);
    },
  );

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
