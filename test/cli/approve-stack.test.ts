/** `approve --stack` as a process, over the state of a stack. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { meeting } from '../contracts/samples.ts';
import { type Ended, lastObject, type Running } from '../end-to-end/support/command-line.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { configuration, stackTrace } from './support/aws-bench.ts';
import { type Deployed, deployed, type DeployedOptions } from './support/deployed.ts';
import { accessKey } from './support/fake-aws.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const halted = meeting({ server: 'branch' });

/** Contacts are halted on branch. */
async function haltedStack(options: DeployedOptions = {}): Promise<Deployed> {
  const stack = await deployed(emulators, options);
  await stack.state.control.putMeeting(halted);
  return stack;
}

const meetingOn = (stack: Deployed, server = 'branch') => stack.state.control.meeting('contacts', server);

/** What it says on stderr; nothing was approved. */
async function refusal(stack: Deployed, { code, stdout, stderr }: Ended): Promise<string> {
  expect(stderr).not.toMatch(stackTrace);
  expect(stderr).not.toContain(accessKey);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(await meetingOn(stack)).toEqual(halted);
  return stderr;
}

const lease = 'read branch';
const tenMinutes = 600_000;

async function saysThatItWaits(running: Running): Promise<void> {
  await expect.poll(() => running.stdout, { timeout: 10_000 }).toContain('branch is being read now');
}

describe('approve --stack', () => {
  test('lets a halted table go on, says when, and keeps no example', async () => {
    await using stack = await haltedStack();
    const before = Date.now();
    const { code, stdout, stderr } = await stack.approve('contacts', 'branch');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'approved: contacts on branch is merged when it is read next (every 5 minutes);\n    values that lose are kept\n',
    );
    const approved = await meetingOn(stack);
    expect(approved).toEqual({ ...halted, state: 'approved', examples: [], at: expect.any(Number) });
    expect(approved?.at).toBeGreaterThanOrEqual(before);
  });

  test('says how many records are removed there, where many are outside its share', async () => {
    await using stack = await deployed(emulators);
    const leaving = { records: 23, rows: 33, limit: 20 };
    await stack.state.control.putMeeting({ ...halted, leaving });
    const { stdout } = await stack.approve('contacts', 'branch');
    expect(stdout).toMatch(
      /^approved: contacts on branch: 23 records are removed there when it is read next/,
    );
  });

  test('gives one JSON object with --json', async () => {
    await using stack = await haltedStack();
    const { stdout, stderr } = await stack.approve('contacts', 'branch', '--json');
    const approved = { exitCode: 0, table: 'contacts', server: 'branch', meeting: 'approved' };
    expect(stdout).toBe(`${JSON.stringify(approved)}\n`);
    expect(stderr).toContain('approved: contacts on branch');
  });

  test('leaves other servers that are halted as they are', async () => {
    await using stack = await haltedStack();
    await stack.state.control.putMeeting(meeting());
    await stack.approve('contacts', 'branch');
    expect(await meetingOn(stack, 'hq')).toEqual(meeting());
  });

  test('keeps the server from being read for no longer than it takes', async () => {
    await using stack = await haltedStack();
    await stack.approve('contacts', 'branch');
    expect(await stack.state.control.takeLease(lease, 'the next', tenMinutes, Date.now())).toBe(true);
  });

  test('approves all the same where it cannot give the server free, which happens by itself in a minute', async () => {
    await using stack = await haltedStack();
    stack.denied.add('DeleteItem');
    const { code, stderr } = await stack.approve('contacts', 'branch');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await meetingOn(stack)).toMatchObject({ state: 'approved' });
    const { control } = stack.state;
    expect(await control.takeLease(lease, 'too early', tenMinutes, Date.now())).toBe(false);
    expect(await control.takeLease(lease, 'the next', tenMinutes, Date.now() + 60_000)).toBe(true);
  });

  test('waits for the end of a reading, which stores over it that the meeting is halted', async () => {
    await using stack = await haltedStack();
    const { control } = stack.state;
    await control.takeLease(lease, 'a function', tenMinutes, Date.now());
    const approving = stack.start('approve', 'contacts', 'branch');
    await saysThatItWaits(approving);
    expect(await meetingOn(stack)).toEqual(halted);
    await control.putMeeting({ ...halted, shared: 50 });
    await control.dropLease(lease, 'a function');
    expect((await approving.ended).code).toBe(0);
    expect(await meetingOn(stack)).toMatchObject({ state: 'approved', shared: 50 });
  });

  test('approves nothing where the meeting passed by itself meanwhile', async () => {
    await using stack = await haltedStack();
    const { control } = stack.state;
    await control.takeLease(lease, 'a function', tenMinutes, Date.now());
    const approving = stack.start('approve', 'contacts', 'branch');
    await saysThatItWaits(approving);
    await control.putMeeting({ ...halted, state: 'passed' });
    await control.dropLease(lease, 'a function');
    const { code, stderr } = await approving.ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('contacts is not halted on branch')]);
    expect(await meetingOn(stack)).toMatchObject({ state: 'passed' });
  });

  test('Ctrl-C while it waits approves nothing, and ends with 1', async () => {
    await using stack = await haltedStack();
    await stack.state.control.takeLease(lease, 'a function', tenMinutes, Date.now());
    const approving = stack.start('approve', 'contacts', 'branch');
    await saysThatItWaits(approving);
    approving.child.kill('SIGINT');
    const { code, stderr } = await approving.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('stopped by SIGINT: nothing was approved')]);
    expect(await meetingOn(stack)).toEqual(halted);
  });
});

