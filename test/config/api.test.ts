/** `api: odata`: tables are named by their occurrences there, and what belongs to the other API is a mistake that says so. */
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { ConfigurationError, type Path, type Problem } from '../../src/config/problem.ts';
import { resolveTables, type ResolvedTable } from '../../src/config/resolve.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import type { LayoutField } from '../../src/ports/server.ts';
import { type Change, exampleWith, problemsOf } from './examples.ts';
import { field } from './layout-field.ts';

const onHq = (...names: string[]): Path => ['tables', 'contacts', 'servers', 'hq', ...names];
const onBranch = (...names: string[]): Path => ['tables', 'contacts', 'servers', 'branch', ...names];
const log = (value: object): Change => [['tables', 'contacts', 'deletes'], { log: value }];
/** The first server speaks OData, the second the Data API. */
const mixed: readonly Change[] = [
  [['servers', 'hq', 'api'], 'odata'],
  [onHq(), { table: 'Contacts' }],
];

const configured = (...changes: readonly Change[]) =>
  parseConfiguration(exampleWith(...mixed, ...changes), 'serversync.yaml');
const linksOf = (...changes: readonly Change[]) => configured(...changes).tables[0]?.links;

test('a link names its table occurrence over OData, and its layout over the Data API', () => {
  expect(configured().servers.map(({ api }) => api)).toEqual(['odata', 'data']);
  expect(linksOf()).toMatchObject([
    { server: 'hq', api: 'odata', layout: 'Contacts', occurrence: 'Contacts' },
    { server: 'branch', api: 'data', layout: 'Contacts_Sync', occurrence: undefined },
  ]);
});

test('a table occurrence may stand beside a layout, for webhooks', () => {
  expect(linksOf([onBranch('table'), 'Contacts ~ all?'])?.[1]).toMatchObject({
    layout: 'Contacts_Sync',
    occurrence: 'Contacts ~ all?',
  });
});

test('the log of deletes is named for each API, by servers of both', () => {
  const both = { layout: 'Deletes_Sync', table: 'Deletes', key: 'record_id', deletedAt: 'deleted_at' };
  const logs = linksOf(log(both))?.map(({ deleteLog }) => deleteLog?.layout);
  expect(logs).toEqual(['Deletes', 'Deletes_Sync']);
  const own = linksOf(log({ ...both, table: undefined }), [onHq('deleteLog'), { table: 'Gone' }]);
  expect(own?.map(({ deleteLog }) => deleteLog?.layout)).toEqual(['Gone', 'Deletes_Sync']);
});

const deletes = { key: 'record_id', deletedAt: 'deleted_at' };
const wrong: readonly (readonly [string, readonly Change[], Partial<Problem>])[] = [
  [
    'a layout where the server speaks OData',
    [[onHq(), { layout: 'Contacts_Sync' }]],
    {
      place: 'tables.contacts.servers.hq.layout',
      position: { file: 'serversync.yaml', line: 25, column: 9 },
      message: 'server hq speaks OData, which knows tables and no layouts',
      remedy:
        'Write table in place of it, and the name of the table occurrence of the table (File > Manage > Database…, Relationships)',
    },
  ],
  [
    'a layout beside the table where the server speaks OData',
    [[onHq('layout'), 'Contacts_Sync']],
    { place: 'tables.contacts.servers.hq.layout', remedy: 'Take it out' },
  ],
  [
    'a table alone where the server speaks the Data API',
    [[onBranch(), { database: 'Contacts', table: 'Contacts' }]],
    {
      place: 'tables.contacts.servers.branch.table',
      message: 'server branch speaks the Data API, which sees a table by a layout',
      remedy: 'Write layout in place of it, and the name of a layout that shows it',
    },
  ],
  [
    'neither over OData',
    [[onHq(), {}]],
    {
      place: 'tables.contacts.servers.hq.table',
      message: 'missing',
      remedy: 'Add it: name of the table occurrence of the table (File > Manage > Database…, Relationships)',
    },
  ],
  [
    'neither over the Data API, whatever else is wrong there',
    [[onBranch(), { role: 'bth' }]],
    { place: 'tables.contacts.servers.branch.layout', message: 'missing' },
  ],
  [
    'a table that is misspelt, which is one slip',
    [[onHq(), { tabel: 'Contacts' }]],
    { place: 'tables.contacts.servers.hq.tabel', message: 'not known here' },
  ],
  [
    'a name that OData cannot address',
    [[onHq('table'), 'Contacts~all']],
    {
      place: 'tables.contacts.servers.hq.table',
      value: '"Contacts~all"',
      message: 'a table occurrence with ~ or ? in its name, which OData cannot address',
    },
  ],
  [
    'a layout for sweeps over OData',
    [[onHq('sweepLayout'), 'Thin']],
    {
      place: 'tables.contacts.servers.hq.sweepLayout',
      message: 'over OData sweeps list key and modification stamp alone as it is',
      remedy: 'Take it out',
    },
  ],
  [
    'our script over OData',
    [[['servers', 'hq', 'script'], true]],
    {
      place: 'servers.hq.script',
      message: 'OData writes many records by one request without it',
      remedy: 'Take it out, or write api: data',
    },
  ],
  [
    'a log without its table, where a server speaks OData',
    [log({ layout: 'Deletes_Sync', ...deletes })],
    {
      place: 'tables.contacts.deletes.log.table',
      message: 'missing for server hq, which speaks OData',
    },
  ],
  [
    'a log with a table that no server goes by',
    [log({ layout: 'Deletes_Sync', table: 'Deletes', ...deletes }), [onHq('deleteLog'), 'none']],
    {
      place: 'tables.contacts.deletes.log.table',
      message: 'no server of this table that keeps a log speaks OData',
      remedy: 'Take it out',
    },
  ],
  [
    'a layout in the log of a server that speaks OData',
    [[onHq('deleteLog'), { layout: 'Deletes', table: 'Deletes', ...deletes }]],
    { place: 'tables.contacts.servers.hq.deleteLog.layout', remedy: 'Take it out' },
  ],
  [
    'a log in the table of the records',
    [[onHq('deleteLog'), { table: 'Contacts', ...deletes }]],
    {
      place: 'tables.contacts.servers.hq.deleteLog.table',
      message: 'the table of the records themselves',
      remedy: 'Name the table in which the file keeps what was deleted',
    },
  ],
];

