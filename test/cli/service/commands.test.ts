import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installCommand, type InstallOptions } from '../../../src/cli/service/install-command.ts';
import { startCommand, stopCommand, uninstallCommand } from '../../../src/cli/service/other-commands.ts';
import { serviceStatusCommand } from '../../../src/cli/service/status-command.ts';
import { collected } from '../../end-to-end/support/bench.ts';
import { configuration } from '../support/aws-bench.ts';
import { type Answers, type FakeSystem, fakeSystem } from './samples.ts';

const password = 'open-sesame-4711';
const own = { username: 'sync', password };

let home: string;
let configFile: string;
let accountsFile: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'serversync test '));
  configFile = join(home, 'serversync.yaml');
  accountsFile = join(home, '.serversync', 'accounts.json');
  writeFileSync(configFile, configuration);
  mkdirSync(join(home, '.serversync'), { mode: 0o700 });
  writeFileSync(accountsFile, JSON.stringify({ hq: own, branch: own }), { mode: 0o600 });
});
afterEach(() => rmSync(home, { recursive: true }));

/** As somebody who is no administrator. */
const linux = (answers?: Answers): FakeSystem => fakeSystem('linux', home, answers);

async function install(system: FakeSystem, more: Partial<InstallOptions> = {}) {
  const { output, lines, objects } = collected();
  const files = { configFile, stateDirectory: undefined, accountsFile: undefined, logFile: undefined };
  const asked = { name: undefined, runAs: undefined, dryRun: false, force: false, ...files, ...more };
  const exitCode = await installCommand({ ...asked, system, output });
  return { exitCode, said: lines.join('\n'), object: objects.at(-1) };
}

const unit = (name = 'serversync'): string => join(home, '.config', 'systemd', 'user', `${name}.service`);

