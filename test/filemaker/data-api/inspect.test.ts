import { expect, test } from 'vitest';
import { inspectDataApi, type InspectionOptions } from '../../../src/filemaker/data-api/inspect.ts';
import type { Inspection } from '../../../src/ports/inspection.ts';
import { account, never } from './bindings.ts';
import { envelope, startScripted, withSessions } from '../http/scripted-server.ts';
import { selfSigned } from '../http/self-signed.ts';
import { signed } from '../http/signed.ts';
import { simulate } from '../../contracts/server/simulated.ts';
import { VirtualClock } from '../http/virtual-clock.ts';

type Look = AsyncDisposable & { readonly inspection: Inspection };

function look(url: string, options: Partial<InspectionOptions> = {}): Look {
  const clock = new VirtualClock();
  const given = { name: 'berlin', url, account, clock, random: () => 0.5, ...options };
  const inspection = inspectDataApi(given);
  return { inspection, [Symbol.asyncDispose]: () => inspection.close() };
}

const layout = 'sync contacts';

/** Three rows, the second of them made later than the third was changed. */
const rows = [
  { PK: 'k1', Name: 'Ada', Amount: '12.50', Born: '1815-12-10', Number: 3 },
  { PK: 'k2', Name: 'Grace', Number: 9 },
  { PK: 'k3', Name: 'Edsger', Number: 5 },
];

test('product, files and clock are told without a session', async () => {
  await using simulator = await simulate(rows, { version: '21', clockOffsetMs: 60_000 });
  await using looked = look(simulator.url, { clock: { now: Date.now, sleep: async () => undefined } });
  const { inspection } = looked;
  expect(await inspection.product(never)).toEqual({
    version: '21.1.1.41',
    api: 'v2',
    roundTripMs: expect.any(Number),
  });
  expect(await inspection.databases(never)).toEqual(['Sales', 'Archive']);
  const { offset } = await inspection.probe(never);
  expect(offset.lo).toBeLessThanOrEqual(60_000);
  expect(offset.hi).toBeGreaterThanOrEqual(60_000);
  expect(simulator.control.stats().requests.login).toBe(0);
});

test('without an account the list of files is asked for without one, and what needs a session says that it is missing', async () => {
  await using fake = await startScripted(() => envelope('0', { databases: [{ name: 'Sales.fmp12' }] }));
  const inspection = inspectDataApi({
    name: 'berlin',
    url: fake.url,
    clock: new VirtualClock(),
    random: () => 0.5,
  });
  expect(await inspection.databases(never)).toEqual(['Sales']);
  expect(fake.requests.map(({ authorization }) => authorization)).toEqual(['']);
  await expect(inspection.layouts('Sales', never)).rejects.toMatchObject({ code: 'account-refused' });
  expect(fake.requests).toHaveLength(1);
  await inspection.close();
});

test('a refused account is tried once, and the list of files shows only those of the account', async () => {
  const accounts = [{ name: 'sync', password: account.password, databases: ['Archive'] }];
  await using simulator = await simulate([], { accounts });
  await using right = look(simulator.url);
  expect(await right.inspection.databases(never)).toEqual(['Archive']);
  await using wrong = look(simulator.url, { account: { ...account, password: 'no' } });
  await expect(wrong.inspection.databases(never)).rejects.toMatchObject({
    code: 'account-refused',
    fileMakerCode: '212',
  });
  expect(simulator.control.stats().requests.databases).toBe(2);
});

test('layouts in folders, and in folders of these, stand in their order', async () => {
  const layouts = [
    { name: 'First', table: '' },
    {
      name: 'Folder',
      isFolder: true,
      folderLayoutNames: [
        { name: 'Second' },
        { name: 'Inner', isFolder: true, folderLayoutNames: [{ name: 'Third' }] },
      ],
    },
    { name: '-' },
    { name: 'Empty', isFolder: true },
    { name: 'Fourth' },
  ];
  await using fake = await startScripted(withSessions(() => envelope('0', { layouts })));
  await using looked = look(fake.url);
  expect(await looked.inspection.layouts('Sales', never)).toEqual(['First', 'Second', 'Third', 'Fourth']);
});