describe('approve --stack ends with exit code 2 and a remedy', () => {
  test.each([
    {
      what: 'a table that the configuration does not have',
      args: ['contcts', 'branch'],
      says: 'there is no table contcts in the configuration. Did you mean contacts? Halted now: contacts branch',
    },
    {
      what: 'a server that the table does not have',
      args: ['contacts', 'brnch'],
      says: 'table contacts is not on a server brnch in the configuration. Did you mean branch? Halted now',
    },
    {
      what: 'a server that is not halted',
      args: ['contacts', 'hq'],
      says: 'contacts is not halted on hq. Halted now: contacts branch',
    },
    {
      what: 'a stack that is not there',
      args: ['contacts', 'branch', '--stack', 'Nope'],
      says: 'there is no stack Nope in region eu-west-1 of this AWS account. Look at the name',
    },
    {
      what: 'a state of this machine beside the stack',
      args: ['contacts', 'branch', '--state', 'here'],
      says: "cannot be used with option '--state <directory>'",
    },
    {
      what: 'a configuration that is not there',
      args: ['contacts', 'branch', '--config', 'elsewhere.yaml'],
      says: 'there is no such file. Name yours with --config FILE',
    },
  ])('for $what', async ({ args, says }) => {
    await using stack = await haltedStack();
    expect(await refusal(stack, await stack.approve(...args))).toContain(says);
  });

  test('where nothing is halted, with the command that tells what waits', async () => {
    await using stack = await deployed(emulators);
    const { code, stderr } = await stack.approve('contacts', 'branch');
    expect([code, stderr]).toEqual([2, expect.stringContaining('contacts is not halted on branch. ')]);
    expect(stderr).toContain('Nothing is halted now: serversync status --stack ServerSync tells what waits');
  });

  test('a second time, since it is approved already', async () => {
    await using stack = await haltedStack();
    await stack.approve('contacts', 'branch');
    const { code, stdout } = await stack.approve('contacts', 'branch', '--json');
    expect(code).toBe(2);
    expect(lastObject(stdout)).toMatchObject({
      code: 'not-halted',
      message: expect.stringContaining('contacts on branch is approved already'),
    });
  });

  test.each(['GetItem', 'Query', 'PutItem'])(
    'where its credentials may not do %s on the tables',
    async (action) => {
      await using stack = await haltedStack();
      stack.denied.add(action);
      expect(await refusal(stack, await stack.approve('contacts', 'branch'))).toContain(
        `stack ServerSync in region eu-west-1: these credentials may not do dynamodb:${action}. ` +
          'Use others, whose policy allows it: docs/aws.md lists what each command needs',
      );
    },
  );

  test('where the folder has another configuration than the stack', async () => {
    await using stack = await haltedStack();
    const other = configuration.replace('fm-branch', 'fm-elsewhere');
    await writeFile(join(stack.bench.directory, 'serversync.yaml'), other);
    expect(await refusal(stack, await stack.approve('contacts', 'branch'))).toContain(
      'stack ServerSync: serversync.yaml is not the configuration that it was deployed with',
    );
  });

  test('where the tables belong to another installation', async () => {
    await using stack = await haltedStack({ installation: 'Other' });
    expect(await refusal(stack, await stack.approve('contacts', 'branch'))).toContain(
      'it belongs to the installation Other, not to ServerSync',
    );
  });
});
