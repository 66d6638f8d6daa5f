/**
 * Answers that real servers gave, as proofkit's fmodata keeps them (packages/fmodata/tests/fixtures/responses.ts, recorded through
 * OttoFMS end of 2025), against those of the simulator for the same records. Only the host is another.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DatabaseDescription, FieldDescription } from '../../src/simulator/description.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { send, type ODataSent } from './odata-client.ts';

const text = (name: string): FieldDescription => ({ name, type: 'text' });
const key = (name: string): FieldDescription => ({
  name,
  type: 'text',
  autoEnter: 'uuid',
  validation: { notEmpty: true, unique: true },
});
const stamps: readonly FieldDescription[] = [
  { name: 'CreationTimestamp', type: 'timestamp', autoEnter: 'createdAt' },
  { name: 'CreatedBy', type: 'text', autoEnter: 'createdBy' },
  { name: 'ModificationTimestamp', type: 'timestamp', autoEnter: 'modifiedAt' },
  { name: 'ModifiedBy', type: 'text', autoEnter: 'modifiedBy' },
];

const eric = {
  PrimaryKey: 'B5BFBC89-03E0-47FC-ABB6-D51401730227',
  CreationTimestamp: '2025-10-31T10:03:27',
  CreatedBy: 'admin',
  ModificationTimestamp: '2025-10-31T15:55:53',
  ModifiedBy: 'admin',
  name: 'Eric',
  hobby: 'Board games',
  id_user: '1A269FA3-82E6-465A-94FA-39EE3F2F9B5D',
};
const zero = {
  PrimaryKey: '00000000-0000-0000-0000-000000000000',
  CreationTimestamp: '2025-12-05T16:36:53',
  CreatedBy: 'admin',
  ModificationTimestamp: '2025-12-05T16:36:53',
  ModifiedBy: 'admin',
  hobby: 'Should fail',
};
const user = {
  id: '1A269FA3-82E6-465A-94FA-39EE3F2F9B5D',
  CreationTimestamp: '2025-08-03T11:38:20',
  CreatedBy: 'admin',
  ModificationTimestamp: '2025-11-03T12:34:42',
  ModifiedBy: 'admin',
  name: 'Test User',
  id_customer: '3026B56E-0C6E-4F31-B666-EE8AC5B36542',
};

const database: DatabaseDescription = {
  name: 'fmdapi_test',
  tables: [
    {
      name: 'contacts',
      fields: [
        key('PrimaryKey'),
        ...stamps,
        text('name'),
        text('hobby'),
        text('id_user'),
        { name: 'my_calc', type: 'text', kind: 'calculation', calculation: () => 'you betcha' },
        { name: 'photo', type: 'container' },
      ],
      rows: [eric, zero],
    },
    { name: 'users', fields: [key('id'), ...stamps, text('name'), text('id_customer')], rows: [user] },
  ],
  layouts: [
    {
      name: 'contacts',
      table: 'contacts',
      portals: [{ name: 'users', table: 'users', parent: 'id_user', child: 'id' }],
    },
  ],
};

let server: Simulator | undefined;

beforeEach(async () => {
  server = await startSimulator({
    clock: new VirtualClock(Date.parse('2025-12-17T15:15:16Z')),
    // Its wall clock says Z.
    timeZone: 'America/Chicago',
    accounts: [{ name: 'admin', password: 'admin' }],
    databases: [database],
    seed: 1,
  });
});

afterEach(async () => server?.close());

const host = 'https://api.example.com';
const root = `${host}/fmi/odata/v4/fmdapi_test.fmp12`;

async function ask(method: string, path: string, sent: ODataSent = {}) {
  if (!server) throw new Error('there is no server');
  const headers = { authorization: `Basic ${btoa('admin:admin')}`, ...sent.headers };
  const reply = await send(server, method, `/fmi/odata/v4/fmdapi_test.fmp12${path}`, { ...sent, headers });
  const recorded = (given: string) => given.replaceAll(server?.url ?? host, host);
  const location = reply.headers['location'];
  return {
    status: reply.status,
    type: reply.headers['content-type'],
    location: typeof location === 'string' ? recorded(location) : undefined,
    json: reply.text === '' ? null : (JSON.parse(recorded(reply.text)) as unknown),
  };
}

const type = 'application/json;charset=utf-8';
const at = (set: string, id: string) => ({
  '@id': `${root}/${set}('${id}')`,
  '@editLink': `${root}/${set}('${id}')`,
});
const shownEric = {
  ...at('contacts', eric.PrimaryKey),
  ...eric,
  CreationTimestamp: '2025-10-31T10:03:27Z',
  ModificationTimestamp: '2025-10-31T15:55:53Z',
  my_calc: 'you betcha',
};
const shownZero = {
  ...at('contacts', zero.PrimaryKey),
  ...zero,
  CreationTimestamp: '2025-12-05T16:36:53Z',
  ModificationTimestamp: '2025-12-05T16:36:53Z',
  name: null,
  id_user: null,
  my_calc: 'you betcha',
};
const shownUser = {
  ...at('users', user.id),
  ...user,
  CreationTimestamp: '2025-08-03T11:38:20Z',
  ModificationTimestamp: '2025-11-03T12:34:42Z',
};

test.each([
  [
    '/contacts?$select=name,PrimaryKey&$top=1',
    {
      '@context': `${root}/$metadata#contacts("name","PrimaryKey")`,
      value: [{ ...at('contacts', eric.PrimaryKey), name: 'Eric', PrimaryKey: eric.PrimaryKey }],
    },
  ],
  [
    '/contacts?$orderby=name&$top=5',
    { '@context': `${root}/$metadata#contacts`, value: [shownZero, shownEric] },
  ],
  [`/contacts('${eric.PrimaryKey}')`, { '@context': `${root}/$metadata#contacts/$entity`, ...shownEric }],
  [
    `/contacts('${eric.PrimaryKey}')/name`,
    { '@context': `${root}/$metadata#contacts('${eric.PrimaryKey}')/name`, value: 'Eric' },
  ],
  [`/contacts('${eric.PrimaryKey}')/users`, { '@context': `${root}/$metadata#users`, value: [shownUser] }],
  [
    `/contacts('${eric.PrimaryKey}')?$expand=users`,
    { '@context': `${root}/$metadata#contacts/$entity`, ...shownEric, users: [shownUser] },
  ],
  [
    '/contacts?$top=1&$expand=users($select=not_real_field)',
    {
      '@context': `${root}/$metadata#contacts`,
      value: [
        {
          ...shownEric,
          error: [
            {
              error: {
                code: '8309',
                message: 'FQL0009/(1:20): The column named "not_real_field" does not exist in table "users".',
              },
            },
          ],
        },
      ],
    },
  ],
])('GET %s is answered as recorded', async (path, json) => {
  expect(await ask('GET', path)).toEqual({ status: 200, type, location: undefined, json });
});

test.each([
  ['/contacts$top=10', "Error: syntax error in URL at: '$top=10'", '-1002'],
  [
    '/contacts?$select=InvalidFieldName',
    "The field named 'InvalidFieldName' does not exist in a specified table (9)",
    '8309',
  ],
  [
    '/contacts?$orderby=InvalidFieldName',
    "The field named 'InvalidFieldName' does not exist in a specified table (9)",
    '8309',
  ],
])('GET %s is refused as recorded', async (path, message, code) => {
  expect(await ask('GET', path)).toMatchObject({ status: 400, type, json: { error: { code, message } } });
});

test('a create is answered as recorded, in full and minimal', async () => {
  const full = await ask('POST', '/contacts', { body: { name: 'Capture test' } });
  const [, id = ''] = /contacts\('([0-9A-F-]{36})'\)$/.exec(full.location ?? '') ?? [];
  expect(full).toEqual({
    status: 201,
    type,
    location: `${root}/contacts('${id}')`,
    json: {
      '@context': `${root}/$metadata#contacts/$entity`,
      ...at('contacts', id),
      PrimaryKey: id,
      CreationTimestamp: '2025-12-17T09:15:16Z',
      CreatedBy: 'admin',
      ModificationTimestamp: '2025-12-17T09:15:16Z',
      ModifiedBy: 'admin',
      name: 'Capture test',
      hobby: null,
      id_user: null,
      my_calc: 'you betcha',
    },
  });
  const headers = { prefer: 'return=minimal' };
  expect(await ask('POST', '/contacts', { body: { name: 'Capture test' }, headers })).toEqual({
    status: 204,
    type,
    location: `${root}/contacts(ROWID=4)`,
    json: null,
  });
});
