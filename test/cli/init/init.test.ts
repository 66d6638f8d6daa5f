import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../../src/config/load.ts';
import { Refused } from '../../../src/cli/refused.ts';
import { runOnceCommand } from '../../../src/cli/run-command.ts';
import { ServerError } from '../../../src/ports/server-errors.ts';
import { collected } from '../../end-to-end/support/bench.ts';
import { lastObject } from '../../end-to-end/support/command-line.ts';
import { stackTrace } from '../support/aws-bench.ts';
import { account, contacts, openLab, uuid } from './lab.ts';
import { down, enter, typist } from './typing.ts';

describe('without questions', () => {
  test('writes a configuration by which a run brings both servers to the same, and shows no value of a record', async () => {
    await using lab = await openLab(contacts(30), contacts(0));
    const { exitCode, text } = await lab.init();
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^contacts +hq +Contacts_Sync +PrimaryKey +ModificationTimestamp +1$/m);
    expect(text).not.toContain('Name 1');
    expect(readdirSync(lab.directory).toSorted()).toEqual(['serversync.schema.json', 'serversync.yaml']);
    const { output } = collected();
    const { path: configFile, environment } = lab;
    const { signal } = new AbortController();
    await runOnceCommand({
      configFile,
      stateDirectory: undefined,
      environment,
      output,
      signal,
      settings: {},
    });
    const copies = lab.simulators[1]?.control.records({ table: 'Contacts' }) ?? [];
    expect(copies.map(({ values }) => values['Name'])).toHaveLength(30);
    expect(lab.written).not.toContain(account.password);
  });

  test('writes nothing to a server, and leaves no session there', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    await lab.init();
    for (const { control } of lab.simulators) expect(control.writes()).toEqual([]);
    for (const { control } of lab.simulators) expect(control.stats().openSessions).toBe(0);
  });

  test('takes what options say before what it would propose', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    await lab.init({
      options: {
        role: ['branch=receive'],
        with: ['contacts.Status'],
        without: ['contacts.Name'],
        stampedBy: ['contacts=host'],
        timeZone: ['hq=Europe/Berlin', 'branch=UTC'],
        deletes: 'edit-wins',
      },
    });
    const { tables, servers } = await loadConfiguration(lab.path);
    expect(servers.map(({ timeZone }) => timeZone)).toEqual(['Europe/Berlin', 'UTC']);
    expect(tables[0]).toMatchObject({
      modified: { field: 'ModificationTimestamp', stampedBy: 'host' },
      fields: [{ name: 'Status' }],
      deletes: { policy: 'edit-wins' },
      links: [{ role: 'both' }, { role: 'receive' }],
    });
  });

  test('three files on one host are three servers, if that is what is asked for', async () => {
    const files = ['North', 'South', 'West'].map((name) => contacts(2, { name }));
    await using lab = await openLab({ databases: files });
    const [, url] = lab.servers[0]?.split('=') ?? [];
    await lab.init({
      options: {
        server: [`hq=${url}`, `branch=${url}`, `third=${url}`],
        database: ['hq=North', 'branch=South', 'third=West'],
      },
    });
    const { tables } = await loadConfiguration(lab.path);
    expect(tables[0]?.links.map(({ server, database }) => `${server} ${database}`)).toEqual([
      'hq North',
      'branch South',
      'third West',
    ]);
  });

  test('--dry-run prints the same file and writes none', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    const { printed } = await lab.init({ options: { dryRun: true } });
    expect(existsSync(lab.path)).toBe(false);
    await lab.init();
    expect(printed).toBe(lab.written);
  });
});

describe('a file that is there', () => {
  test('is left as it is, before any server is asked', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    writeFileSync(lab.path, 'mine');
    await expect(lab.init()).rejects.toThrow(/is there already.*--output.*--force/);
    expect(lab.written).toBe('mine');
    expect(
      Object.values(lab.simulators[0]?.control.stats().requests ?? {}).filter((made) => made > 0),
    ).toEqual([]);
  });

  test('is replaced with --force, and each copy of it is kept', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    for (const text of ['first', 'second']) {
      writeFileSync(lab.path, text);
      await lab.init({ options: { force: true } });
    }
    expect(['bak', 'bak2'].map((end) => readFileSync(`${lab.path}.${end}`, 'utf8'))).toEqual([
      'first',
      'second',
    ]);
    expect(lab.written).toContain('tables:');
  });
});