describe('service install under systemd', () => {
  test('writes a unit, has it start at boot and now, and says what is next', async () => {
    const system = linux();
    const { exitCode, said, object } = await install(system);
    expect(exitCode).toBe(0);
    expect(said).toContain('serversync is installed and started: systemd keeps it running as anna');
    expect(system.asked).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable serversync.service',
      'systemctl --user restart serversync.service',
      'loginctl show-user anna --property=Linger',
      'loginctl enable-linger anna',
    ]);
    expect(object).toMatchObject({
      exitCode: 0,
      name: 'serversync',
      scope: 'user',
      changed: true,
      warnings: [],
    });
    expect(readFileSync(unit(), 'utf8')).toContain(`"--accounts" "${accountsFile}"`);
  });

  test('R9: no account is in the unit, nor in what it says', async () => {
    const { said, object } = await install(linux());
    const { said: planned } = await install(linux(), { dryRun: true });
    for (const text of [readFileSync(unit(), 'utf8'), said, planned, JSON.stringify(object)])
      expect(text).not.toContain(password);
  });

  test('a second time changes nothing, and ends nothing that runs', async () => {
    await install(linux());
    const before = statSync(unit()).mtimeMs;
    const system = linux();
    const { said, object } = await install(system);
    expect(said).toContain('is there as it should be');
    expect(object).toMatchObject({ changed: false });
    expect(system.asked).toContain('systemctl --user start serversync.service');
    expect(system.asked.join()).not.toContain('restart');
    expect(statSync(unit()).mtimeMs).toBe(before);
  });

  test('a second time with another log file writes it anew and starts it anew', async () => {
    await install(linux());
    const system = linux();
    await install(system, { logFile: join(home, 'logs', 'sync.log') });
    expect(readFileSync(unit(), 'utf8')).toContain(`"--log" "${join(home, 'logs', 'sync.log')}"`);
    expect(system.asked).toContain('systemctl --user restart serversync.service');
    expect(statSync(join(home, 'logs')).mode & 0o777).toBe(0o700);
  });

  test('only shows with --dry-run what it would write and run', async () => {
    const system = linux();
    const { said } = await install(system, { dryRun: true, stateDirectory: join(home, 'elsewhere') });
    expect(said).toContain(`would write   ${unit()}`);
    expect(said).toContain('would run     systemctl --user enable serversync.service');
    expect(system.asked).toEqual([]);
    expect([unit(), join(home, 'elsewhere')].map((path) => existsSync(path))).toEqual([false, false]);
  });

  test('says what it lacks to start at boot', async () => {
    const { exitCode, said } = await install(
      linux(([program]) => (program === 'loginctl' ? { code: 1 } : undefined)),
    );
    expect([exitCode, said]).toEqual([0, expect.stringContaining('sudo loginctl enable-linger anna')]);
    expect(said).not.toContain('it starts at boot, before');
  });

  test('does not ask again for a start at boot that is there: that may need rights which the user has not', async () => {
    const system = linux(([program, verb]) =>
      program === 'loginctl' ? (verb === 'show-user' ? { stdout: 'Linger=yes\n' } : { code: 1 }) : undefined,
    );
    const { said, object } = await install(system);
    expect([said, object]).toEqual([
      expect.stringContaining('it starts at boot, before anybody logs in'),
      expect.objectContaining({ warnings: [] }),
    ]);
  });

  test('names the command that failed, and a way out', async () => {
    const system = linux(() => ({ code: 1, stderr: 'Failed to connect to bus: No medium found\n' }));
    await expect(install(system)).rejects.toThrow(
      /systemctl --user daemon-reload failed: Failed to connect to bus.*Log in as that user/,
    );
    const none = linux(() => ({ code: 127, stderr: 'spawn systemctl ENOENT' }));
    await expect(install(none)).rejects.toThrow('This system has no systemctl');
  });

  test('leaves what somebody else made, unless told to take its place', async () => {
    mkdirSync(join(unit(), '..'), { recursive: true });
    writeFileSync(unit(), '[Service]\nExecStart=/bin/true\n');
    const system = linux();
    await expect(install(system)).rejects.toThrow('that serversync did not make');
    expect([readFileSync(unit(), 'utf8'), system.asked]).toEqual(['[Service]\nExecStart=/bin/true\n', []]);
    await install(system, { force: true });
    expect(readFileSync(unit(), 'utf8')).toContain('run');
  });

  test('leaves the service of another configuration, which another name stands beside', async () => {
    await install(linux());
    const other = join(home, 'other.yaml');
    writeFileSync(other, configuration);
    await expect(install(linux(), { configFile: other })).rejects.toThrow('--name branch');
    await install(linux(), { configFile: other, name: 'branch' });
    expect(readFileSync(unit('serversync-branch'), 'utf8')).toContain(`"--config" "${other}"`);
    expect(readFileSync(unit(), 'utf8')).toContain(`"--config" "${configFile}"`);
  });

  test.each(['Branch', '../x', '-x', 'a b', ''])('refuses the name %j', async (name) => {
    await expect(install(linux(), { name })).rejects.toThrow('cannot be the name of a service');
  });

  test('is refused where a server has no account in the file, whatever the environment holds', async () => {
    writeFileSync(accountsFile, JSON.stringify({ hq: own }));
    const system = linux();
    await expect(install(system)).rejects.toThrow(/no account of branch.*serversync accounts set branch/);
    expect([existsSync(unit()), system.asked]).toEqual([false, []]);
  });

  test('is refused where the configuration is wrong, or a path has a line end', async () => {
    await expect(install(linux(), { stateDirectory: join(home, 'a\nUser=root') })).rejects.toThrow(
      'a control character in its name',
    );
    writeFileSync(configFile, 'version: 2\n');
    await expect(install(linux())).rejects.toThrow('version');
    expect(existsSync(unit())).toBe(false);
  });
});

const root = (answers?: Answers): FakeSystem => {
  const user = { name: 'root', uid: 0, gid: 0 };
  return { ...fakeSystem('linux', home, answers), scope: 'system', user };
};
const mine = (): Answers => {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return ([program, which]) => (program === 'id' ? { stdout: `${which === '-u' ? uid : gid}\n` } : undefined);
};

const ofStranger: Answers = ([program]) => (program === 'id' ? { stdout: '4711\n' } : undefined);

describe('service install with sudo', () => {
  test.each([undefined, 'root'])('needs a user who is not root (%s)', async (runAs) => {
    await expect(install(root(), { runAs })).rejects.toThrow('--user NAME');
  });

  test('refuses a user who is not there', async () => {
    await expect(
      install(
        root(() => ({ code: 1 })),
        { runAs: 'sink' },
      ),
    ).rejects.toThrow('there is no user sink');
  });

  test('refuses accounts of another user than the one it runs as', async () => {
    await expect(install(root(ofStranger), { runAs: 'sync' })).rejects.toThrow(
      'not of 4711, who runs the sync',
    );
  });

  test('refuses folders that are emptied at boot', async () => {
    await expect(install(root(mine()), { runAs: 'sync', dryRun: true })).rejects.toThrow('removed at boot');
  });
});

