/** `status --stack` as a process: the stack's outputs from a fake CloudFormation, its state from an emulator. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Breaker } from '../../src/core/breaker.ts';
import { batchRow, clockState, conflict, head, meeting, replica, watermark } from '../contracts/samples.ts';
import { type Ended, lastObject } from '../end-to-end/support/command-line.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { configuration, openAwsBench, outputs, stackTrace } from './support/aws-bench.ts';
import { deployed } from './support/deployed.ts';
import { accessKey } from './support/fake-aws.ts';

const minute = 60_000;
const contacts = { table: 'contacts' };

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const breaker = (server: string, parts: Partial<Breaker> = {}): Breaker => ({
  server,
  task: 'reading',
  rev: 1,
  failures: 3,
  since: Date.now() - 125 * minute,
  code: 'server-unreachable',
  tryAt: Date.now() + 4 * minute,
  ...parts,
});

describe('status --stack', () => {
  test('shows both servers with what waits for them, lag and clocks, their tables, and how far they are read', async () => {
    await using stack = await deployed(emulators);
    const { records, control } = stack.state;
    await records.putHeads([head(1, { key: 'a' }), head(1, { key: 'b' })]);
    await records.putReplicas([replica(1, { key: 'a' }), replica(1, { key: 'b', server: 'branch' })]);
    await stack.readAgo(2 * minute);
    const oldestChangeAt = Date.now() - 7 * minute;
    await control.putBatches([batchRow('1', { server: 'branch', oldestChangeAt })]);
    const offset = { lo: -3_000, hi: -2_000 };
    await control.putClock(clockState(1, { measuredAt: Date.now() }));
    await control.putClock(clockState(1, { server: 'branch', measuredAt: Date.now(), offset }));
    const { code, stdout, stderr } = await stack.status();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^contacts +hq +none +2 min ago +0 +0 +0 +ok$/m);
    expect(stdout).toMatch(/^contacts +branch +7 min +2 min ago +1 +0 +0 +ok$/m);
    expect(stdout).toMatch(/^branch +2\.5 s behind \(± .*\) +\d s ago +2\.\d s behind hq$/m);
    expect(stdout).toMatch(/^contacts +hq +both +1$/m);
    expect(stdout).toMatch(/^contacts +branch +both +1$/m);
  });

  test('ends with 0 where nothing waits, fails or is late, and does not speak of runs', async () => {
    await using stack = await deployed(emulators);
    await stack.readAgo(minute);
    const { code, stdout } = await stack.status();
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/run|failing|ALARM|not read yet/);
  });

  test('gives one JSON object with --json', async () => {
    await using stack = await deployed(emulators);
    await stack.readAgo(minute);
    await stack.state.control.putBreaker(breaker('hq'));
    const { code, stdout, stderr } = await stack.status('--json');
    expect(code).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const common = { server: 'hq', task: 'reading', code: 'server-unreachable', failures: 3 };
    expect(lastObject(stdout)).toMatchObject({
      exitCode: 1,
      servers: [{ server: 'hq' }, { server: 'branch' }],
      unread: [],
    });
    expect(lastObject(stdout)['failing']).toEqual([
      { ...common, since: expect.any(Number), tryAt: expect.any(Number) },
    ]);
    expect(stderr).toContain('failing: reading hq');
  });

  test('says of a stack that nothing was ever read, and where to look if it stays so: not in step', async () => {
    await using stack = await deployed(emulators, { isBound: false });
    const { code, stdout } = await stack.status();
    expect(code).toBe(1);
    expect(stdout).toContain('not read yet: contacts on hq\nnot read yet: contacts on branch\n');
    expect(stdout).toContain('every server is read once in 5 minutes, first soon after the deploy');
    expect(stdout).toContain('look at the alarms of ServerSync in CloudWatch');
  });

  test('says what a server answered that fails, for how long, and the remedy with the name of the stack', async () => {
    await using stack = await deployed(emulators);
    await stack.readAgo(minute);
    await stack.state.control.putBreaker(breaker('branch', { code: 'account-refused' }));
    await stack.state.control.putBreaker(breaker('hq', { task: 'writing', failures: 1 }));
    const { code, stdout } = await stack.status();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^failing: writing hq, for 2 h 5 min \(1 try, next try in (4 min|3 min \d+ s)\)$/m,
    );
    expect(stdout).toContain('it does not answer. Is it on');
    expect(stdout).toMatch(/^failing: reading branch, for 2 h 5 min \(3 tries\)$/m);
    expect(stdout).toContain('Store it: serversync secrets set branch --stack ServerSync');
  });

  test('of a server that works again says nothing, and shows a code that it has no words for', async () => {
    await using stack = await deployed(emulators);
    await stack.readAgo(minute);
    await stack.state.control.putBreaker(breaker('hq', { failures: 0 }));
    await stack.state.control.putBreaker(breaker('branch', { code: 'of-a-later-release' }));
    const { stdout } = await stack.status();
    expect(stdout).not.toContain('reading hq');
    expect(stdout).toContain('\n    of-a-later-release\n');
  });

  test('says ALARM where a server is read no more though nothing fails: not in step', async () => {
    await using stack = await deployed(emulators);
    await stack.readAgo(3 * 60 * minute);
    const { code, stdout } = await stack.status();
    expect(code).toBe(1);
    expect(stdout).toContain('ALARM: contacts on hq was last read 3 h ago (allowed: 20 min)');
    expect(stdout).toContain('look at the alarms of ServerSync in CloudWatch');
  });

  test('shows values of records with --examples alone, and names commands with the stack', async () => {
    await using stack = await deployed(emulators);
    await stack.readAgo(minute);
    await stack.state.control.putMeeting(meeting({ ...contacts, server: 'branch' }));
    await stack.state.control.putConflicts([conflict('1')]);
    const plain = await stack.status();
    expect(plain.stdout).toContain('halted: contacts on branch');
    expect(plain.stdout).toContain('serversync status --stack ServerSync --examples');
    expect(plain.stdout).toContain('the values: serversync conflicts list --stack ServerSync');
    expect(plain.stdout).toMatch(
      /If the keys are right:\n +serversync approve contacts branch --stack ServerSync$/m,
    );
    expect(plain.stdout).not.toContain('Ann');
    expect((await stack.status('--examples')).stdout).toContain('name: "Ann" here, "Bob" elsewhere');
  });

  test('shows examples that are too large for a row of the table', async () => {
    await using stack = await deployed(emulators);
    const notes = 'a long story. '.repeat(4_000);
    const examples = [{ key: 'k1', fields: [{ field: 'notes', here: notes, head: 'short' }] }];
    await stack.state.control.putMeeting(meeting({ ...contacts, server: 'branch', examples }));
    expect((await stack.status('--examples')).stdout).toContain(`notes: "${notes}" here, "short" elsewhere`);
  });

  test('tells what was approved until it was read', async () => {
    await using stack = await deployed(emulators);
    await stack.state.control.putMeeting(meeting({ ...contacts, server: 'branch', state: 'approved' }));
    const { stdout } = await stack.status();
    expect(stdout).toMatch(/^approved: contacts on branch is merged when it is read next$/m);
    await stack.readAgo(minute);
    expect((await stack.status()).stdout).not.toContain('approved');
  });

  test('a halted first meeting is told as that, not as a reading that is late', async () => {
    await using stack = await deployed(emulators);
    await stack.state.control.putWatermark(watermark(1, { server: 'hq', setAt: Date.now() }));
    await stack.state.control.putMeeting(meeting({ ...contacts, server: 'branch' }));
    const { code, stdout } = await stack.status();
    expect([code, stdout]).toEqual([1, expect.stringContaining('halted: contacts on branch')]);
    expect(stdout).not.toContain('not read yet');
  });
});

/** What it says on stderr. */
function refusal({ code, stdout, stderr }: Ended): string {
  expect(stderr).not.toMatch(stackTrace);
  expect(stderr).not.toContain(accessKey);
  expect({ code, said: lastObject(stdout)['message'] }).toEqual({ code: 2, said: expect.any(String) });
  return stderr;
}

