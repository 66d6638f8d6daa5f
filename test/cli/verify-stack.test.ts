/** `verify --stack` as a process: this machine reaches the servers, by what the state of a stack says of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sweepServer } from '../../src/engine/sweep-server.ts';
import { type Ended, lastObject } from '../end-to-end/support/command-line.ts';
import { account, type Office } from '../end-to-end/support/office.ts';
import { stackTrace } from './support/aws-bench.ts';
import type { Deployed } from './support/deployed.ts';
import { eachSyncedStack, type SyncedStack } from './support/synced-stack.ts';

let synced: SyncedStack;
let stack: Deployed;
let hq: Office;
let branch: Office;

eachSyncedStack((one) => {
  synced = one;
  ({ stack, hq, branch } = synced);
});

const never = new AbortController().signal;
const verify = (...options: readonly string[]): Promise<Ended> => synced.run('verify', ...options);

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
    const [state, records] = [await synced.stateNow(), [hq.records, branch.records]];
    const { code, stdout, stderr } = await verify('--json', '--limit', '5');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Nothing was written.') });
    const findings = JSON.stringify(lastObject(stdout)['compared']);
    // The import is seen by the next reading: its stamp is as new as that.
    expect(findings).not.toContain('K-00002');
    expect(findings).toContain('"key":"K-00003","kind":"missing","why":"gone-there"');
    expect(findings).toContain('"key":"K-00004","kind":"extra","why":"parked","code":"doubled-key"');
    expect(stderr).toContain('serversync verify --repair --stack ServerSync');
    expect(await synced.stateNow()).toEqual(state);
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

  test('with --repair has the functions sweep what differs, waits for the second look, and compares once more', async () => {
    hq.delete('K-00003');
    const records = [hq.records, branch.records];
    const running = stack.start('verify', '--repair', '--json');
    const { control } = stack.state;
    while ((await control.sweepAsk('contacts', 'hq')) === undefined)
      await new Promise((resolve) => setTimeout(resolve, 100));
    // Until then nothing was written by the command.
    expect([hq.records, branch.records]).toEqual(records);
    for (const server of ['hq', 'branch', 'hq', 'branch'])
      await synced.asFunctions((engine) =>
        sweepServer(engine, server, { pace: async () => 'on', isDue: () => false }, never),
      );
    await synced.syncOnce();
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('after the repair:') });
    const { before, compared } = lastObject(stdout);
    expect(JSON.stringify(before)).toContain('"key":"K-00003"');
    expect(JSON.stringify(compared)).not.toContain('K-00003');
    expect(branch.byKey.has('K-00003')).toBe(false);
    expect(await control.acts(5)).toMatchObject([{ what: 'repair', records: expect.any(Number) }]);
  });

  test('with --repair --dry-run says what it would write, and changes nothing', async () => {
    hq.delete('K-00003');
    const [state, records] = [await synced.stateNow(), [hq.records, branch.records]];
    const { code, stdout, stderr } = await verify('--repair', '--dry-run', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Nothing was written.') });
    expect(lastObject(stdout)['planned']).toMatchObject([
      { server: 'hq', deletes: 0 },
      { server: 'branch', deletes: 1, records: [{ kind: 'delete', key: 'K-00003' }] },
    ]);
    expect(await synced.stateNow()).toEqual(state);
    expect([hq.records, branch.records]).toEqual(records);
  });
});
