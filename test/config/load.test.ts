import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { actKeptMs } from '../../src/core/act.ts';
import { conflictKeptMs } from '../../src/core/conflict.ts';
import { loadConfiguration, parseConfiguration } from '../../src/config/load.ts';
import { ConfigurationError, formatProblems, type Path } from '../../src/config/problem.ts';
import { selfSigned } from '../filemaker/http/self-signed.ts';
import { example, exampleWith, problemsOf } from './examples.ts';
import { configurationValue } from './valid-configurations.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serversync-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(text: string): Promise<string> {
  const path = join(folder, 'serversync.yaml');
  await writeFile(path, text);
  return path;
}

const loadError = async (path: string): Promise<ConfigurationError> => {
  const error: unknown = await loadConfiguration(path).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigurationError) return error;
  throw error;
};

test('the example of the design loads, with every default filled', async () => {
  const configuration = await loadConfiguration(await written(example));
  expect(configuration.servers).toEqual([
    {
      name: 'hq',
      url: 'https://fm-hq.example.com',
      timeZone: 'America/New_York',
      api: 'data',
      wake: 'schedule',
      sessions: 8,
      caFile: undefined,
      niceness: 1,
      script: undefined,
      maintenance: [],
    },
    {
      name: 'branch',
      url: 'https://fm-branch.example.com',
      timeZone: 'Europe/London',
      api: 'data',
      wake: 'schedule',
      sessions: 8,
      caFile: undefined,
      niceness: 1,
      script: undefined,
      maintenance: [],
    },
  ]);
  expect(configuration.tables).toEqual([
    {
      name: 'contacts',
      key: 'id',
      modified: { field: 'modified_at', stampedBy: 'host' },
      fields: ['name', 'email', 'phone'].map((name) => ({ name, rewrites: 'ignore' })),
      except: [],
      createOnly: ['created_by'],
      unique: [],
      fieldPlaces: new Map<string, Path>([
        ['created_by', ['createOnly', 0]],
        ...['name', 'email', 'phone'].map((name, index) => [name, ['fields', index]] as const),
      ]),
      merge: 'field',
      added: [],
      after: [],
      conflicts: { kind: 'newest' },
      deletes: { policy: 'ignore', limit: { records: 20, percent: 2 } },
      links: [
        {
          server: 'hq',
          api: 'data',
          database: 'Main',
          layout: 'Contacts_Sync',
          role: 'both',
          rename: new Map(),
        },
        {
          server: 'branch',
          api: 'data',
          database: 'Contacts',
          layout: 'Contacts_Sync',
          role: 'both',
          rename: new Map([['name', 'FullName']]),
        },
      ],
    },
  ]);
  expect(configuration.schedule).toEqual({
    enumerateMs: 300_000,
    settleMs: 120_000,
    sweep: { kind: 'daily', atMs: 7_200_000 },
  });
  expect(configuration.alarms).toEqual({
    lagMs: 900_000,
    skewMs: 5000,
    report: { kind: 'daily', atMs: 25_200_000 },
  });
});

test('schedule and alarms may be left out', () => {
  const text = exampleWith([['schedule'], undefined], [['alarms'], { skew: '1 minute' }]);
  const { schedule, alarms } = parseConfiguration(text, 'serversync.yaml');
  expect(schedule).toEqual({
    enumerateMs: 300_000,
    settleMs: 120_000,
    sweep: { kind: 'daily', atMs: 7_200_000 },
  });
  expect(alarms).toEqual({
    lagMs: 900_000,
    skewMs: 60_000,
    report: { kind: 'daily', atMs: 25_200_000 },
  });
});

test.each([
  [undefined, 90],
  ['1 day', 1],
  ['3650 days', 3650],
  ['none', 0],
])('history: %s is kept for %i days', (history, days) => {
  const { historyMs } = parseConfiguration(exampleWith([['history'], history]), 'serversync.yaml');
  expect(historyMs).toBe(days * 86_400_000);
});

test.each([
  [undefined, Number.POSITIVE_INFINITY],
  ['for ever', Number.POSITIVE_INFINITY],
  ['90 days', 90 * 86_400_000],
])('retention: what deleted records held is kept %s', (deleted, deletedMs) => {
  const { retention } = parseConfiguration(
    exampleWith([['retention', 'deleted'], deleted]),
    'serversync.yaml',
  );
  expect(retention.deletedMs).toBe(deletedMs);
});

const retentionOf = (retention: unknown) =>
  parseConfiguration(exampleWith([['retention'], retention]), 'serversync.yaml').retention;

test('retention: conflicts are kept for 90 days and acts for 400, unless it says otherwise', () => {
  const dayMs = 86_400_000;
  expect(retentionOf(undefined)).toMatchObject({ conflictsMs: conflictKeptMs, actsMs: actKeptMs });
  expect(retentionOf({ conflicts: '7 days', acts: '30 days' })).toMatchObject({
    conflictsMs: 7 * dayMs,
    actsMs: 30 * dayMs,
  });
});

test('links stand in the order of servers, whatever the order in the table', () => {
  const servers = { branch: { layout: 'B' }, hq: { layout: 'A' } };
  const { tables } = parseConfiguration(
    exampleWith([['tables', 'contacts', 'servers'], servers]),
    'serversync.yaml',
  );
  expect(tables[0]?.links.map(({ server }) => server)).toEqual(['hq', 'branch']);
});

test('a server may have a name that JavaScript knows', () => {
  const server = { url: 'https://fm.example.com', timeZone: 'UTC' };
  const { tables } = parseConfiguration(exampleWith([['servers', 'constructor'], server]), 'serversync.yaml');
  expect(tables[0]?.links.map((link) => link.server)).toEqual(['hq', 'branch']);
});

