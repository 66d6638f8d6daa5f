/** Logs of deletes: what is configured of them, and what their layouts have to be like. */
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { ConfigurationError, type Path, type Problem } from '../../src/config/problem.ts';
import { resolveTables, type ResolvedTable } from '../../src/config/resolve.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import type { LayoutField } from '../../src/ports/server.ts';
import { type Change, exampleWith, problemsOf } from './examples.ts';
import { field } from './layout-field.ts';

const contacts = (...names: (string | number)[]): Path => ['tables', 'contacts', ...names];
const log = { layout: 'Deletes_Sync', key: 'record_id', deletedAt: 'deleted_at' };
const ofAll: Change = [contacts('deletes'), { log }];
const own = (server: string, value: unknown): Change => [contacts('servers', server, 'deleteLog'), value];

const logsIn = (...changes: readonly Change[]) => {
  const [table] = parseConfiguration(exampleWith(...changes), 'serversync.yaml').tables;
  return table?.links.map(({ deleteLog }) => deleteLog);
};

describe('the log of deletes', () => {
  test('is that of the table on every server that sends', () => {
    expect(logsIn(ofAll)).toEqual([log, log]);
    expect(logsIn(ofAll, [contacts('servers', 'branch', 'role'), 'receive'])).toEqual([log, undefined]);
    expect(logsIn()).toEqual([undefined, undefined]);
  });

  test('is otherwise on a server that says so, or none', () => {
    expect(logsIn(ofAll, own('branch', 'none'))).toEqual([log, undefined]);
    expect(logsIn(ofAll, own('branch', { layout: 'Gone' }))).toEqual([log, { ...log, layout: 'Gone' }]);
    expect(logsIn(own('hq', log))).toEqual([log, undefined]);
  });

  test('leaves policy and limit as they are without it', () => {
    const [table] = parseConfiguration(exampleWith(ofAll), 'serversync.yaml').tables;
    expect(table?.deletes).toEqual({ policy: 'edit-wins', limit: { records: 20, percent: 2 } });
  });

  const wrong: readonly (readonly [string, Change, Partial<Problem>])[] = [
    [
      'without its key field',
      [contacts('deletes'), { log: { layout: 'Deletes', deletedAt: 'at' } }],
      { place: 'tables.contacts.deletes.log.key', message: 'missing' },
    ],
    [
      'with a part that is misspelt',
      [contacts('deletes'), { log: { ...log, deletedat: 'at' } }],
      { place: 'tables.contacts.deletes.log.deletedat', message: 'not known here' },
    ],
    [
      'of one server without a layout, where the table names none',
      own('hq', { key: 'record_id', deletedAt: 'deleted_at' }),
      {
        place: 'tables.contacts.servers.hq.deleteLog.layout',
        message: 'missing',
        remedy: 'Add it here, or for all servers under deletes.log of the table',
      },
    ],
    [
      'that is no word for none',
      own('hq', 'no'),
      { place: 'tables.contacts.servers.hq.deleteLog', value: '"no"' },
    ],
    [
      'that is the table itself',
      [contacts('deletes'), { log: { ...log, layout: 'Contacts_Sync' } }],
      { place: 'tables.contacts.deletes.log.layout', message: 'the layout of the records themselves' },
    ],
    [
      'whose time is its key',
      [contacts('deletes'), { log: { ...log, deletedAt: 'record_id' } }],
      { place: 'tables.contacts.deletes.log.deletedAt', message: 'the field of the key' },
    ],
  ];
  test.each(wrong)('%s is refused, with place and remedy', (_name, change, expected) => {
    const [first] = problemsOf(exampleWith(change));
    expect(first).toMatchObject(expected);
    expect(first?.remedy).not.toBe('');
  });

  test('of a server that only receives is refused', () => {
    const receives: Change = [contacts('servers', 'branch', 'role'), 'receive'];
    expect(problemsOf(exampleWith(receives, own('branch', log)))).toMatchObject([
      {
        place: 'tables.contacts.servers.branch.deleteLog',
        message: 'a server that only receives is not asked for deletes',
      },
    ]);
  });
});