test('layouts that the account may not see are neither listed nor shown', async () => {
  const accounts = [{ name: account.username, password: account.password, layouts: ['other'] }];
  await using simulator = await simulate(rows, { accounts });
  await using looked = look(simulator.url);
  expect(await looked.inspection.layouts('Sales', never)).toEqual([]);
  await expect(looked.inspection.layout('Sales', layout, never)).rejects.toMatchObject({
    code: 'layout-missing',
  });
});

test('a field is told with its kind, its rules and the list that it is shown with', async () => {
  const fields = [
    { name: 'PK', type: 'text', autoEnter: 'uuid', validation: { notEmpty: true, maxLength: 40 } },
    { name: 'Amount', type: 'number', validation: { numeric: true } },
    { name: 'Label', type: 'text', kind: 'calculation', calculation: { join: ['PK'] } },
    { name: 'Shared', type: 'text', global: true, repetitions: 3 },
    { name: 'Status', type: 'text' },
  ] as const;
  const contacts = {
    name: layout,
    table: 'Contacts',
    valueLists: { States: ['new', 'old'] },
    pickFrom: { Status: 'States' },
    portals: [{ name: 'family', table: 'Contacts', parent: 'PK', child: 'PK' }],
  };
  const databases = [{ name: 'Sales', tables: [{ name: 'Contacts', fields }], layouts: [contacts] }];
  await using simulator = await simulate([], { databases });
  await using looked = look(simulator.url);
  const shown = await looked.inspection.layout('Sales', layout, never);
  const plain = {
    type: 'text',
    writable: true,
    autoEnter: false,
    repetitions: 1,
    kind: 'normal',
    global: false,
    notEmpty: false,
    numeric: false,
    fourDigitYear: false,
    timeOfDay: false,
    maxCharacters: 0,
  };
  expect(shown).toEqual({
    fields: [
      { ...plain, name: 'PK', autoEnter: true, notEmpty: true, maxCharacters: 40 },
      { ...plain, name: 'Amount', type: 'number', numeric: true },
      { ...plain, name: 'Label', kind: 'calculation', writable: false },
      { ...plain, name: 'Shared', global: true, writable: false, repetitions: 3 },
      { ...plain, name: 'Status', valueList: 'States' },
    ],
    portals: ['family'],
    valueLists: [{ name: 'States', values: ['new', 'old'] }],
  });
});

test('rows are canonical, by the names of the server and without containers, over one session that is logged out', async () => {
  await using simulator = await simulate(rows);
  const looked = look(simulator.url);
  const shown = await looked.inspection.rows('Sales', layout, { limit: 1 }, never);
  expect(shown).toMatchObject({
    table: 'Contacts',
    total: 3,
    inTable: 3,
    rows: [{ recordId: '1', modId: 0, values: { PK: 'k1', Amount: '12.5', Born: '1815-12-10', Seen: '' } }],
  });
  expect(Object.keys(shown.rows[0]?.values ?? {})).not.toContain('Picture');
  expect(simulator.control.stats()).toMatchObject({ openSessions: 1, maxOpenSessions: 1 });
  await looked.inspection.close();
  expect(simulator.control.stats().openSessions).toBe(0);
});

test.each([
  [{ skip: 1, limit: 2 }, ['k2', 'k3']],
  [{ limit: 2, latestBy: 'Number' }, ['k2', 'k3']],
  [{ skip: 2, limit: 2, latestBy: 'Number' }, ['k1']],
])('the rows %o are %j', async (asked, keys) => {
  await using simulator = await simulate(rows);
  await using looked = look(simulator.url);
  const shown = await looked.inspection.rows('Sales', layout, asked, never);
  expect(shown.rows.map(({ values }) => values['PK'])).toEqual(keys);
});

