import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { launchd } from '../../../src/cli/service/launchd.ts';
import { nodeFlags } from '../../../src/cli/service/service-of.ts';
import { systemd } from '../../../src/cli/service/systemd.ts';
import { taskScheduler } from '../../../src/cli/service/task-scheduler.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { command, oddPath, sample } from './samples.ts';

/** Any text without control characters, rich in signs that mean something somewhere. */
const path = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '\\', ' ', '%', '$', "'", '<', '&', '>', '{', '}', ';', '#', '`', 'ü'),
      fc.string({ minLength: 1, maxLength: 3 }),
    ),
  )
  .map((parts) => `/${parts.join('')}`.replaceAll(/\p{Cc}/gu, ''));

const lineOf = (text: string, key: string): string =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1) ?? '';

/** As systemd takes a command line apart: quotes, backslashes, then specifiers, then (not in the program) variables. */
function systemdWords(line: string): readonly string[] {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"(?: |$)/g)].map(([, word = '']) =>
    word.replaceAll(/\\(.)/g, '$1'),
  );
  return words.map((word, at) => {
    expect(word.replaceAll('%%', '')).not.toContain('%');
    const specified = word.replaceAll('%%', '%');
    if (at === 0) return specified;
    expect(specified.replaceAll('$$', '')).not.toContain('$');
    return specified.replaceAll('$$', '$');
  });
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const between = (text: string, tag: string): readonly string[] =>
  [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, inner = '']) => unescaped(inner));

/** As programs on Windows take their line of arguments apart. */
function windowsWords(line: string): readonly string[] {
  const words: string[] = [];
  let rest = line;
  while (rest !== '') {
    const [whole = rest, inner = ''] =
      /^"((?:[^"\\]|\\+[^"\\]|\\+"(?! |$)|(?:\\\\)*\\")*(?:\\\\)*)"(?: |$)/.exec(rest) ?? [];
    words.push(
      inner
        .replaceAll(/(\\*)"/g, (_, slashes: string) => `${slashes.slice(0, slashes.length >> 1)}"`)
        .replace(/\\+$/, (all) => all.slice(0, all.length / 2)),
    );
    rest = rest.slice(whole.length);
  }
  return words;
}

describe('the unit of systemd', () => {
  test('runs exactly the program and the arguments, whatever signs are in their paths', () => {
    fc.assert(
      fc.property(path, path, (program, config) => {
        const service = sample(config, { command: [program, 'run', '--config', config] });
        expect(systemdWords(lineOf(systemd.text(service), 'ExecStart'))).toEqual(service.command);
      }),
    );
    expect(systemdWords(lineOf(systemd.text(sample(oddPath)), 'ExecStart'))).toEqual(command(oddPath));
  });

  test('starts again after any end, for ever, with a wait, and has a minute to end in', () => {
    const text = systemd.text(sample('/srv/serversync.yaml'));
    expect(
      ['Restart', 'RestartSec', 'StartLimitIntervalSec', 'TimeoutStopSec'].map((key) => lineOf(text, key)),
    ).toEqual(['always', '30', '0', '60']);
  });

  test('of a user asks for nothing that only the system can do', () => {
    const text = systemd.text(sample('/srv/serversync.yaml'));
    expect(text).toContain('WantedBy=default.target');
    expect(text).not.toMatch(/^(User|Protect|Private|ReadWritePaths|CapabilityBoundingSet|After)/m);
  });

  test('of the system runs as its user, who may write to the state alone', () => {
    const text = systemd.text(
      sample('/srv/serversync.yaml', { scope: 'system', writes: [oddPath, '/srv/logs'] }),
    );
    expect(lineOf(text, 'User')).toBe('anna');
    expect(lineOf(text, 'ProtectSystem')).toBe('strict');
    const [first, second] = systemdWords(lineOf(text, 'ReadWritePaths'));
    expect([first, second]).toEqual([oddPath, '/srv/logs']);
    expect(text).toContain('WantedBy=multi-user.target');
    expect(text).toContain('After=network-online.target');
  });

  test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)(
    'is one that systemd-analyze finds nothing wrong with',
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'serversync-test-'));
      const file = join(directory, 'serversync.service');
      const writes = [directory];
      for (const scope of ['user', 'system'] as const) {
        const ran = [process.execPath, 'run', '--config', oddPath];
        const user = { name: 'root', uid: 0, gid: 0 };
        writeFileSync(file, systemd.text(sample(oddPath, { scope, writes, command: ran, user })));
        const { stderr, status } = spawnSync('systemd-analyze', ['verify', `--${scope}`, '--man=no', file], {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'] ?? '', XDG_RUNTIME_DIR: directory },
        });
        const ours = stderr.split('\n').filter((line) => line.includes('serversync.service'));
        expect({ scope, status, ours }).toEqual({ scope, status: 0, ours: [] });
      }
      rmSync(directory, { recursive: true });
    },
  );
});

describe('the plist of launchd', () => {
  test('runs exactly the program and the arguments, whatever signs are in their paths', () => {
    fc.assert(
      fc.property(path, (config) => {
        const strings = between(launchd.text(sample(config)), 'string');
        expect(strings).toEqual(['serversync', ...command(config)]);
      }),
    );
  });

  test('is started again after any end; a daemon runs as its user, an agent as who is logged in', () => {
    const agent = launchd.text(sample('/srv/serversync.yaml'));
    expect(agent).toMatch(/<key>KeepAlive<\/key>\s*<true\/>/);
    expect(agent).toMatch(/<key>RunAtLoad<\/key>\s*<true\/>/);
    expect(agent).not.toContain('UserName');
    const daemon = launchd.text(sample('/srv/serversync.yaml', { scope: 'system' }));
    expect(daemon).toMatch(/<key>UserName<\/key>\s*<string>anna<\/string>/);
  });
});

const windows = (config: string) =>
  sample(config, { scope: 'system', command: ['C:\\node.exe', ...command(config)] });

describe('the task of Windows', () => {
  test('runs exactly the program and the arguments, whatever signs are in their paths', () => {
    fc.assert(
      fc.property(path, (odd) => {
        const config = odd.replaceAll('%', '');
        const text = taskScheduler.text(windows(config));
        expect(between(text, 'Command')).toEqual(['C:\\node.exe']);
        expect(windowsWords(between(text, 'Arguments')[0] ?? '')).toEqual(command(config));
      }),
    );
  });

  test('is refused where a path has a %, which would be taken for a variable', () => {
    expect(() => taskScheduler.text(windows('C:\\100%\\serversync.yaml'))).toThrow(
      'Rename that folder or file',
    );
  });

  test('starts at boot without anybody, again every five minutes where it has ended, and is never ended for its time', () => {
    const text = taskScheduler.text(windows('C:\\sync\\serversync.yaml'));
    expect(text).toContain('<BootTrigger>');
    expect(between(text, 'LogonType')).toEqual(['S4U']);
    expect(text).toMatch(/<TimeTrigger>\s*<Repetition><Interval>PT5M<\/Interval><\/Repetition>/);
    expect(between(text, 'MultipleInstancesPolicy')).toEqual(['IgnoreNew']);
    expect(between(text, 'ExecutionTimeLimit')).toEqual(['PT0S']);
    expect(between(text, 'RunLevel')).toEqual(['LeastPrivilege']);
  });
});

test('the service is started with what package.json starts the command line with', () => {
  expect(manifest.scripts.serversync).toBe(`node ${nodeFlags.join(' ')} src/cli/main.ts`);
});