describe('what cannot be', () => {
  test('a table without a key is left out with the reason, the others are written, and the exit code says so', async () => {
    const further = {
      tables: [
        ...contacts(0).tables,
        {
          name: 'Orders',
          fields: [
            { name: 'order_no', type: 'number', autoEnter: 'serial' },
            { name: 'city', type: 'text' },
            { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
          ],
          rows: [7, 8, 9, 10].map((order_no) => ({ order_no, city: 'Bern' })),
        },
      ],
      layouts: [
        { name: 'Contacts_Sync', table: 'Contacts' },
        { name: 'Orders_Sync', table: 'Orders' },
      ],
    } as const;
    await using lab = await openLab(contacts(0, further), contacts(0, further));
    const { exitCode, text, report } = await lab.init();
    expect(exitCode).toBe(1);
    expect(text).toContain(
      'not as key order_no: numbers that count up: two offices give the same number to two records',
    );
    expect(report).toMatchObject({
      tables: [
        { name: 'contacts', lacks: [] },
        { name: 'orders', lacks: ['key'] },
      ],
    });
    expect((await loadConfiguration(lab.path)).tables.map(({ name }) => name)).toEqual(['contacts']);
    const steps = await lab.init({ options: { createFields: true } });
    expect(steps.text).toContain('Get ( UUID )');
    expect(steps.text).toContain('ONE file only');
    await expect(lab.init({ options: { table: ['orders'], force: true } })).rejects.toThrow(
      'orders lacks key',
    );
  });

  test('servers that share no table', async () => {
    const other = contacts(0, { layouts: [] });
    await using lab = await openLab(contacts(3), other);
    await expect(lab.init()).rejects.toThrow(
      /hq shows 1 layout, branch shows 0 layouts\. Make a sync layout on each/,
    );
  });

  test('an account that is refused, with what to look at', async () => {
    await using lab = await openLab(contacts(3), {
      databases: [contacts(3)],
      accounts: [{ name: 'other', password: 'x' }],
    });
    await expect(lab.init()).rejects.toThrow(ServerError);
    expect(existsSync(lab.path)).toBe(false);
  });

  test.each([
    [{ server: ['hq'] }, '--server hq=https://fm-hq.example.com'],
    [{ server: ['hq=ftp://x'] }, 'not an address of a server'],
    [{ timeZone: ['hq=Berlin'] }, 'Europe/Berlin'],
    [{ table: ['contact'] }, 'Did you mean contacts? The servers share contacts'],
    [{ key: ['contact=Name'] }, '--key: there is no table contact. Did you mean contacts?'],
    [{ key: ['contacts=Nmae'] }, 'no field Nmae that all servers have with one type. Did you mean Name?'],
    [{ without: ['contacts.Phone'] }, 'no field Phone'],
    [
      { timeZone: ['hqq=UTC'] },
      'there is no --server hqq, though an option says something of it. Did you mean hq?',
    ],
    [{ server: ['hq=http://localhost:1', 'hq=http://localhost:2'] }, 'stands there twice'],
    [{ layout: ['contacts@hq=Nothing'] }, 'there is no layout Nothing on hq'],
    [{ role: ['hq=write'] }, 'roles are both, send and receive'],
    [{ with: ['Status'] }, 'contacts.status'],
  ])('%o is refused with what would be right', async (options, says) => {
    await using lab = await openLab(contacts(3), contacts(3));
    const failed = await lab.init({ options }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Refused);
    expect(String(failed)).toContain(says);
  });
});

describe('at a terminal', () => {
  test('a wrong address and a wrong password are asked for again, and accounts are stored where only the user may read them', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    const [hq = '', branch = ''] = lab.simulators.map(({ url }) => url);
    const { questions, seen, left } = await typist([
      ['A short name for server 1', enter],
      ['Address of hq', `http://127.0.0.1:1${enter}`],
      ['Address of hq', `${hq}${enter}`],
      ['Which API of hq shall be spoken?', enter],
      ['Account name on hq', `${account.name}${enter}`],
      ['Password on hq', `wrong${enter}`],
      ['Account name on hq', `${account.name}${enter}`],
      ['Password on hq', `${account.password}${enter}`],
      ['Time zone of the clock of hq', 'new york'],
      ['❯ America/New_York', enter],
      ['A short name for server 2', enter],
      ['Address of branch', `${branch}${enter}`],
      ['Which API of branch shall be spoken?', enter],
      ['Account name on branch', `${account.name}${enter}`],
      ['Password on branch', `${account.password}${enter}`],
      ['Time zone of the clock of branch', 'london'],
      ['❯ Europe/London', enter],
      ['Is there another server?', enter],
      ['Shall changes go both ways', enter],
      ['Is that right?', `${down}${enter}`],
      ['Whose clock sets ModificationTimestamp?', `${down}${enter}`],
      ['Fields of contacts', `${down} ${enter}`],
      ['Is that right?', enter],
      ['What shall become of a record that is deleted', enter],
      ['Store the accounts', enter],
    ]);
    const { exitCode, text } = await lab.init({ questions, isKnown: false });
    expect({ exitCode, left: left() }).toEqual({ exitCode: 0, left: [] });
    expect(text).toContain('ECONNREFUSED');
    expect(text).toContain('the account name or password is wrong');
    expect(seen()).not.toContain(account.password);
    const { servers, tables } = await loadConfiguration(lab.path);
    expect(servers.map(({ timeZone }) => timeZone)).toEqual(['America/New_York', 'Europe/London']);
    expect(tables[0]).toMatchObject({
      modified: { field: 'ModificationTimestamp', stampedBy: 'host' },
      deletes: { policy: 'ignore' },
    });
    expect(tables[0]).toMatchObject({ fields: [{ name: 'Name' }], createOnly: ['CreationTimestamp'] });
    const stored = join(lab.directory, '.serversync', 'accounts.json');
    expect(statSync(stored).mode & 0o777).toBe(0o600);
    expect(lab.written).not.toContain(account.password);
  });
});

describe('the command', () => {
  test('without a terminal says which options answer instead, and prints the proposal as JSON where it has them', async () => {
    await using lab = await openLab(contacts(3), contacts(3));
    const bare = await lab.command('init');
    expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('say --yes') });
    const missing = await lab.command('init', '--yes', '--server', lab.servers[0] ?? '');
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('--server NAME=ADDRESS') });
    expect(bare.stderr + missing.stderr).not.toMatch(stackTrace);
    const servers = lab.servers.flatMap((server) => ['--server', server]);
    const { code, stdout } = await lab.command('init', '--yes', '--json', ...servers);
    expect(code).toBe(0);
    expect(lastObject(stdout)).toMatchObject({
      exitCode: 0,
      file: 'serversync.yaml',
      tables: [{ name: 'contacts' }],
    });
    expect(stdout).not.toContain(uuid(1));
    const planned = await lab.command('plan', '--json');
    expect(planned.code).toBe(0);
  });
});