const options = (system: FakeSystem, more = {}) => ({
  name: undefined,
  dryRun: false,
  force: false,
  system,
  ...more,
});

const shown = (more: string): string =>
  `ActiveState=active\nUnitFileState=enabled\nActiveEnterTimestamp=Sun 2026-11-29 09:48:23 UTC\nMainPID=77\nNRestarts=0\nExecMainCode=0\nExecMainStatus=0\n${more}`;
const answering =
  (state: string, linger = 'yes'): Answers =>
  ([program, ...args]) => {
    if (args.includes('show')) return { stdout: state };
    if (program === 'loginctl') return { stdout: `Linger=${linger}\n` };
    return program === 'journalctl' ? { stdout: 'watching 2 servers\n' } : undefined;
  };
const statusOf = async (system: FakeSystem) => {
  const { output, lines, objects } = collected();
  const logFile = join(home, '.serversync', 'serversync.log');
  const exitCode = await serviceStatusCommand({ name: undefined, system, output, logFile });
  return { exitCode, said: lines.join('\n'), object: objects.at(-1) };
};

describe('the other commands under systemd', () => {
  test('uninstall ends it, takes the unit away and leaves state and accounts; once more does nothing', async () => {
    await install(linux());
    const system = linux();
    const { output, lines } = collected();
    expect(await uninstallCommand({ ...options(system), output })).toBe(0);
    expect(system.asked).toEqual([
      'systemctl --user disable --now serversync.service',
      'systemctl --user daemon-reload',
    ]);
    expect([unit(), accountsFile, configFile].map((path) => existsSync(path))).toEqual([false, true, true]);
    const again = linux();
    expect(await uninstallCommand({ ...options(again), output })).toBe(0);
    expect([again.asked, lines.at(-1)]).toEqual([[], 'serversync is not installed: nothing to do']);
  });

  test('uninstall leaves what somebody else made', async () => {
    mkdirSync(join(unit(), '..'), { recursive: true });
    writeFileSync(unit(), '[Service]\nExecStart=/bin/true\n');
    const { output } = collected();
    await expect(uninstallCommand({ ...options(linux()), output })).rejects.toThrow(
      'was not made by serversync',
    );
    expect(existsSync(unit())).toBe(true);
  });

  test('stop and start are refused where nothing is installed, and say how it is', async () => {
    const { output } = collected();
    for (const command of [startCommand, stopCommand])
      await expect(command({ ...options(linux()), name: 'branch', output })).rejects.toThrow(
        'serversync service install --name branch',
      );
  });

  test('status says since when it runs, what it said last, and 0', async () => {
    await install(linux());
    const { exitCode, said, object } = await statusOf(linux(answering(shown(''))));
    expect(exitCode).toBe(0);
    expect(said).toMatch(/^serversync runs since 20.*\n {4}starts at boot\n {4}process 77\n/);
    expect(said).toContain('    watching 2 servers');
    expect(object).toMatchObject({
      isRunning: true,
      since: Date.parse('2026-11-29T09:48:23Z'),
      lines: ['watching 2 servers'],
    });
  });

  test.each([
    ['a start at boot', shown(''), 'no', 'sudo loginctl enable-linger anna'],
    [
      'its running',
      shown('ActiveState=failed\nExecMainCode=1\nExecMainStatus=2'),
      'yes',
      'its last end: exit code 2',
    ],
  ])('status is 1 where it lacks %s', async (_, state, linger, says) => {
    await install(linux());
    const { exitCode, said } = await statusOf(linux(answering(state, linger)));
    expect([exitCode, said]).toEqual([1, expect.stringContaining(says)]);
  });

  test('status has nothing to mend where somebody stopped it', async () => {
    await install(linux());
    const stopped = shown('ActiveState=inactive\nExecMainCode=1\nExecMainStatus=0');
    const { exitCode, said } = await statusOf(linux(answering(stopped)));
    expect([exitCode, said]).toEqual([1, expect.stringMatching(/\nTo go on: serversync service start$/)]);
  });

  test('status says that what was ended is started again by itself', async () => {
    await install(linux());
    const state = shown('ActiveState=activating\nSubState=auto-restart\nExecMainCode=2\nExecMainStatus=9');
    const { exitCode, said } = await statusOf(linux(answering(state)));
    expect(exitCode).toBe(1);
    expect(said).toMatch(/^serversync has ended, and is started again within half a minute\n/);
    expect(said).toContain('its last end: killed by signal 9');
    expect(said).not.toContain('service start');
  });

  test('status is 2 where nothing is installed', async () => {
    expect(await statusOf(linux())).toMatchObject({ exitCode: 2, object: { isInstalled: false } });
  });

  test('status does not take a system that cannot be asked for one that does not run', async () => {
    await install(linux());
    await expect(statusOf(linux(() => ({ code: 1, stderr: 'Failed to connect to bus' })))).rejects.toThrow(
      'Failed to connect to bus',
    );
  });
});

