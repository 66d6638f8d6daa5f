/** `verify --stack` as a process: this machine reaches the servers, by what the state of a stack says of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { engineOf } from '../../src/composition/engine-of.ts';
import { localTables } from '../../src/composition/local-tables.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { identityOf } from '../../src/config/identity.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { runOnce } from '../../src/engine/run.ts';
import { connectDataApi } from '../../src/filemaker/data-api/connect.ts';
import { type Ended, lastObject } from '../end-to-end/support/command-line.ts';
import { account, type Office, openOffice } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
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

let stack: Deployed;
let hq: Office;
let branch: Office;

beforeEach(async () => {
  [hq, branch] = [await openOffice({ rows: rows(0, 6) }), await openOffice({})];
  stack = await deployed(emulators, { isBound: false });
  await writeFile(join(stack.bench.directory, 'serversync.yaml'), text());
  const secret = JSON.stringify({ username: account.name, password: account.password });
  for (const server of ['hq', 'branch'])
    stack.bench.aws.secrets.set(`serversync/${server}`, { value: secret });
  await syncOnce();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  await Promise.all([hq.close(), branch.close()]);
});

const text = (): string =>
  [
    'version: 1',
    'schedule: { settle: 0 seconds }',
    'servers:',
    `  hq: { url: "${hq.url}", database: Main, timeZone: UTC, sessions: 4 }`,
    `  branch: { url: "${branch.url}", database: Main, timeZone: UTC, sessions: 4 }`,
    'tables:',
    '  contacts:',
    '    key: id',
    '    modified: modified_at',
    '    fields: [name, notes]',
    '    servers:',
    '      hq: { layout: Contacts_Sync }',
    '      branch: { layout: Contacts_Sync }',
  ].join('\n');

const report = (): void => undefined;

/** What the functions of the stack would have done by now. */
async function syncOnce(): Promise<void> {
  const configuration = parseConfiguration(text(), 'serversync.yaml');
  const { state } = stack;
  await state.bindTo(identityOf(configuration));
  await state.bindRecords();
  const servers = new Map(
    configuration.servers.map(({ name, url, sessions }) => {
      const shared = { slots: state.sessions, clock: systemClock, random: Math.random };
      const own = { username: account.name, password: account.password };
      return [name, connectDataApi({ name, url, account: own, sessions, ...shared })] as const;
    }),
  );
  const { signal } = new AbortController();
  const ports = { control: state.control, clock: systemClock, report };
  const tables = await localTables(configuration, { ...ports, servers, bind: report, signal });
  await runOnce(engineOf({ configuration, state, servers, tables, sessionsOf: () => 3, report }), signal);
  await Promise.all([...servers.values()].map((server) => server.close()));
  expect(branch.byKey.size).toBe(6);
}

const verify = (...options: readonly string[]): Promise<Ended> => stack.start('verify', ...options).ended;

/** All that the tables of the stack hold of what a comparison could change. */
async function stateNow(): Promise<unknown> {
  const { control, records } = stack.state;
  const keys = (await records.keys('contacts', 100)).map(({ key }) => key).toSorted();
  const heads = await records.heads('contacts', keys);
  const [ofHq, ofBranch] = await Promise.all(
    ['hq', 'branch'].map((server) => records.replicas('contacts', server, keys)),
  );
  return {
    records: keys.map((key) => [heads.get(key), ofHq?.get(key), ofBranch?.get(key)]),
    clocks: await Promise.all(['hq', 'branch'].map((server) => control.clock(server))),
    parked: await control.parked(100),
    halts: await control.halts(),
    runs: await control.runs(10),
  };
}

describe('verify --stack', () => {
  test('finds the same everywhere, with the accounts of the stack', async () => {
    const { code, stdout, stderr } = await verify('--json');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('The same everywhere: 12 rows'),
    });
    expect(lastObject(stdout)).toMatchObject({ exitCode: 0, failures: [] });
    expect(stdout + stderr).not.toContain(account.password);
  });

  test('names what differs, writes nothing to a server or to the state, and leaves no session', async () => {
    branch.importOver('K-00002', { name: 'behind its back' });
    hq.delete('K-00003');
    branch.create({ id: 'K-00004', name: 'a second one with that key' });
    const [state, records] = [await stateNow(), [hq.records, branch.records]];
    const { code, stdout, stderr } = await verify('--json', '--limit', '5');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Nothing was written.') });
    const findings = JSON.stringify(lastObject(stdout)['compared']);
    // The import is seen by the next reading: its stamp is as new as that.
    expect(findings).not.toContain('K-00002');
    expect(findings).toContain('"key":"K-00003","kind":"missing","why":"gone-there"');
    expect(findings).toContain('"key":"K-00004","kind":"extra","why":"parked","code":"doubled-key"');
    expect(stderr).not.toContain('--repair');
    expect(await stateNow()).toEqual(state);
    expect([hq.records, branch.records]).toEqual(records);
    for (const { stats } of [hq, branch]) expect(stats.openSessions).toBe(0);
  });

  test('takes accounts of this machine before those of the stack', async () => {
    stack.bench.aws.secrets.clear();
    const { code, stderr } = await verify();
    expect(code).toBe(2);
    expect(stderr).toContain('serversync accounts set hq');
    expect(stderr).not.toMatch(stackTrace);
    const file = join(stack.bench.directory, 'accounts.json');
    const own = { username: account.name, password: account.password };
    await writeFile(file, JSON.stringify({ hq: own, branch: own }), { mode: 0o600 });
    expect((await verify('--accounts', file)).code).toBe(0);
  });

  test('takes no session beyond those of the configuration: it waits while the functions hold all', async () => {
    const orphanMs = 900_000;
    const now = Date.now();
    const held = await Promise.all([1, 2, 3].map(() => stack.state.sessions.take('hq', 4, now, orphanMs)));
    const last = await stack.state.sessions.take('hq', 4, now, orphanMs);
    expect([...held, last].every((slot) => slot !== undefined)).toBe(true);
    const running = stack.start('verify', '--server', 'hq');
    while (!stack.bench.aws.actions.some((action) => action.includes('GetSecretValue')))
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hq.stats).toMatchObject({ openSessions: 0 });
    if (last) await stack.state.sessions.free(last);
    expect((await running.ended).code).toBe(0);
    expect(hq.stats.maxOpenSessions).toBeLessThanOrEqual(4);
  });

  test('repairs nothing of a stack', async () => {
    const { code, stderr } = await verify('--repair');
    expect([code, stderr]).toEqual([2, expect.stringContaining("cannot be used with option '--repair'")]);
  });
});
