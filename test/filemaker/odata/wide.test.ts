import { expect, test } from 'vitest';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { account, all, anyTime, connectTo, never } from '../../contracts/server/kind.ts';

const names = Array.from({ length: 150 }, (_, at) => `Field number ${at}`);

test('a table of 150 fields is read and written, and no address is longer than it may be', async () => {
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
  });
  const lengths: number[] = [];
  const open: typeof openTransport = (options) => {
    const transport = openTransport(options);
    return {
      ...transport,
      send: (request, signal) => {
        lengths.push(request.path.length);
        return transport.send(request, signal);
      },
    };
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
    types: Object.fromEntries(['id', ...names.map((_, at) => `f${at}`)].map((name) => [name, 'text'])),
  });
  expect((await table.list(all, never)).records.at(-1)?.values['f149']).toBe('last 9');
  expect(await table.read('7', never)).toMatchObject({ key: 'k6', values: { f149: 'last 6' } });
  expect(await table.read('99', never)).toBe(undefined);
  const keys = Array.from({ length: 60 }, (_, at) => `k${at}`);
  expect(await table.lookUp(keys, never)).toHaveLength(60);
  const values = Object.fromEntries(names.map((_, at) => [`f${at}`, 'x']));
  expect(await table.update('7', 0, values, never)).toEqual({ kind: 'written', recordId: '7', modId: 1 });
  expect(await table.create('new', values, anyTime, never)).toMatchObject({ kind: 'written' });
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2_000);
  await server.close();
  await simulator.close();
});