test.each(['empty', '401'] as const)('an empty table has no rows where its list is %s', async (emptyList) => {
  await using simulator = await simulate([], { emptyList });
  await using looked = look(simulator.url);
  expect((await looked.inspection.rows('Sales', layout, { limit: 5 }, never)).rows).toEqual([]);
});

test('a server before 18, which tells nothing of the table, still shows its rows', async () => {
  const field = { name: 'PK', type: 'normal', result: 'text' };
  const row = { recordId: '4', modId: '2', fieldData: { PK: 'k1', 'Note(2)': 'b' }, portalData: {} };
  await using fake = await startScripted(
    withSessions(({ path }) =>
      envelope('0', path.includes('/records') ? { data: [row] } : { fieldMetaData: [field] }),
    ),
  );
  await using looked = look(fake.url);
  expect(await looked.inspection.rows('Sales', layout, { limit: 5 }, never)).toEqual({
    rows: [{ recordId: '4', modId: 2, values: { PK: 'k1', 'Note(2)': 'b' } }],
  });
});

test('a login whose answer was lost does not end the look', async () => {
  await using simulator = await simulate(rows);
  simulator.control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['login'], next: 2 });
  await using looked = look(simulator.url);
  expect((await looked.inspection.rows('Sales', layout, { limit: 5 }, never)).rows).toHaveLength(3);
  expect(simulator.control.stats().maxOpenSessions).toBe(3);
});

const ends = Date.UTC(2120, 0, 1);
const names = ['fm.example.com', '*.office.example.com', '127.0.0.1'];

test.each([
  [
    'is believed',
    signed.whole,
    signed.root,
    { names, issuers: ['Test Intermediate', 'Test Root'], endsAt: ends },
  ],
  [
    'comes without what signed it',
    signed.withoutChain,
    signed.root,
    { names, issuers: ['Test Intermediate'], endsAt: ends, distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
  ],
  [
    'has ended',
    signed.expired,
    signed.root,
    {
      names,
      issuers: ['Test Intermediate', 'Test Root'],
      endsAt: Date.UTC(2024, 4, 1, 12),
      distrust: 'CERT_HAS_EXPIRED',
    },
  ],
  [
    'is signed by nobody else',
    selfSigned,
    '',
    { names: ['127.0.0.1'], issuers: [], endsAt: ends, distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  ],
])(
  'a certificate that %s is told with what it is for, who signed it and until when',
  async (_, tls, ca, expected) => {
    await using simulator = await simulate([], { tls });
    await using looked = look(simulator.url, { ca });
    expect(await looked.inspection.certificate(never)).toEqual(expected);
  },
);

test('a certificate for another name is told with that as the reason', async () => {
  await using simulator = await simulate([], { tls: signed.whole });
  await using looked = look(simulator.url.replace('127.0.0.1', 'localhost'), { ca: signed.root });
  expect(await looked.inspection.certificate(never)).toMatchObject({
    names,
    distrust: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('over plain http there is no certificate, and none is shown by what is no server for TLS, or none at all', async () => {
  await using plain = await simulate();
  await using looked = look(plain.url);
  expect(await looked.inspection.certificate(never)).toBeUndefined();
  await using wrong = look(plain.url.replace('http:', 'https:'));
  await expect(wrong.inspection.certificate(never)).rejects.toMatchObject({ code: 'server-unreachable' });
  await using nobody = look('https://127.0.0.1:1');
  await expect(nobody.inspection.certificate(never)).rejects.toThrow(/refused/);
});

test('over TLS everything else is asked only of a server that is believed', async () => {
  await using simulator = await simulate(rows, { tls: signed.whole });
  await using believed = look(simulator.url, { ca: signed.root });
  expect(await believed.inspection.layouts('Sales', never)).toEqual([layout]);
  await using other = look(simulator.url);
  await expect(other.inspection.databases(never)).rejects.toMatchObject({ code: 'certificate-untrusted' });
});
