/** Layouts for sweeps: what is configured of them, and what they have to show. */
import { expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { ConfigurationError, type Path, type Problem } from '../../src/config/problem.ts';
import { resolveTables, type ResolvedTable } from '../../src/config/resolve.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import type { LayoutField } from '../../src/ports/server.ts';
import { exampleWith, problemsOf } from './examples.ts';
import { field } from './layout-field.ts';

const onBranch: Path = ['tables', 'contacts', 'servers', 'branch', 'sweepLayout'];
const rename: Path = ['tables', 'contacts', 'servers', 'branch', 'rename'];
const stamp = field('zz_Mod', { type: 'timestamp', autoEnter: true });
const records = [
  field('name'),
  field('email'),
  field('phone'),
  field('id'),
  field('created_by'),
  { ...stamp, name: 'modified_at' },
];
const branchRecords = [...records.slice(0, 5), stamp];

async function resolved(
  fields: readonly LayoutField[] | ServerError | undefined,
): Promise<ResolvedTable | readonly Problem[]> {
  const text = exampleWith([onBranch, 'Contacts_Sweep'], [rename, { modified_at: 'zz_Mod' }]);
  try {
    const [table] = await resolveTables(
      parseConfiguration(text, 'serversync.yaml'),
      async (server, _, layout) => {
        if (layout === 'Contacts_Sync') return server === 'branch' ? branchRecords : records;
        if (fields instanceof ServerError) throw fields;
        return fields;
      },
    );
    if (table === undefined) throw new Error('no table');
    return table;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

test('a layout for sweeps is listed by key and stamp, by their names on that server', async () => {
  const table = await resolved([field('id'), stamp]);
  expect('thin' in table && [...table.thin]).toEqual([
    [
      'branch',
      {
        table: 'contacts',
        role: 'send',
        database: 'Contacts',
        layout: 'Contacts_Sweep',
        keyField: 'id',
        stampField: 'zz_Mod',
        stampedBy: 'host',
        fieldNames: {},
        types: { id: 'text' },
        key: 'id',
      },
    ],
  ]);
});

test('one that is not known yet is left out, and the table goes on', async () => {
  const table = await resolved(undefined);
  expect('thin' in table && [table.bindings.size, table.thin.size]).toEqual([2, 0]);
});

test.each([
  [
    'is missing',
    new ServerError('layout-missing', 'branch', 'no such layout'),
    { message: 'not a layout of database Contacts on server branch', value: '"Contacts_Sweep"' },
  ],
  [
    'lacks the key',
    [field('ident'), stamp],
    { message: 'id is not on layout Contacts_Sweep of database Contacts on server branch' },
  ],
  [
    'lacks the stamp',
    [field('id'), field('zz_Modd', { type: 'timestamp' })],
    { remedy: 'Did you mean zz_Modd? Put zz_Mod of the same table on it, or leave it out' },
  ],
  [
    'has a key of another type, so of another table',
    [field('id', { type: 'number' }), stamp],
    { message: expect.stringContaining('and text on layout Contacts_Sync') },
  ],
] as const)('one that %s is refused, with its place', async (_name, fields, expected) => {
  const place = 'tables.contacts.servers.branch.sweepLayout';
  expect(await resolved(fields)).toMatchObject([{ place, ...expected }]);
});

test('the layout of the records is none for sweeps', () => {
  expect(problemsOf(exampleWith([onBranch, 'Contacts_Sync']))).toMatchObject([
    {
      place: 'tables.contacts.servers.branch.sweepLayout',
      message: 'the layout of the records themselves',
      remedy: 'Name one with the key and the modification stamp alone, or leave it out',
    },
  ]);
});
