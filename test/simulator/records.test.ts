import { afterEach, expect, test } from 'vitest';
import { bench, benchOf, closeAll, recordsOf, text } from './client.ts';
import type { FieldDescription, Validation } from '../../src/simulator/description.ts';

afterEach(closeAll);

const at: FieldDescription = { name: 'at', type: 'timestamp', autoEnter: 'modifiedAt' };

test('a new record has modId 0 and each commit adds one, whatever it changes', async () => {
  const { call } = await bench([text('name')]);
  const made = await call('POST', '/records', { fieldData: { name: 'a' } });
  expect(made.response).toEqual({ recordId: '1', modId: '0' });
  expect((await call('PATCH', '/records/1', { fieldData: { name: 'b' } })).response).toEqual({ modId: '1' });
  expect((await call('PATCH', '/records/1', { fieldData: { name: 'b' } })).response).toEqual({ modId: '2' });
});

test('an edit without fields commits nothing', async () => {
  const { call } = await bench([text('name')], [{ name: 'a' }]);
  expect((await call('PATCH', '/records/1', { fieldData: {} })).response).toEqual({ modId: '0' });
});

test('an edit at a modId that has passed is 306 and leaves the record as it is', async () => {
  const { call, server } = await bench([text('name')], [{ name: 'a' }]);
  const patch = (name: string, modId: string) => call('PATCH', '/records/1', { fieldData: { name }, modId });
  expect((await patch('b', '0')).code).toBe('0');
  expect(await patch('c', '0')).toMatchObject({ status: 500, code: '306' });
  expect(server.control.records({ table: 'Things' })).toMatchObject([{ modId: 1, values: { name: 'b' } }]);
});

test('record ids count up and are not given again after a delete', async () => {
  const { call } = await bench([text('name')], [{ name: 'a' }, { name: 'b' }]);
  expect((await call('DELETE', '/records/2')).response).toEqual({});
  expect((await call('GET', '/records/2')).code).toBe('101');
  expect((await call('POST', '/records', { fieldData: {} })).response).toMatchObject({ recordId: '3' });
});

test('a duplicate has its own id, modId 0 and new auto-entered values', async () => {
  const { call } = await bench([{ name: 'id', type: 'text', autoEnter: 'uuid' }, text('name')]);
  await call('POST', '/records', { fieldData: { name: 'a' } });
  const copy = await call('POST', '/records/1', {});
  expect(copy.response).toEqual({ recordId: '2', modId: '0' });
  const [first, second] = recordsOf(await call('GET', '/records')).map((record) => record.fieldData);
  expect(second?.['name']).toBe('a');
  expect(second?.['id']).not.toBe(first?.['id']);
});

test('line ends are stored as CR however they were written', async () => {
  const { call } = await bench([text('name')]);
  await call('POST', '/records', { fieldData: { name: 'a\nb\r\nc\rd' } });
  expect(recordsOf(await call('GET', '/records/1'))[0]?.fieldData['name']).toBe('a\rb\rc\rd');
});

test.each<[string, Validation, string, string]>([
  ['notEmpty', { notEmpty: true }, '', '509'],
  ['unique', { unique: true }, 'TAKEN', '504'],
  ['a list', { list: ['red', 'green'] }, 'blue', '506'],
  ['a range', { range: { from: 1, to: 9 } }, '10', '503'],
  ['a longest length', { maxLength: 3 }, 'four', '511'],
  ['numbers only', { numeric: true }, 'x', '502'],
  ['a calculation', { test: (value) => value.length === 5 }, 'six666', '507'],
  ['a parent', { parent: { table: 'Things', field: 'other' } }, 'nobody', '510'],
  ['a parent by range', { parent: { table: 'Things', field: 'other', code: '503' } }, 'nobody', '503'],
  ['an existing value', { parent: { table: 'Things', field: 'other', code: '505' } }, 'nobody', '505'],
])(
  'validation by %s refuses a create and an edit, and entrymode script passes it by',
  async (_, validation, value, code) => {
    const { call, server } = await bench(
      [{ name: 'v', type: 'text', validation }, text('other')],
      [
        { v: 'taken', other: 'x' },
        { v: 'older', other: 'y' },
      ],
    );
    expect((await call('POST', '/records', { fieldData: { v: value } })).code).toBe(code);
    expect((await call('PATCH', '/records/2', { fieldData: { v: value } })).code).toBe(code);
    expect(server.control.records({ table: 'Things' })).toMatchObject([
      { values: { v: 'taken' } },
      { modId: 0, values: { v: 'older' } },
    ]);
    const forced = { fieldData: { v: value }, options: { entrymode: 'script' } };
    expect((await call('PATCH', '/records/2', forced)).response).toEqual({ modId: '1' });
  },
);