test.each([
  ['hold', { kind: 'hold' }],
  [{ prefer: ['branch', 'hq'] }, { kind: 'prefer', servers: ['branch', 'hq'] }],
])('conflicts: %j is the policy of the table', (entry, policy) => {
  const text = exampleWith([['tables', 'contacts', 'conflicts'], entry]);
  expect(parseConfiguration(text, 'serversync.yaml').tables[0]?.conflicts).toEqual(policy);
});

test('any valid configuration loads', () => {
  fc.assert(
    fc.property(configurationValue, (value) => {
      const configuration = parseConfiguration(stringify(value), 'serversync.yaml');
      expect(configuration.servers.map(({ name }) => name)).toEqual(Object.keys(value.servers));
      expect(configuration.tables.map(({ name }) => name)).toEqual(Object.keys(value.tables));
      const links = configuration.tables.map((table) => table.links.length);
      expect(links).toEqual(Object.values(value.tables).map((table) => Object.keys(table.servers).length));
    }),
    { numRuns: 200 },
  );
});

test('a problem is shown with its place in the file, the value, what to do, and its code', () => {
  const text = example.replace('America/New_York', 'America/New York');
  expect(formatProblems(problemsOf(text))).toBe(
    `serversync.yaml:6:15  servers.hq.timeZone is "America/New York"
    not a time zone. Did you mean America/New_York? Names are listed at https://en.wikipedia.org/wiki/List_of_tz_database_time_zones (config-time-zone)`,
  );
});

test('all problems come at once, in the order of the file, whichever check found them', () => {
  const text = example
    .replace('America/New_York', 'New York')
    .replace('sessions: 8', 'sesions: 8')
    .replace('[name, email, phone]', '[name, id, name]')
    .replace('hq: { layout', 'hw: { layout')
    .replace('deletes: ignore', 'deletes: never')
    .replace('skew: 5 seconds', 'skew: 5');
  expect(
    problemsOf(text).map(({ position, place }) => `${position?.line}:${position?.column} ${place}`),
  ).toEqual([
    '6:15 servers.hq.timeZone',
    '8:5 servers.hq.sesions',
    '18:7 tables.contacts.servers.hw',
    '21:14 tables.contacts.deletes',
    '23:34 alarms.skew',
  ]);
});

test('what is missing is shown at what it is missing from', () => {
  const [problem] = problemsOf(example.replace('    key: id\n', ''));
  expect(problem).toMatchObject({ place: 'tables.contacts.key', position: { line: 12, column: 3 } });
});

test.each([
  ['tables', /^tables:/m, 'tabels:', 'tabels'],
  ['a key', /^ {4}key:/m, '    kye:', 'tables.contacts.kye'],
])('%s with a misspelt name is one problem, not also missing', (_, from, to, place) => {
  expect(problemsOf(example.replace(from, to)).map((problem) => problem.place)).toEqual([place]);
});

test('a file in UTF-16, as some editors of Windows write it, is named as that', async () => {
  const path = join(folder, 'utf16.yaml');
  await writeFile(path, Buffer.from(`\uFEFF${example}`, 'utf16le'));
  const error = await loadError(path);
  expect(error.problems).toMatchObject([{ message: 'not text in UTF-8' }]);
});

test('a file in UTF-8 with a byte order mark is read', async () => {
  const path = join(folder, 'bom.yaml');
  await writeFile(path, `\uFEFF${example}`);
  expect((await loadConfiguration(path)).servers).toHaveLength(2);
});

test('a value behind an alias is found where it stands', () => {
  const text = example
    .replace('hq: { layout: Contacts_Sync }', 'hq: &link { layout: 5 }')
    .replace(/branch: { database.*/, 'branch: *link');
  const lines = problemsOf(text).map(
    ({ place, position }) => `${place} ${position?.line}:${position?.column}`,
  );
  expect(lines).toContain('tables.contacts.servers.branch.layout 18:27');
});

test('a file that is not there is named in full, with how to name another and a way to start', async () => {
  const error = await loadError(join(folder, 'none.yaml'));
  expect(error.problems).toMatchObject([
    { place: join(folder, 'none.yaml'), message: 'there is no such file' },
  ]);
  expect(error.message).toContain('--config FILE');
  expect(error.message).toContain('`serversync demo`');
  expect(error.message).toContain('serversync init');
});

test('a folder in place of the file is said to be one', async () => {
  const { problems } = await loadError(folder);
  expect(problems).toMatchObject([{ place: folder, message: 'a folder, not a file' }]);
});

test('a certificate authority is looked for beside the configuration', async () => {
  const path = await written(exampleWith([['servers', 'hq', 'caFile'], 'ca.pem']));
  const { problems } = await loadError(path);
  expect(problems).toMatchObject([{ place: 'servers.hq.caFile', value: '"ca.pem"' }]);
  expect(problems[0]?.message).toContain(join(folder, 'ca.pem'));

  await writeFile(join(folder, 'ca.pem'), selfSigned.cert);
  const { servers } = await loadConfiguration(path);
  expect(servers[0]?.caFile).toBe(join(folder, 'ca.pem'));
});

test.each([
  'http://localhost:8080',
  'http://127.0.0.1',
  'http://127.8.9.10:80',
  'http://[::1]:5000',
  'https://fm.example.com/',
])('%s is an address, kept without a slash at the end', (url) => {
  const { servers } = parseConfiguration(exampleWith([['servers', 'hq', 'url'], url]), 'serversync.yaml');
  expect(servers[0]?.url).toBe(new URL(url).origin);
});