const rest = [
  field('email'),
  field('phone', { type: 'number' }),
  field('id'),
  field('modified_at', { type: 'timestamp' }),
  field('created_by'),
];
const records: Readonly<Record<string, readonly LayoutField[]>> = {
  hq: [field('name'), ...rest],
  branch: [field('FullName'), ...rest],
};
const right = [field('record_id'), field('deleted_at', { type: 'timestamp', autoEnter: true })];

async function resolved(
  logOn: (server: string) => readonly LayoutField[] | ServerError | undefined,
  ...changes: readonly Change[]
): Promise<ResolvedTable | readonly Problem[]> {
  const configuration = parseConfiguration(exampleWith(ofAll, ...changes), 'serversync.yaml');
  try {
    const tables = await resolveTables(configuration, async (server, _database, layout) => {
      if (layout === 'Contacts_Sync') return records[server];
      const fields = logOn(server);
      if (fields instanceof ServerError) throw fields;
      return fields;
    });
    if (tables[0] === undefined) throw new Error('no table');
    return tables[0];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const missing = (server: string) => new ServerError('layout-missing', server, 'no such layout');

describe('the layout of a log', () => {
  test('that has both fields is read by them, in the database of the records', async () => {
    const table = await resolved(() => right);
    expect('logs' in table && table.logs.get('branch')?.binding).toEqual({
      table: 'contacts',
      role: 'send',
      database: 'Contacts',
      layout: 'Deletes_Sync',
      keyField: 'record_id',
      stampField: 'deleted_at',
      stampedBy: 'host',
      fieldNames: {},
      types: { id: 'text' },
      key: 'id',
    });
    expect('logs' in table && [...table.logs.keys()]).toEqual(['hq', 'branch']);
  });

  test('that is not known yet is left out, and the table goes on', async () => {
    const table = await resolved((server) => (server === 'hq' ? right : undefined));
    expect('logs' in table && [[...table.bindings.keys()], [...table.logs.keys()]]).toEqual([
      ['hq', 'branch'],
      ['hq'],
    ]);
  });

  test('that is missing on a server is a problem, with the way to have none there', async () => {
    const found = await resolved((server) => (server === 'hq' ? right : missing(server)));
    expect(found).toMatchObject([
      {
        place: 'tables.contacts.deletes.log.layout',
        value: '"Deletes_Sync"',
        message: 'not a layout of database Contacts on server branch',
        remedy: expect.stringContaining('write deleteLog: none under its servers.branch'),
      },
    ]);
    const without = await resolved(
      (server) => (server === 'hq' ? right : missing(server)),
      own('branch', 'none'),
    );
    expect('logs' in without && [...without.logs.keys()]).toEqual(['hq']);
  });

  test('of one server is told of where that server names it', async () => {
    const found = await resolved(() => [], own('branch', { key: 'rid' }));
    const places = Array.isArray(found) ? found.map(({ place }) => place) : [];
    expect(places).toContain('tables.contacts.servers.branch.deleteLog.key');
    expect(places).toContain('tables.contacts.deletes.log.key');
  });

  test.each([
    [
      'without the key',
      [field('recordid'), right[1]],
      { place: 'tables.contacts.deletes.log.key', remedy: expect.stringContaining('Did you mean recordid?') },
    ],
    [
      'with a key of another type than the records',
      [field('record_id', { type: 'number' }), right[1]],
      {
        place: 'tables.contacts.deletes.log.key',
        message: expect.stringContaining('record_id is number on layout Deletes_Sync'),
        remedy: 'Use a text field, as the key of the records is',
      },
    ],
    [
      'with a time that is a date',
      [right[0], field('deleted_at', { type: 'date' })],
      {
        place: 'tables.contacts.deletes.log.deletedAt',
        remedy: 'Use a timestamp field that auto-enters the creation timestamp',
      },
    ],
  ] as const)('%s is refused', async (_name, fields, expected) => {
    const found = await resolved(() => fields.flatMap((one) => one ?? []));
    expect(found).toMatchObject([expected]);
  });

  test('what else a server answers is thrown as it is', async () => {
    const error = new ServerError('server-unreachable', 'hq', 'server hq does not answer');
    await expect(resolved(() => error)).rejects.toBe(error);
  });
});