test('entrymode script does not pass by a rule that may not be overridden', async () => {
  const validation = { notEmpty: true, overridable: false };
  const { call } = await bench([{ name: 'v', type: 'text', validation }]);
  const reply = await call('POST', '/records', { fieldData: {}, options: { entrymode: 'script' } });
  expect(reply.code).toBe('509');
});

test('an edit of other fields is not refused for a value that was wrong before', async () => {
  const { call } = await bench(
    [{ name: 'v', type: 'text', validation: { notEmpty: true } }, text('name')],
    [{ v: '' }],
  );
  expect((await call('PATCH', '/records/1', { fieldData: { name: 'x' } })).code).toBe('0');
});

test('a field that prohibits modification takes a value only with prohibitmode script', async () => {
  const { call } = await bench([{ name: 'id', type: 'text', prohibitModification: true }]);
  expect((await call('POST', '/records', { fieldData: { id: 'x' } })).code).toBe('201');
  const options = { prohibitmode: 'script' };
  expect((await call('POST', '/records', { fieldData: { id: 'x' }, options })).code).toBe('0');
});

test.each(['19.6', '20'] as const)(
  'version %s knows neither options nor dateformats on writes',
  async (version) => {
    const { call } = await bench([text('name')], [], { version });
    expect((await call('POST', '/records', { fieldData: {}, options: { entrymode: 'script' } })).code).toBe(
      '960',
    );
    expect((await call('POST', '/records', { fieldData: {}, dateformats: 2 })).code).toBe('960');
    await call('POST', '/records', { fieldData: {} });
    expect((await call('GET', '/records?dateformats=2')).code).toBe('0');
  },
);

test('calculations and summaries are 201, and follow the fields they are made of', async () => {
  const { call } = await bench(
    [
      { name: 'n', type: 'number' },
      {
        name: 'twice',
        type: 'text',
        kind: 'calculation',
        calculation: ({ n = '' }) => String(Number(n) * 2),
      },
      { name: 'sum', type: 'number', kind: 'summary', sumOf: 'n' },
    ],
    [{ n: 1 }, { n: 2 }],
  );
  expect((await call('PATCH', '/records/1', { fieldData: { twice: '9' } })).code).toBe('201');
  expect((await call('PATCH', '/records/1', { fieldData: { sum: '9' } })).code).toBe('201');
  await call('PATCH', '/records/1', { fieldData: { n: 5 } });
  const records = recordsOf(await call('GET', '/records'));
  expect(records.map((record) => record.fieldData)).toEqual([
    { n: 5, twice: '10', sum: 7 },
    { n: 2, twice: '4', sum: 7 },
  ]);
});

test('each repetition is a field of its own, and the bare name writes the first', async () => {
  const { call } = await bench([{ name: 'phone', type: 'text', repetitions: 3 }]);
  await call('POST', '/records', { fieldData: { phone: 'a', 'phone(3)': 'c' } });
  const [record] = recordsOf(await call('GET', '/records'));
  expect(record?.fieldData).toEqual({ 'phone(1)': 'a', 'phone(2)': '', 'phone(3)': 'c' });
  expect((await call('POST', '/records', { fieldData: { 'phone(4)': 'x' } })).code).toBe('102');
  expect((await call('POST', '/_find', { query: [{ phone: '==c' }] })).code).toBe('0');
});

test('the modification timestamp is stamped at every commit, whatever a client writes into it', async () => {
  const { call, clock } = await bench([text('name'), at], [], {
    timeZone: 'America/New_York',
    clockOffsetMs: 60_000,
  });
  await call('POST', '/records', { fieldData: { name: 'a', at: '01/01/2020 00:00:00' } });
  expect(recordsOf(await call('GET', '/records'))[0]?.fieldData['at']).toBe('11/23/2026 07:01:00');
  clock.advance(5000);
  await call('PATCH', '/records/1', { fieldData: { name: 'b' } });
  expect(recordsOf(await call('GET', '/records'))[0]?.fieldData['at']).toBe('11/23/2026 07:01:05');
});