describe('is refused', () => {
  test.each(wrong)('%s', (_, changes, problem) => {
    const found = problemsOf(exampleWith(...mixed, ...changes));
    expect(found.filter(({ place }) => place === problem.place)).toMatchObject([problem]);
    expect(
      found.filter(({ message }) => message === 'missing' || message === 'not known here').length,
    ).toBeLessThan(2);
  });

  test('false as a script, which is what there is, is not', () => {
    expect(configured([['servers', 'hq', 'script'], false]).servers[0]?.script).toBeUndefined();
  });
});

const stamp = field('modified_at', { type: 'timestamp', autoEnter: true });
const fields = [...['name', 'email', 'phone', 'id', 'created_by'].map((name) => field(name)), stamp];

async function resolved(
  shown: readonly LayoutField[] | 'none',
  ...changes: readonly Change[]
): Promise<ResolvedTable | readonly Problem[]> {
  try {
    const of = configured([onBranch('rename'), {}], ...changes);
    const [table] = await resolveTables(of, async (server, _database, layout) => {
      if (server === 'hq' && shown === 'none') throw new ServerError('layout-missing', server, layout);
      return server === 'hq' && shown !== 'none' ? shown : fields;
    });
    if (table === undefined) throw new Error('no table');
    return table;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('against what the servers show', () => {
  test('sweeps over OData list key and stamp of the table itself', async () => {
    const table = await resolved(fields);
    expect('thin' in table && [...table.thin.values()]).toMatchObject([
      { layout: 'Contacts', keyField: 'id', stampField: 'modified_at', fieldNames: {} },
    ]);
  });

  test('a table that is not there is called a table, under the name of its setting', async () => {
    expect(await resolved('none')).toMatchObject([
      {
        place: 'tables.contacts.servers.hq.table',
        message: 'not a table of database Main on server hq',
        remedy:
          'Write the name of a table occurrence of that file (File > Manage > Database…, Relationships) that the account may see',
      },
    ]);
  });

  test('repetitions after the first are not carried', async () => {
    const repeating = fields.map((one) => ({ ...one, repetitions: 3 }));
    expect(
      await resolved(repeating, [
        ['tables', 'contacts', 'fields'],
        ['name', 'phone(2)'],
      ]),
    ).toMatchObject([
      {
        message:
          'a repetition after the first, on table Contacts of database Main on server hq; over OData these are not carried',
      },
      { message: 'phone(2) is not on layout Contacts_Sync of database Contacts on server branch' },
    ]);
  });

  test('a field that is not there is looked for in the table, not on a layout', async () => {
    expect(await resolved(fields.filter(({ name }) => name !== 'email'))).toMatchObject([
      {
        message: 'email is not on table Contacts of database Main on server hq',
        remedy: 'Correct the name, or create the field',
      },
    ]);
  });
});
