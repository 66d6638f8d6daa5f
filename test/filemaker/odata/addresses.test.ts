import { expect, test } from 'vitest';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { anyTime, never, openServer } from '../../contracts/server/kind.ts';
import { place } from '../../contracts/server/simulated.ts';

/** A server that knows no `Table(ROWID=n)`. */
const unaware: typeof openTransport = (options) => {
  const transport = openTransport(options);
  return {
    ...transport,
    send: (request, signal) => {
      if (!request.path.includes('(ROWID=')) return transport.send(request, signal);
      const text = JSON.stringify({ error: { code: '-1002', message: 'Error: syntax error in URL' } });
      const told = { date: undefined, accessToken: undefined, sentAt: 0, answeredAt: 0 };
      return Promise.resolve({
        kind: 'response',
        status: 400,
        contentType: 'application/json',
        text,
        ...told,
      });
    },
  };
};

test('a server that takes no ROWID in addresses is read by a filter, and written one by one by the key that it has itself', async () => {
  const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };
  const rows = [{ PK: 'k1' }, { PK: 'k2' }, { PK: 'k3' }];
  await using opened = await openServer(kind, { rows, options: { open: unaware } });
  const { table, simulator } = opened;
  expect(await table.read('2', never)).toMatchObject({ key: 'k2' });
  expect(await table.update('2', 0, { name: 'Ann' }, never)).toEqual({
    kind: 'written',
    recordId: '2',
    modId: 1,
  });
  expect(await table.update('2', 0, { name: 'Bob' }, never)).toEqual({ kind: 'moved' });
  expect(await table.remove('3', anyTime, never)).toEqual({ kind: 'removed' });
  expect(await table.remove('3', anyTime, never)).toEqual({ kind: 'missing' });
  expect(await table.update('3', 0, { name: 'Bob' }, never)).toEqual({ kind: 'missing' });
  expect(await table.bulk?.(never)).toBe(undefined);
  expect(simulator.control.records(place).map(({ values }) => values['Name'])).toEqual(['', 'Ann']);
});

test('many are not written together before it is known how a record is addressed', async () => {
  const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };
  await using opened = await openServer(kind, { rows: [{ PK: 'k1' }], options: { open: unaware } });
  const { table, simulator } = opened;
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('nothing is known of it yet');
  const write = { kind: 'update', key: 'k1', recordId: '1', modId: 0, values: { name: 'x' } } as const;
  expect(await bulk.apply([write], anyTime, never)).toEqual([{ kind: 'unsent' }]);
  expect([await table.bulk?.(never), simulator.control.stats().writes]).toEqual([undefined, 0]);
});