describe('status --stack ends with exit code 2 and a remedy', () => {
  test('where there is no such stack, or it is of something else', async () => {
    await using bench = await openAwsBench({ Url: 'https://example.com' });
    const status = async (stack: string) =>
      refusal(await bench.command(['status', '--json', '--stack', stack]));
    expect(await status('Nope')).toContain('there is no stack Nope in region eu-west-1 of this AWS account');
    expect(await status('ServerSync')).toContain('stack ServerSync is no stack of ServerSync');
    expect(await status('')).toContain('"" cannot be the name of a stack');
  });

  test('where the folder has another configuration than the stack, with what differs', async () => {
    await using stack = await deployed(emulators);
    const other = configuration.replace('fm-branch', 'fm-elsewhere');
    await writeFile(join(stack.bench.directory, 'serversync.yaml'), other);
    const stderr = refusal(await stack.status('--json'));
    expect(stderr).toContain(
      'stack ServerSync: serversync.yaml is not the configuration that it was deployed with',
    );
    expect(stderr).toContain('Name that one with --config FILE');
    expect(stderr).toContain(
      'server branch was https://fm-branch.example.com, and the configuration says https://fm-elsewhere.example.com',
    );
  });

  test('where the folder has none', async () => {
    await using bench = await openAwsBench();
    const stderr = refusal(
      await bench.command(['status', '--json', '--stack', 'ServerSync', '--config', 'elsewhere.yaml']),
    );
    expect(stderr).toContain('elsewhere.yaml');
    expect(stderr).toContain('there is no such file');
    expect(bench.aws.actions).toEqual([]);
  });

  test('where the tables belong to another installation', async () => {
    await using stack = await deployed(emulators, { installation: 'Other' });
    expect(refusal(await stack.status('--json'))).toContain(
      'it belongs to the installation Other, not to ServerSync',
    );
  });

  test('where its credentials may not read the state, with the action that they may not do', async () => {
    await using stack = await deployed(emulators);
    stack.denied.add('Query');
    expect(refusal(await stack.status('--json'))).toContain(
      'stack ServerSync in region eu-west-1: these credentials may not do dynamodb:Query. Use others',
    );
  });

  test('where its tables are gone', async () => {
    await using stack = await deployed(emulators);
    stack.bench.aws.stacks.set('ServerSync', { status: 'CREATE_COMPLETE', outputs });
    expect(refusal(await stack.status('--json'))).toContain('table control: it does not exist');
  });

  test('where the state of this machine is named too', async () => {
    await using bench = await openAwsBench();
    const stderr = refusal(
      await bench.command(['status', '--json', '--stack', 'ServerSync', '--state', 'here']),
    );
    expect(stderr).toContain("cannot be used with option '--state <directory>'");
  });
});
