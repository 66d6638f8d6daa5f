import { describe, expect, test } from 'vitest';
import { lastObject, startCommand } from './support/command-line.ts';

describe('a command line that cannot be meant ends with exit code 2 and says what there is:', () => {
  test.each([
    { args: ['sync'], says: "unknown command 'sync'" },
    { args: ['run', '--one'], says: '(Did you mean --once?)' },
    { args: ['run'], says: 'say --once (one pass) or --watch (by the schedule)' },
    { args: ['run', '--once', '--watch'], says: "option '--once' cannot be used with option '--watch'" },
    { args: ['approve', 'contacts'], says: "missing required argument 'server'" },
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
