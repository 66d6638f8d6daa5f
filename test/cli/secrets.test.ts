import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ended } from '../end-to-end/support/command-line.ts';
import { listening } from '../end-to-end/support/listening.ts';
import { type AwsBench, type Given, openAwsBench, outputs, stackTrace } from './support/aws-bench.ts';

const password = 'open-sesame-4711';
const typed = `sync\n${password}\n`;
const stored = JSON.stringify({ username: 'sync', password });

describe('secrets set', () => {
  let bench: AwsBench;

  beforeAll(async () => {
    bench = await openAwsBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    bench.aws.secrets.clear();
    bench.aws.refusals.clear();
    bench.aws.actions.length = 0;
  });

  const secret = (server: string) => bench.aws.secrets.get(`serversync/${server}`);

  const set = (server: string, given: Given = {}, ...options: readonly string[]): Promise<Ended> =>
    bench.command(['secrets', 'set', server, ...options], { input: typed, ...given });

  /** What it says on stderr; whatever it is, the password is not in it, and nothing was stored. */
  function refusal({ code, stdout, stderr }: Ended, expected = 2): string {
    expect({ code, stdout, stderr }).toEqual({
      code: expected,
      stdout: '',
      stderr: expect.stringMatching(/\S/),
    });
    expect(stderr).not.toContain(password);
    expect(stderr).not.toMatch(stackTrace);
    expect([...bench.aws.secrets.values()].filter(({ value }) => value.includes(password))).toEqual([]);
    return stderr;
  }

  test('makes the secret where there is none, and says where, but not what', async () => {
    const { code, stdout, stderr } = await set('hq');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('stored the account in the new secret serversync/hq');
    expect(stdout).not.toContain(password);
    expect(secret('hq')).toEqual({ value: stored });
  });

  test('replaces the account where there is one, of that server alone', async () => {
    bench.aws.secrets.set('serversync/hq', { value: 'old' }).set('serversync/branch', { value: 'other' });
    const { code, stdout } = await set('hq');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('replaced the account in secret serversync/hq'),
    ]);
    expect([secret('hq'), secret('branch')]).toEqual([{ value: stored }, { value: 'other' }]);
  });

  test('keeps a secret that was to be deleted, and says so', async () => {
    bench.aws.secrets.set('serversync/hq', { value: 'old', isDeleted: true });
    const { code, stdout } = await set('hq');
    expect([code, stdout]).toEqual([0, expect.stringContaining('was to be deleted: serversync/hq')]);
    expect(secret('hq')).toEqual({ value: stored });
  });

  test('takes the account name as an option, and then the password alone', async () => {
    const { code } = await set('hq', { input: `${password}\n` }, '--username', 'sync');
    expect(code).toBe(0);
    expect(secret('hq')).toEqual({ value: stored });
  });

  test('names the secret as the stack says, not as the configuration beside it', async () => {
    const north = { ...outputs, SecretPrefix: 'offices/north/' };
    bench.aws.stacks.set('North', { status: 'UPDATE_COMPLETE', outputs: north });
    expect((await set('hq', {}, '--stack', 'North')).code).toBe(0);
    expect([...bench.aws.secrets]).toEqual([['offices/north/hq', { value: stored }]]);
  });

  test('takes every sign that a password may have', async () => {
    const odd = ' "\\ü€{}$`!:\t ';
    expect((await set('hq', { input: `sync\n${odd}\n` })).code).toBe(0);
    expect(secret('hq')).toEqual({ value: JSON.stringify({ username: 'sync', password: odd }) });
  });

  test('refuses a server that the configuration does not have, with the one that may be meant, and asks nobody', async () => {
    expect(refusal(await set('brnch'))).toContain(
      'there is no server brnch in serversync.yaml. Did you mean branch? Its servers are hq, branch',
    );
    expect(bench.aws.actions).toEqual([]);
  });

  test('refuses less than account name and password', async () => {
    expect(refusal(await set('hq', { input: `${password}\n` }))).toContain('stdin has to hold two lines');
    expect(refusal(await set('hq', { input: '' }))).toContain('It holds 0');
  });

  test('refuses an account name that no server can be given', async () => {
    const stderr = refusal(await set('hq', { input: `${password}:x\n${password}\n` }));
    expect(stderr).toContain(
      'the account of server hq, which was not stored, has a problem:\naccount name\n',
    );
    expect(stderr).toContain('a colon in the account name (not shown here)');
  });

  test.each([
    { as: 'an argument', args: [password] },
    { as: 'an option', args: ['--password', password] },
    { as: 'an option with =', args: [`--password=${password}`] },
  ])('refuses a password given as $as, without repeating it', async ({ args }) => {
    const stderr = refusal(await set('hq', {}, ...args));
    expect(stderr).toContain('no password: it is asked for');
    expect(stderr).toContain('clear its history and change the password');
    expect(bench.aws.actions).toEqual([]);
  });

  test.each([
    {
      what: 'that is not there',
      args: ['--stack', 'Nope'],
      says: 'there is no stack Nope in region eu-west-1',
    },
    { what: 'of something else', args: ['--stack', 'Blog'], says: 'stack Blog is no stack of ServerSync' },
    {
      what: 'whose deploy failed',
      args: ['--stack', 'Failed'],
      says: 'stack Failed is not deployed: its state is ROLLBACK_COMPLETE',
    },
    {
      what: 'with an impossible name',
      args: ['--stack', 'a b'],
      says: '"a b" cannot be the name of a stack',
    },
    { what: 'with an empty name', args: ['--stack', ''], says: '"" cannot be the name of a stack' },
  ])('refuses a stack $what before it reads an account', async ({ args, says }) => {
    bench.aws.stacks.set('Blog', { status: 'CREATE_COMPLETE', outputs: { Url: 'https://example.com' } });
    bench.aws.stacks.set('Failed', { status: 'ROLLBACK_COMPLETE', outputs: {} });
    expect(refusal(await set('hq', { input: '' }, ...args))).toContain(says);
  });

  test.each<{ what: string; variables: Given['variables']; says: string; code?: number }>([
    {
      what: 'another region than that of the stack',
      variables: { AWS_REGION: 'us-east-1' },
      says: 'there is no stack ServerSync in region us-east-1 of this AWS account',
    },
    { what: 'no region', variables: { AWS_REGION: undefined }, says: 'Set AWS_REGION to that of the stack' },
    {
      what: 'no possible region',
      variables: { AWS_REGION: 'eu west' },
      says: 'no AWS region that can be used',
    },
    {
      what: 'no credentials',
      variables: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      says: 'no valid AWS credentials. Log in',
    },
    {
      what: 'credentials that AWS does not know',
      variables: { AWS_ACCESS_KEY_ID: 'AKIAOTHER' },
      says: 'no valid AWS credentials. Log in',
    },
    {
      what: 'nobody at the address',
      variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      says: 'AWS could not be reached. Look at the name of the region',
      code: 1,
    },
  ])('says what is wrong with $what', async ({ variables = {}, says, code }) => {
    expect(refusal(await set('hq', { variables }), code)).toContain(says);
  });

  test.each([
    { action: 'cloudformation:DescribeStacks', code: 'AccessDenied' },
    { action: 'secretsmanager:DescribeSecret', code: 'AccessDeniedException' },
    { action: 'secretsmanager:CreateSecret', code: 'AccessDeniedException' },
  ])('names the right that is missing: $action', async ({ action, code }) => {
    bench.aws.refusals.set(action, { code, status: 403 });
    expect(refusal(await set('hq'))).toContain(`these credentials may not do ${action}`);
  });

  test('takes a page that a proxy puts in between for no answer of AWS', async () => {
    const page = createServer(
      (_, response) => void response.end('<html><title>Guests</title><p>Log in</html>'),
    );
    await using proxy = await listening(page);
    const variables = { AWS_ENDPOINT_URL: `http://127.0.0.1:${proxy.port}` };
    expect(refusal(await set('hq', { variables }), 1)).toContain('AWS could not be reached');
  });

  test('shows nothing of an answer that quotes what was sent', async () => {
    const message = `Value '${stored}' at 'secretString' failed to satisfy a constraint`;
    bench.aws.refusals.set('secretsmanager:CreateSecret', { code: 'ValidationException', message });
    expect(refusal(await set('hq'))).toContain(
      'secret serversync/hq in region eu-west-1: AWS refused secretsmanager:CreateSecret (ValidationException)',
    );
  });

  test('leaves the account that was there where another cannot be stored', async () => {
    bench.aws.secrets.set('serversync/hq', { value: 'old' });
    bench.aws.refusals.set('secretsmanager:PutSecretValue', { code: 'InternalServiceError', status: 500 });
    expect(refusal(await set('hq'), 1)).toContain('AWS takes no requests now. Run it again in a minute');
    expect(secret('hq')).toEqual({ value: 'old' });
  });
});
