import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../end-to-end/support/bench.ts';
import { type Ended, lastObject } from '../end-to-end/support/command-line.ts';
import { account } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { type AwsBench, openAwsBench, stackTrace } from './support/aws-bench.ts';

const password = 'open-sesame-4711';
const typed = `sync\n${password}\n`;

/** What it says; whatever it is, the password is not in it. */
async function refused(given: Promise<Ended>): Promise<string> {
  const { code, stdout, stderr } = await given;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toContain(password);
  expect(stderr).not.toMatch(stackTrace);
  return stderr;
}

describe('accounts set', () => {
  let bench: AwsBench;
  beforeAll(async () => {
    bench = await openAwsBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });
  const folder = () => join(bench.directory, '.serversync');
  const path = () => join(folder(), 'accounts.json');
  beforeEach(() => rmSync(folder(), { recursive: true, force: true }));

  const set = (server: string, input = typed, ...options: readonly string[]): Promise<Ended> =>
    bench.command(['accounts', 'set', server, ...options], { input });
  const stored = (): unknown => JSON.parse(readFileSync(path(), 'utf8'));

  test('makes a file that only its owner may use, in a folder of the same kind, and asks nobody', async () => {
    const { code, stdout, stderr } = await set('hq');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`stored the account of hq in ${path()}`);
    expect(stdout).not.toContain(password);
    expect([folder(), path()].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o600]);
    expect(stored()).toEqual({ hq: { username: 'sync', password } });
    expect(bench.aws.actions).toEqual([]);
  });

  test('keeps the accounts of other servers, and leaves no draft behind', async () => {
    await set('hq');
    await set('branch', 'there\nother\n');
    const { stdout } = await set('hq', 'again\nchanged\n', '--json');
    expect(lastObject(stdout)).toEqual({ exitCode: 0, server: 'hq', file: path(), replaced: true });
    expect(stored()).toEqual({
      hq: { username: 'again', password: 'changed' },
      branch: { username: 'there', password: 'other' },
    });
    expect(readdirSync(folder())).toEqual(['accounts.json']);
  });

  test('writes another file where one is named, and takes the password alone with --username', async () => {
    const other = join(bench.directory, 'other', 'sync.json');
    await set('hq', `${password}\n`, '--accounts', other, '--username', 'sync');
    expect(JSON.parse(readFileSync(other, 'utf8'))).toEqual({ hq: { username: 'sync', password } });
    expect(existsSync(path())).toBe(false);
  });

  test('adds nothing to a file that others may read', async () => {
    await set('hq');
    chmodSync(path(), 0o644);
    expect(await refused(set('branch'))).toContain(`chmod 600 '${path()}'`);
    expect(stored()).toEqual({ hq: { username: 'sync', password } });
  });

  test('refuses a server that is not there, an account that cannot be one, and a password as an argument', async () => {
    expect(await refused(set('brnch'))).toContain('Did you mean branch?');
    expect(await refused(set('hq', `${password}:x\npw\n`))).toContain('a colon in the account name');
    expect(await refused(set('hq', typed, password))).toContain('no password: it is asked for');
    expect(existsSync(path())).toBe(false);
  });
});

const withoutVariables = async (): Promise<Bench> => {
  const bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  for (const name of Object.keys(bench.environment)) delete bench.environment[name];
  return bench;
};

describe('a run', () => {
  const own = { username: account.name, password: account.password };

  test('finds accounts in the file that is named, and none of them is in what it says', async () => {
    await using bench = await withoutVariables();
    const file = join(bench.directory, 'accounts.json');
    writeFileSync(file, JSON.stringify({ hq: own, branch: own }), { mode: 0o600 });
    const { code, stdout, stderr } = await bench.command('run', '--once', '--accounts', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(account.password);
    expect(bench.branch.byKey.size).toBe(3);
  });

  test('that has no account names the variable and the command that stores one', async () => {
    await using bench = await withoutVariables();
    const { code, stderr } = await bench.command('run', '--once');
    expect(code).toBe(2);
    expect(stderr).toContain('SERVERSYNC_HQ_PASSWORD\n    not set');
    expect(stderr).toContain('serversync accounts set hq');
  });

  test('asks no server where others may read the file', async () => {
    await using bench = await withoutVariables();
    const file = join(bench.directory, 'accounts.json');
    writeFileSync(file, JSON.stringify({ hq: own, branch: own }), { mode: 0o640 });
    chmodSync(file, 0o640);
    for (const command of ['run --once', 'sweep', 'plan', 'verify']) {
      const { code, stderr } = await bench.command(command, '--accounts', file);
      expect({ command, code, stderr }).toMatchObject({
        command,
        code: 2,
        stderr: expect.stringContaining('chmod 600'),
      });
    }
    expect(bench.hq.stats.maxOpenSessions).toBe(0);
  });
});
