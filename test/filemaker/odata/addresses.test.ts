/** Servers that know no `Table(ROWID=n)`: records are addressed by their key there, as the server's own metadata have it. */
import { expect, test } from 'vitest';
import type { FieldType } from '../../../src/core/link.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { ODataOptions } from '../../../src/simulator/odata/options.ts';
import type { DatabaseDescription } from '../../../src/simulator/description.ts';
import { anyTime, never, type Opened, type Opening, openServer } from '../../contracts/server/kind.ts';
import { place, type Rows } from '../../contracts/server/simulated.ts';
import { type Send, sendingBy } from './sending-by.ts';
import { smallPicture as file } from './small-picture.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

type Told = { readonly by?: (send: Send) => Send; readonly odata?: ODataOptions };

const openedWith = (opening: Opening, { by = (send) => send, odata }: Told) =>
  openServer(kind, {
    ...opening,
    simulator: { ...opening.simulator, odata: { rowIdAddresses: false, ...odata } },
    options: { open: sendingBy(by) },
  });

/** No field is both unique and not empty, so that the record id is the key. */
const byRowId = (rows: Rows, told: Told = {}) => openedWith({ rows }, told);

/** This field is the key. */
const byField = (keyField: string, rows: Rows, told: Told = {}) => {
  const isKey = { validation: { unique: true, notEmpty: true, overridable: false } } as const;
  const field = (name: string, type: FieldType) => ({
    name,
    type,
    ...(name === keyField && isKey),
  });
  const sales: DatabaseDescription = {
    name: 'Sales',
    tables: [
      {
        name: 'Contacts',
        fields: [
          field('PK', 'text'),
          field('Number', 'number'),
          field('Name', 'text'),
          field('Amount', 'number'),
          field('Born', 'date'),
          field('At', 'time'),
          field('Seen', 'timestamp'),
          field('Picture', 'container'),
          { name: 'Modified', type: 'timestamp', autoEnter: 'modifiedAt' },
        ],
        rows,
      },
    ],
    layouts: [],
  };
  return openedWith({ simulator: { databases: [sales] } }, told);
};

const rowsOf = ({ simulator }: Opened) =>
  simulator.control.records(place).map(({ recordId, values }) => `${recordId} ${values['Name']}`);

test.each([
  ['its ROWID as the key', byRowId, ['k1', 'k2', 'k3']],
  ['its key', (rows: Rows) => byField('PK', rows), ["O'Hara/1", 'ü, &?#', 'k3']],
] as const)('such a server is read by a filter, and written one by one by %s', async (_, open, keys) => {
  await using opened = await open(keys.map((PK) => ({ PK })));
  const { table } = opened;
  expect(await table.read('2', never)).toMatchObject({ key: keys[1] });
  expect(await table.update('2', 0, { name: 'Ann' }, never)).toEqual({
    kind: 'written',
    recordId: '2',
    modId: 1,
  });
  expect(await table.update('2', 0, { name: 'Bob' }, never)).toEqual({ kind: 'moved' });
  expect(await table.update('1', 0, { name: 'Eve' }, never)).toMatchObject({ kind: 'written' });
  expect(await table.remove('3', anyTime, never)).toEqual({ kind: 'removed' });
  expect(await table.remove('3', anyTime, never)).toEqual({ kind: 'missing' });
  expect(await table.update('3', 0, { name: 'Bob' }, never)).toEqual({ kind: 'missing' });
  expect(await table.bulk?.(never)).toBe(undefined);
  expect(rowsOf(opened)).toEqual(['1 Eve', '2 Ann']);
});

test('many are not written together before it is known how a record is addressed', async () => {
  await using opened = await byRowId([{ PK: 'k1' }]);
  const { table, simulator } = opened;
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('nothing is known of it yet');
  const write = { kind: 'update', key: 'k1', recordId: '1', modId: 0, values: { name: 'x' } } as const;
  expect(await bulk.apply([write], anyTime, never)).toEqual([{ kind: 'unsent' }]);
  expect([await table.bulk?.(never), simulator.control.stats().writes]).toEqual([undefined, 0]);
});

