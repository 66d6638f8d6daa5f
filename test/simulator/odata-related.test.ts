/** OData: records that are related, by address and by `$expand`. */
import { FMServerConnection, fmTableOccurrence, textField } from '@proofkit/fmodata';
import { afterEach, expect, test } from 'vitest';
import type {
  FieldDescription,
  LayoutDescription,
  TableDescription,
} from '../../src/simulator/description.ts';
import { closeOData, odataBench, type ODataBench } from './odata-client.ts';

afterEach(closeOData);

const key: FieldDescription = { name: 'key', type: 'text', validation: { notEmpty: true, unique: true } };
const text = (name: string): FieldDescription => ({ name, type: 'text' });

const tables: readonly TableDescription[] = [
  {
    name: 'users',
    fields: [key, text('name'), text('customer')],
    rows: [
      { key: 'u1', name: 'Eric', customer: 'c1' },
      { key: 'u2', name: 'Ben' },
    ],
  },
  { name: 'customers', fields: [key, text('name')], rows: [{ key: 'c1', name: 'test' }] },
  {
    name: 'orders',
    fields: [key, text('of'), text('what')],
    rows: [
      { key: 'o1', of: 'c1', what: 'tea' },
      { key: 'o2', of: 'c1', what: 'milk' },
    ],
  },
];
const layouts: readonly LayoutDescription[] = [
  {
    name: 'customers',
    table: 'customers',
    portals: [
      { name: 'u', table: 'users', parent: 'key', child: 'customer' },
      { name: 'o', table: 'orders', parent: 'key', child: 'of' },
    ],
  },
];
const started = (): Promise<ODataBench> => odataBench(tables, {}, { layouts });

test('the records behind a relationship are a collection of their own table, from both sides', async () => {
  const { call, rows, server } = await started();
  const reply = await call('GET', "/customers('c1')/orders?$select=what&$top=1");
  const url = `${server.url}/fmi/odata/v4/Main`;
  expect(reply.json).toEqual({
    '@context': `${url}/$metadata#orders("what")`,
    value: [{ '@id': `${url}/orders('o1')`, '@editLink': `${url}/orders('o1')`, what: 'tea' }],
  });
  expect(await rows("/users('u1')/customers")).toMatchObject([{ name: 'test' }]);
  expect(await rows("/users('u2')/customers")).toEqual([]);
  expect(await call('GET', "/users('u1')/orders")).toMatchObject({ code: '8309' });
});

test('$expand shows them within the record, however deep; who has none has an empty list', async () => {
  const { rows } = await started();
  const bare = { accept: 'application/json;odata.metadata=none' };
  const expand = '$expand=customers($select=name;$expand=orders($select=what))';
  expect(await rows(`/users?$select=name&${expand}`, bare)).toEqual([
    { name: 'Eric', customers: [{ name: 'test', orders: [{ what: 'tea' }, { what: 'milk' }] }] },
    { name: 'Ben', customers: [] },
  ]);
});

test('a field that is not there within $expand is an error in each record of an answer that is 200', async () => {
  const { call } = await started();
  const reply = await call('GET', '/users?$top=1&$expand=customers($select=not_real_field)');
  expect(reply).toMatchObject({
    status: 200,
    json: {
      value: [
        {
          name: 'Eric',
          error: [
            {
              error: {
                code: '8309',
                message:
                  'FQL0009/(1:20): The column named "not_real_field" does not exist in table "customers".',
              },
            },
          ],
        },
      ],
    },
  });
  expect(await call('GET', '/users?$expand=nowhere')).toMatchObject({ status: 400, code: '-1002' });
});

test('$metadata names them', async () => {
  const { call } = await started();
  const { text: xml } = await call('GET', '/$metadata');
  expect(xml).toContain(
    '<NavigationProperty Name="orders" Type="Collection(com.filemaker.odata.Main.fmp12.orders_)"/>',
  );
  expect(xml).toContain('<NavigationPropertyBinding Path="orders" Target="orders"/>');
  const { json } = await call('GET', '/$metadata', { headers: { accept: 'application/json' } });
  expect(json).toMatchObject({
    'Main.fmp12': {
      customers_: {
        orders: { $Kind: 'NavigationProperty', $Collection: true, $Type: 'Main.fmp12.orders_' },
      },
    },
  });
});

test('@proofkit/fmodata expands and navigates', async () => {
  const { server } = await started();
  const customers = fmTableOccurrence(
    'customers',
    { key: textField().primaryKey(), name: textField() },
    { navigationPaths: ['orders'] },
  );
  const orders = fmTableOccurrence('orders', { key: textField().primaryKey(), what: textField() });
  const connection = new FMServerConnection({
    serverUrl: server.url,
    auth: { username: 'sync', password: 'sync' },
    // It goes to https whatever it is told.
    fetchClientOptions: {
      fetchHandler: (input) => {
        const { url, headers } = new Request(input);
        return fetch(url.replace(/^https:/, 'http:'), { headers });
      },
    },
  });
  const db = connection.database('Main');
  const expanded = await db.from(customers).list().expand(orders).execute();
  expect(expanded).toMatchObject({ data: [{ name: 'test', orders: [{ what: 'tea' }, { what: 'milk' }] }] });
  const navigated = await db.from(customers).get('c1').navigate(orders).execute();
  expect(navigated).toMatchObject({ data: [{ what: 'tea' }, { what: 'milk' }] });
});
