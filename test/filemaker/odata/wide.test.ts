import { expect, test } from 'vitest';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { account, all, anyTime, connectTo, never } from '../../contracts/server/kind.ts';

const names = Array.from({ length: 150 }, (_, at) => `Field number ${at}`);

type Setting = { readonly version?: '20'; readonly takesBatches?: false | 'to read' };

/** A table of 150 fields, and how long the addresses were. */
async function openWide({ version, takesBatches }: Setting) {
  const simulator = await startSimulator({
    databases: [
      {
        name: 'Sales',
        tables: [
          {
            name: 'Wide',
            fields: [
              { name: 'PK', type: 'text' },
              { name: 'Modified', type: 'timestamp', autoEnter: 'modifiedAt' },
              ...names.map((name) => ({ name, type: 'text' as const })),
            ],
            rows: Array.from({ length: 60 }, (_, at) => ({ PK: `k${at}`, 'Field number 149': `last ${at}` })),
          },
        ],
        layouts: [],
      },
    ],
    accounts: [{ name: account.username, password: account.password }],
    seed: 1,
    ...(version !== undefined && { version }),
  });
  const lengths: number[] = [];
  const open: typeof openTransport = (options) => {
    const transport = openTransport(options);
    const send: typeof transport.send = (request, signal) => {
      lengths.push(request.path.length);
      const isBatch = request.path.endsWith('/$batch');
      const isWrite = /\r\n(?:POST|PATCH) /.test(request.body ?? '');
      const isRefused = isBatch && (takesBatches === false || (takesBatches === 'to read' && isWrite));
      return transport.send(isRefused ? { ...request, path: `${request.path}es` } : request, signal);
    };
    return { ...transport, send };
  };
  const kind = { name: 'OData', layout: 'Wide', findsAlike: false, connect: connectOData };
  const { server } = connectTo(kind, simulator.url, { open });
  const table = server.table({
    table: 'wide',
    role: 'both',
    database: 'Sales',
    layout: 'Wide',
    keyField: 'PK',
    stampField: 'Modified',
    stampedBy: 'host',
    key: 'id',
    fieldNames: Object.fromEntries(names.map((name, at) => [`f${at}`, name])),
    types: Object.fromEntries(['id', ...names.map((_name, at) => `f${at}`)].map((name) => [name, 'text'])),
  });
  return {
    table,
    lengths,
    async [Symbol.asyncDispose]() {
      await server.close();
      await simulator.close();
    },
  };
}

test.each<readonly [string, Setting]>([
  ['', {}],
  [' on a server that takes no batches', { takesBatches: false }],
])(
  'a table of 150 fields%s is read and written, and no address is longer than it may be',
  async (_title, how) => {
    await using opened = await openWide(how);
    const { table, lengths } = opened;
    expect((await table.list(all, never)).records.at(-1)?.values['f149']).toBe('last 9');
    expect(await table.read('7', never)).toMatchObject({ key: 'k6', values: { f149: 'last 6' } });
    expect(await table.read('99', never)).toBe(undefined);
    const keys = Array.from({ length: 60 }, (_, at) => `k${at}`);
    expect(await table.lookUp(keys, never)).toHaveLength(60);
    const values = Object.fromEntries(names.map((_name, at) => [`f${at}`, 'x']));
    expect(await table.update('7', 0, values, never)).toEqual({ kind: 'written', recordId: '7', modId: 1 });
    expect(await table.create('new', values, anyTime, never)).toMatchObject({ kind: 'written' });
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2_000);
  },
);

test('what takes batches only to read is read by them all the same', async () => {
  await using opened = await openWide({ version: '20', takesBatches: 'to read' });
  const { table } = opened;
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  const writes = [{ kind: 'create', key: 'new', values: { f1: 'x' } }] as const;
  expect(await bulk.apply(writes, anyTime, never)).toMatchObject([{ kind: 'unsent' }]);
  expect(await table.bulk?.(never)).toBe(undefined);
  expect((await table.list(all, never)).records).toHaveLength(10);
  expect(await table.create('new', { f1: 'x' }, anyTime, never)).toMatchObject({ kind: 'written' });
});

test('where a server has no way to show so many fields, it is said', async () => {
  await using opened = await openWide({ version: '20', takesBatches: false });
  const listed = opened.table.list(all, never);
  await expect(listed).rejects.toThrow(/too many fields for one address.*no batch/);
  await expect(listed).rejects.toMatchObject({ code: 'request-refused', disposition: 'configuration' });
});