test('R4: a record that a filter shows is not taken for gone where the server does not understand its address', async () => {
  const own = { date: undefined, accessToken: undefined, sentAt: 0, answeredAt: 0 } as const;
  const text = JSON.stringify({ error: { code: '-1023', message: 'no' } });
  const notFound = { kind: 'response', status: 404, contentType: 'application/json', text, ...own } as const;
  const by =
    (send: Send): Send =>
    (request, signal) =>
      /Contacts\('/.test(decodeURIComponent(request.path))
        ? Promise.resolve(notFound)
        : send(request, signal);
  await using opened = await byField('PK', [{ PK: 'k1' }, { PK: 'k2' }], { by });
  const { table, simulator } = opened;
  const refused = { code: 'request-refused' };
  await expect(table.remove('1', anyTime, never)).rejects.toMatchObject(refused);
  await expect(table.update('2', 0, { name: 'x' }, never)).rejects.toMatchObject(refused);
  expect([await table.remove('9', anyTime, never), simulator.control.count(place)]).toEqual([
    { kind: 'missing' },
    2,
  ]);
});

test('R3: another record is never written, though the fields that make the key were changed in the file', async () => {
  let asked = 0;
  const before =
    (send: Send): Send =>
    async (request, signal) => {
      const reply = await send(request, signal);
      const isFirst = request.path.includes('$metadata') && ++asked === 1;
      return reply.kind === 'response' && isFirst
        ? { ...reply, text: reply.text.replaceAll(/"\$Key":\[[^\]]*\],/g, '') }
        : reply;
    };
  const rows = [
    { Number: 2, Name: 'a' },
    { Number: 1, Name: 'b' },
    { Number: 3, Name: 'c' },
  ];
  await using opened = await byField('Number', rows, { by: before });
  const table = await opened.bind({ keyField: 'Number' }, { id: 'number' });
  expect(await table.update('3', 0, { name: 'C' }, never)).toMatchObject({ kind: 'written' });
  expect(await table.remove('1', anyTime, never)).toEqual({ kind: 'removed' });
  expect(await table.update('2', 0, { name: 'B' }, never)).toMatchObject({ kind: 'written' });
  expect(rowsOf(opened)).toEqual(['2 B', '3 C']);
});

test('a file waits for its turn once more where its look shows how the record is addressed', async () => {
  await using opened = await byField('PK', [{ PK: 'k1' }]);
  const binding = { fieldNames: { picture: 'Picture' } };
  const table = await opened.bind(binding, { picture: 'container' });
  expect(await table.files?.upload('1', 0, 'picture', file, never)).toEqual({ kind: 'unsent' });
  expect(await table.files?.upload('1', 0, 'picture', file, never)).toMatchObject({ kind: 'written' });
});

test('a table whose unique fields are others than the key is not written, and it is said why', async () => {
  await using opened = await byField('Number', [{ PK: 'k1', Number: 5 }]);
  await expect(opened.table.update('1', 0, { name: 'x' }, never)).rejects.toThrow(
    /takes no ROWID in the address of a record, and its unique fields are others than the key "PK"/,
  );
  expect(opened.simulator.control.stats().writes).toBe(0);
});

const denying =
  (send: Send): Send =>
  async (request, signal) => {
    const reply = await send(request, signal);
    if (reply.kind !== 'response' || !request.path.includes("('k1')")) return reply;
    const text = JSON.stringify({ error: { code: '200', message: 'denied' } });
    return { ...reply, status: 400, text };
  };

test('a record that the account may not see at its address is denied, not missing', async () => {
  await using opened = await byField('PK', [{ PK: 'k1' }], { by: denying });
  const refused = { kind: 'refused', code: '200' };
  expect(await opened.table.remove('1', anyTime, never)).toMatchObject(refused);
  expect(await opened.table.update('1', 0, { name: 'x' }, never)).toMatchObject(refused);
});

/** The record is deleted between the look and the update; `then`: what happens right behind that. */
const deletedMeanwhile = async (then: (open: Opened) => void, outside: boolean) => {
  const held: { by?: Opened } = {};
  const deleting =
    (send: Send): Send =>
    async (request, signal) => {
      if (request.method === 'PATCH') held.by?.simulator.control.deleteAsUser({ ...place, recordId: 1 });
      const reply = await send(request, signal);
      if (request.method === 'PATCH' && held.by !== undefined) then(held.by);
      return reply;
    };
  const opened = await byField('PK', [{ PK: 'k1', Name: 'a', Amount: 5 }], {
    by: deleting,
    odata: { upsert: { outside } },
  });
  held.by = opened;
  return opened;
};

test.each([[false], [true]])(
  'R2: a record that is deleted between the look and the update does not come back where an update makes what is not there: %s',
  async (outside) => {
    await using opened = await deletedMeanwhile(() => undefined, outside);
    expect(await opened.table.update('1', 0, { name: 'x' }, never)).toEqual({ kind: 'missing' });
    expect(rowsOf(opened)).toEqual([]);
  },
);

test('R5: what somebody makes of it by then stays, and is looked at', async () => {
  await using opened = await deletedMeanwhile(
    ({ simulator }) =>
      void simulator.control.updateAsUser({ ...place, recordId: 2, values: { Amount: '7' } }),
    true,
  );
  expect(await opened.table.update('1', 0, { name: 'x' }, never)).toEqual({ kind: 'unknown', isOver: true });
  expect(rowsOf(opened)).toEqual(['2 x']);
});