test('fields auto-entered at creation take a value that is given, else enter their own', async () => {
  const { call } = await bench([
    { name: 'id', type: 'text', autoEnter: 'uuid' },
    { name: 'serial', type: 'number', autoEnter: 'serial' },
    { name: 'createdBy', type: 'text', autoEnter: 'createdBy' },
    { name: 'modifiedBy', type: 'text', autoEnter: 'modifiedBy' },
    { name: 'utc', type: 'number', autoEnter: 'utcMilliseconds' },
    { name: 'code', type: 'text', autoEnter: 'upperCase' },
  ]);
  await call('POST', '/records', { fieldData: { code: 'abc' } });
  await call('POST', '/records', { fieldData: { id: 'mine', serial: 40, createdBy: 'import' } });
  const [first, second] = recordsOf(await call('GET', '/records')).map((record) => record.fieldData);
  const entered = { serial: 1, createdBy: 'sync', modifiedBy: 'sync', utc: 63931032000000, code: 'ABC' };
  expect(first).toMatchObject({
    id: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
    ...entered,
  });
  expect(second).toMatchObject({ id: 'mine', serial: 40, createdBy: 'import', modifiedBy: 'sync' });
});

const families = () =>
  benchOf({
    databases: [
      {
        name: 'Main',
        tables: [
          {
            name: 'Parents',
            fields: [text('id'), text('name')],
            rows: [{ id: 'p1', name: 'Ada' }],
            cascades: [{ table: 'Children', field: 'parent', matches: 'id' }],
          },
          { name: 'Children', fields: [text('parent'), text('name')], rows: [{ parent: 'p1', name: 'Bea' }] },
        ],
        layouts: [
          {
            name: 'Things',
            table: 'Parents',
            portals: [{ name: 'kids', table: 'Children', parent: 'id', child: 'parent', fields: ['name'] }],
          },
        ],
      },
    ],
  });

test('a portal shows its related rows with ids, counts and qualified names, and none where it is not asked for', async () => {
  const { call } = await families();
  expect((await call('GET', '/records/1')).response['data']).toEqual([
    {
      fieldData: { id: 'p1', name: 'Ada' },
      portalData: { kids: [{ recordId: '1', 'Children::name': 'Bea', modId: '0' }] },
      recordId: '1',
      modId: '0',
      portalDataInfo: [
        { portalObjectName: 'kids', database: 'Main', table: 'Children', foundCount: 1, returnedCount: 1 },
      ],
    },
  ]);
  expect(recordsOf(await call('GET', '/records/1?portal=[]'))[0]?.portalData).toEqual({});
});

test('one edit changes, creates and deletes portal rows with their record', async () => {
  const { call, server } = await families();
  const portalData = {
    kids: [{ recordId: '1', modId: '0', 'Children::name': 'Bo' }, { 'Children::name': 'Cy' }],
  };
  const made = await call('PATCH', '/records/1', { fieldData: {}, portalData });
  expect(made.response['newPortalRecordInfo']).toEqual([
    { tableName: 'Children', recordId: '2', modId: '0' },
  ]);
  await call('PATCH', '/records/1', { fieldData: { deleteRelated: 'kids.1' } });
  const left = server.control.records({ table: 'Children' });
  expect(left).toMatchObject([{ recordId: 2, values: { parent: 'p1', name: 'Cy' } }]);
});

test('deleting a parent deletes its children', async () => {
  const { call, server } = await families();
  await call('DELETE', '/records/1');
  expect(server.control.count({ table: 'Children' })).toBe(0);
});

const own = (table: string) => [{ table, field: 'parent', matches: 'id' }];

test('a delete takes children of children along, and those of nobody else', async () => {
  const rows = ['1', '2'].map((id) => ({ id, parent: id }));
  const fields = [text('id'), text('parent')];
  const { call, server } = await benchOf({
    databases: [
      {
        name: 'Main',
        tables: [
          { name: 'Customers', fields, rows, cascades: own('Orders') },
          { name: 'Orders', fields, rows, cascades: own('Lines') },
          { name: 'Lines', fields, rows },
        ],
        layouts: [{ name: 'Things', table: 'Customers' }],
      },
    ],
  });
  await call('DELETE', '/records/1');
  const left = ['Customers', 'Orders', 'Lines'].map((table) =>
    server.control.records({ table }).map(({ values }) => values['id']),
  );
  expect(left).toEqual([['2'], ['2'], ['2']]);
});

test('the layout of the response may be another one', async () => {
  const { call } = await benchOf({
    databases: [
      {
        name: 'Main',
        tables: [{ name: 'T', fields: [text('a'), text('b')], rows: [{ a: '1', b: '2' }] }],
        layouts: [
          { name: 'Things', table: 'T', fields: ['a'] },
          { name: 'Other', table: 'T', fields: ['b'] },
        ],
      },
    ],
  });
  const [record] = recordsOf(await call('GET', '/records?layout.response=Other'));
  expect(record?.fieldData).toEqual({ b: '2' });
});