const plist = () => join(home, 'Library', 'LaunchAgents', 'serversync.plist');

describe('on a Mac', () => {
  test('install writes an agent with a log that has a bound, and waits until the former one has gone', async () => {
    let refusals = 1;
    const system = fakeSystem('darwin', home, (words) =>
      words[1] === 'bootout' || (words[1] === 'bootstrap' && refusals-- > 0) ? { code: 5 } : undefined,
    );
    expect((await install(system)).exitCode).toBe(0);
    expect(readFileSync(plist(), 'utf8')).toContain(
      `<string>${join(home, '.serversync', 'serversync.log')}</string>`,
    );
    expect(system.asked.map((words) => words.split(' ').slice(0, 2).join(' '))).toEqual([
      'launchctl bootout',
      'launchctl enable',
      'launchctl bootstrap',
      'launchctl bootstrap',
    ]);
  });

  test('status says that an agent does not start at boot, and how it would', async () => {
    await install(fakeSystem('darwin', home));
    writeFileSync(join(home, '.serversync', 'serversync.log'), 'one\ntwo\n');
    const { output, lines } = collected();
    const system = fakeSystem('darwin', home, ([program]) =>
      program === 'launchctl'
        ? { stdout: 'x = {\n\tstate = running\n\truns = 3\n\tpid = 77\n\tlast exit code = 1\n}\n' }
        : { stdout: 'Sun Nov 29 09:48:23 2026\n' },
    );
    const logFile = join(home, '.serversync', 'serversync.log');
    expect(await serviceStatusCommand({ name: undefined, system, output, logFile })).toBe(1);
    const said = lines.join('\n');
    expect(said).toContain('started again 2 times, last after exit code 1');
    expect(said).toContain('    two');
    expect(said).toContain('sudo serversync service install --user NAME');
  });
});

describe('on Windows', () => {
  test('install gives the scheduler the task, leaves no file of it, and starts it', async () => {
    let given = '';
    const draft = () => join(home, '.serversync', 'task.xml');
    const system = fakeSystem('win32', home, (words) => {
      if (words[1] === '/query') return { code: 1 };
      if (words[1] === '/create') given = readFileSync(draft(), 'utf16le');
      return undefined;
    });
    expect((await install(system)).exitCode).toBe(0);
    expect(given).toMatch(/^\uFEFF<\?xml version="1.0" encoding="UTF-16"\?>/);
    expect(existsSync(draft())).toBe(false);
    expect(system.asked.map((words) => words.split(' ')[1])).toEqual(['/query', '/end', '/create', '/run']);
  });

  test('status reads the state by the names that every language has', async () => {
    const answer = { state: 'Ready', enabled: true, result: 3, last: Date.parse('2026-11-29T09:00:00Z') };
    const { output, lines } = collected();
    const system = fakeSystem('win32', home, ([program]) =>
      program === 'powershell.exe'
        ? { stdout: JSON.stringify(answer) }
        : { stdout: 'serversync service install' },
    );
    expect(await serviceStatusCommand({ name: undefined, system, output, logFile: join(home, 'none') })).toBe(
      1,
    );
    expect(lines.join('\n')).toContain('its last end: exit code 3');
  });
});
