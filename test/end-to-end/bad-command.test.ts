import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastObject, startCommand } from './support/command-line.ts';
import { openOffice } from './support/office.ts';
import { until } from './support/until.ts';

describe('a command line that cannot be meant ends with exit code 2 and says what there is:', () => {
  test.each([
    { args: ['sync'], says: "unknown command 'sync'" },
    { args: ['run', '--one'], says: '(Did you mean --once?)' },
    { args: ['run'], says: 'say --once (one pass) or --watch (by the schedule)' },
    { args: ['run', '--once', '--watch'], says: "option '--once' cannot be used with option '--watch'" },
    { args: ['verify', '--dry-run'], says: 'say what it is a dry run of: --repair --dry-run' },
    { args: ['approve'], says: "missing required argument 'id-or-table'" },
    { args: ['put-back'], says: "missing required argument 'table-or-id'" },
    { args: ['simulate', '--port', 'http'], says: 'give a whole number from 0 (any free port) to 65535' },
    { args: ['simulate', '--file', 'missing.yaml'], says: 'missing.yaml' },
    { args: ['run', '--once', '--config'], says: "option '--config <file>' argument missing" },
  ])('serversync $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await startCommand(args, {}).ended;
    expect({ code, shown: stdout + stderr }).toEqual({ code: 2, shown: expect.stringContaining(says) });
    expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  });

  test('with --json the last line of stdout is an object even then', async () => {
    const { code, stdout, stderr } = await startCommand(['run', '--one', '--json'], {}).ended;
    expect(code).toBe(2);
    expect(lastObject(stdout)).toMatchObject({ exitCode: 2, code: 'usage', message: expect.any(String) });
    expect(stderr).toContain('--one');
  });

  test('serversync --help teaches: commands, accounts and exit codes, with exit code 0', async () => {
    const { code, stdout } = await startCommand(['--help'], {}).ended;
    expect(code).toBe(0);
    for (const part of ['run --once', 'status', 'demo', 'Exit codes:', 'SERVERSYNC_<SERVER>_PASSWORD']) {
      expect(stdout).toContain(part);
    }
  });
});

describe('serversync simulate', () => {
  test('refuses a port that is taken, with another way', async () => {
    await using office = await openOffice({});
    const { code, stderr } = await startCommand(['simulate', '--port', String(office.simulator.port)], {})
      .ended;
    expect(code).toBe(2);
    expect(stderr).toContain(`cannot listen on port ${office.simulator.port}`);
    expect(stderr).toContain('Give another one with --port, or 0 for any that is free');
  });

  test.each([
    { name: 'no YAML', text: 'databases: [\n', says: 'line 2' },
    { name: 'a name that is not known', text: 'databases: []\naccounts: []\nseeds: 1\n', says: '"seeds"' },
  ])('refuses a description with $name, by its place', async ({ text, says }) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-test-'));
    const file = join(folder.path, 'server.yaml');
    await writeFile(file, text);
    const { code, stderr } = await startCommand(['simulate', '--file', file], {}).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(`--file is ${file}: `);
    expect(stderr).toContain(says);
    expect(stderr).toContain('docs/simulator.md');
  });

  test('answers as a FileMaker Server until SIGTERM, then ends with exit code 0', async () => {
    const running = startCommand(['simulate', '--port', '0'], {});
    await until(() => running.stdout.includes('Ctrl-C'), running.ended);
    const [url = ''] = /http:\/\/\S+/.exec(running.stdout) ?? [];
    const answer = await fetch(`${url}/fmi/data/v2/productInfo`);
    expect(answer.status).toBe(200);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });
});
