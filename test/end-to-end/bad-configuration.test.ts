import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { startCommand } from './support/command-line.ts';
import { account, contactFields } from './support/office.ts';
import { changed, expectRefused, offices, type Path, refusal } from './support/refusal.ts';

describe('a configuration that cannot be right ends with exit code 2, by place, value and remedy:', () => {
  const table = ['tables', 'contacts'];
  const cases: readonly {
    readonly name: string;
    readonly path: Path;
    readonly to: unknown;
    readonly says: readonly string[];
  }[] = [
    {
      name: 'a time zone that is none',
      path: ['servers', 'hq', 'timeZone'],
      to: 'America/New_Yrok',
      says: [
        'servers.hq.timeZone is "America/New_Yrok"',
        'not a time zone',
        'Did you mean America/New_York?',
      ],
    },
    {
      name: 'sessions that are no number',
      path: ['servers', 'hq', 'sessions'],
      to: 'eight',
      says: ['servers.hq.sessions is "eight"', 'text where a number belongs', 'from 1 to 100'],
    },
    {
      name: 'an address that is missing',
      path: ['servers', 'branch', 'url'],
      to: undefined,
      says: ['servers.branch.url', 'missing', 'https://fm-hq.example.com'],
    },
    {
      name: 'http beyond this machine',
      path: ['servers', 'branch', 'url'],
      to: 'http://fm.example.com',
      says: ['servers.branch.url is "http://fm.example.com"', 'in the clear', 'Write https://fm.example.com'],
    },
    {
      name: 'a password in the file',
      path: ['servers', 'hq', 'password'],
      to: account.password,
      says: ['servers.hq.password', 'never in this file', 'SERVERSYNC_HQ_PASSWORD in the environment'],
    },
    {
      name: 'a key that is missing',
      path: [...table, 'key'],
      to: undefined,
      says: ['tables.contacts.key', 'missing', 'the primary-key field'],
    },
    {
      name: 'a server that is not known',
      path: [...table, 'servers', 'brnach'],
      to: { layout: 'Contacts_Sync' },
      says: ['tables.contacts.servers.brnach', 'not one of the servers', 'Did you mean branch?'],
    },
    {
      name: 'a role that is none',
      path: [...table, 'servers', 'hq', 'role'],
      to: 'master',
      says: ['tables.contacts.servers.hq.role is "master"', 'Write both or send or receive'],
    },
    {
      name: 'a name that is not known',
      path: [...table, 'feilds'],
      to: ['name'],
      says: ['tables.contacts.feilds', 'not known here', 'Did you mean fields?'],
    },
    {
      name: 'a layout that is not there',
      path: [...table, 'servers', 'branch', 'layout'],
      to: 'Contacts_Snyc',
      says: [
        'tables.contacts.servers.branch.layout is "Contacts_Snyc"',
        'not a layout of database Main on server branch',
        'correct the name',
      ],
    },
    {
      name: 'a field that is on no layout',
      path: [...table, 'fields', 0],
      to: 'nmae',
      says: [
        'tables.contacts.fields[0] is "nmae"',
        'nmae is not on layout Contacts_Sync of database Main on server hq',
        'Did you mean name?',
      ],
    },
    {
      name: 'a calculation as a field',
      path: [...table, 'fields', 0],
      to: 'label',
      says: ['tables.contacts.fields[0] is "label"', 'never written', 'Take it out'],
    },
    {
      name: 'a stamp that is no timestamp',
      path: [...table, 'modified'],
      to: 'label',
      says: [
        'tables.contacts.modified is "label"',
        'label is text on layout Contacts_Sync',
        'Use a field that auto-enters',
      ],
    },
    {
      name: 'deletes that no policy names',
      path: [...table, 'deletes'],
      to: 'never',
      says: ['tables.contacts.deletes is "never"', 'cannot stand here', 'edit-wins'],
    },
    {
      name: 'a certificate authority that is no file',
      path: ['servers', 'hq', 'caFile'],
      to: 'missing.pem',
      says: ['servers.hq.caFile is "missing.pem"', 'cannot be read (ENOENT)', 'correct the path'],
    },
  ];
  test.each(cases)('$name', async ({ path, to, says }) => {
    await using bench = await openBench({ offices });
    await bench.configure(changed(path, to));
    const stderr = await refusal(bench, 2);
    for (const part of says) expect(stderr).toContain(part);
    expect(stderr).toMatch(/serversync\.yaml:\d+:\d+ /);
  });

  test('several mistakes at once, each in the order of the file', async () => {
    await using bench = await openBench({ offices });
    const twice = changed(['tables', 'contacts', 'merge'], 'rows');
    await bench.configure((configuration) => twice(changed(['servers', 'hq', 'sessions'], 0)(configuration)));
    const stderr = await refusal(bench, 2);
    expect(stderr).toMatch(/2 problems[\s\S]*servers\.hq\.sessions is 0[\s\S]*contacts\.merge is "rows"/);
  });

  test('a file that is no YAML', async () => {
    await using bench = await openBench({ offices });
    await writeFile(bench.configFile, 'version: 1\nservers:\n\thq: {}\n');
    expect(await refusal(bench, 2)).toContain('Indent with blanks');
  });

  test('a file that is not there', async () => {
    await using bench = await openBench({ offices });
    const config = join(bench.directory, 'elsewhere.yaml');
    const ended = await startCommand(['run', '--once', '--json', '--config', config], bench.environment)
      .ended;
    expectRefused(bench, ended, 2);
    expect(ended.stderr).toContain(`${config}\n    there is no such file. Name yours with --config FILE`);
  });
});

test('a field of different types is named with both: exit code 2', async () => {
  const asText = contactFields.map((field) =>
    field.name === 'amount' ? { ...field, type: 'text' as const } : field,
  );
  await using bench = await openBench({ offices: { ...offices, branch: { fields: asText } } });
  const stderr = await refusal(bench, 2);
  expect(stderr).toContain('amount is number on server hq, amount is text on server branch');
  expect(stderr).toContain('Give both fields one type');
});
