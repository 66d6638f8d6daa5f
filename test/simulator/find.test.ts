import { array, assert, constantFrom, integer, option, property, record as recordOf } from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { FieldType } from '../../src/simulator/description.ts';
import { findRows } from '../../src/simulator/find/find.ts';
import { RowSet } from '../../src/simulator/store/row-set.ts';
import { Schema } from '../../src/simulator/store/schema.ts';
import { bench, closeAll, recordsOf, text } from './client.ts';

afterEach(closeAll);

/** Which of these values a criterion finds. */
function found(type: FieldType, values: readonly string[], criterion: string): readonly string[] {
  const schema = new Schema([{ name: 'v', type }]);
  const rows = new RowSet();
  for (const [at, value] of values.entries()) rows.put({ id: at + 1, modId: 0, values: [value] }, 0);
  const request = { omit: false, criteria: [{ slots: schema.slots, text: criterion }] };
  return findRows(rows, [request], '2026-11-23').map((row) => row.values[0] ?? '');
}

const names = [
  'Ann Lee',
  'annika',
  'Joanne',
  'lee',
  "O'Neil",
  'a*b',
  'ab',
  '',
  'x@y.com',
  'xay.com',
  '50% of 10',
];

test.each<[string, readonly string[]]>([
  ['ann', ['Ann Lee', 'annika']],
  ['=ann', ['Ann Lee']],
  ['==lee', ['lee']],
  ['==LEE', ['lee']],
  ['==ann*', ['Ann Lee', 'annika']],
  ['==*ann*', ['Ann Lee', 'annika', 'Joanne']],
  ['*ann', ['Ann Lee', 'annika', 'Joanne']],
  ['lee ann', ['Ann Lee']],
  ['"ann l"', ['Ann Lee']],
  ['"lee ann"', []],
  ['=', ['']],
  ['==', ['']],
  ['*', names.filter((name) => name !== '')],
  ['==a*b', ['a*b', 'ab']],
  ['==a\\*b', ['a*b']],
  ['==x@y.com', ['x@y.com', 'xay.com']],
  ['==x\\@y.com', ['x@y.com']],
  ['##', ['50% of 10']],
  ['>lee', ["O'Neil", 'x@y.com', 'xay.com']],
  ['a...b', ['Ann Lee', 'annika', 'a*b', 'ab']],
])('text: %s finds %j', (criterion, expected) => {
  expect(found('text', names, criterion)).toEqual(expected);
});

const numbers = ['1', '1.0', '10', '-3', '', 'abc', '9007199254740993', '9007199254740992'];

test.each<[string, readonly string[]]>([
  ['1', ['1', '1.0']],
  ['==1', ['1', '1.0']],
  ['==9007199254740993', ['9007199254740993']],
  ['>1', ['10', '9007199254740993', '9007199254740992']],
  ['<=1', ['1', '1.0', '-3']],
  ['≥10', ['10', '9007199254740993', '9007199254740992']],
  ['-3...1', ['1', '1.0', '-3']],
  ['=', ['']],
  ['?', ['abc']],
  ['!', ['1', '1.0']],
])('numbers: %s finds %j', (criterion, expected) => {
  expect(found('number', numbers, criterion)).toEqual(expected);
});

const stamps = [
  '2026-11-22T10:00:00',
  '2026-11-22T10:00:01',
  '2026-11-23T00:00:00',
  '2025-01-31T23:59:59',
  '',
];

test.each<[string, readonly number[]]>([
  ['>=11/22/2026 10:00:01', [1, 2]],
  ['>11/22/2026 10:00:01', [2]],
  ['<11/22/2026 10:00:00 AM', [3]],
  ['11/22/2026 10:00:00...11/22/2026 10:00:00', [0]],
  ['11/22/2026 10:00:00..11/23/2026', [0, 1, 2]],
  ['1/1/2025...11/22/2026 10:00:00', [0, 3]],
  ['11/22/2026', [0, 1]],
  ['==11/22/2026 10:00:00', [0]],
  ['11/2026', [0, 1, 2]],
  ['2025', [3]],
  ['//', [2]],
  ['{10..11}/{1..22}/2026', [0, 1]],
  ['*/31/*', [3]],
  ['=', [4]],
])('timestamps are compared as times: %s', (criterion, expected) => {
  expect(found('timestamp', stamps, criterion)).toEqual(expected.map((at) => stamps[at]));
});

test('times of day are compared as times, with and without AM and PM', () => {
  expect(found('time', ['09:30:00', '14:00:00'], '>=2:00 PM')).toEqual(['14:00:00']);
});

test('criteria of a request are ANDed, requests are ORed, an omit takes away from what came before it', async () => {
  const rows = [
    { name: 'a', city: 'Oslo' },
    { name: 'a', city: 'Rome' },
    { name: 'b', city: 'Rome' },
  ];
  const { call } = await bench([text('name'), text('city')], rows);
  const find = async (...query: object[]) =>
    recordsOf(await call('POST', '/_find', { query })).map((record) => record.recordId);
  expect(await find({ name: 'a', city: 'Rome' })).toEqual(['2']);
  expect(await find({ name: 'b' }, { city: 'Oslo' })).toEqual(['1', '3']);
  expect(await find({ name: 'a' }, { city: 'Rome', omit: 'true' })).toEqual(['1']);
  expect(await find({ city: 'Rome', omit: 'true' }, { name: 'b' })).toEqual(['1', '3']);
});

test('a find sorts by several fields and pages from an offset that counts from 1', async () => {
  const rows = [3, 1, 2, 10].map((n) => ({ name: n < 10 ? 'low' : 'high', n }));
  const { call } = await bench([text('name'), { name: 'n', type: 'number' }], rows);
  const body = {
    query: [{ n: '*' }],
    sort: [{ fieldName: 'name', sortOrder: 'descend' }, { fieldName: 'n' }],
    offset: 2,
    limit: '2',
  };
  const reply = await call('POST', '/_find', body);
  expect(recordsOf(reply).map((record) => record.fieldData['n'])).toEqual([2, 3]);
  expect(reply.response['dataInfo']).toMatchObject({ foundCount: 4, returnedCount: 2, totalRecordCount: 4 });
  const sort = encodeURIComponent('[{"fieldName":"n","sortOrder":"descend"}]');
  const listed = recordsOf(await call('GET', `/records?_sort=${sort}&_limit=1&_offset=1`));
  expect(listed.map((record) => record.fieldData['n'])).toEqual([10]);
});

test.each<[string, unknown, string]>([
  ['no criteria', { query: [{}] }, '400'],
  ['an unknown field', { query: [{ nope: 'x' }] }, '102'],
  ['null', { query: [{ name: null }] }, '1708'],
  ['no query', {}, '958'],
  ['an impossible date', { query: [{ day: '99/99/2026' }] }, '500'],
  ['an unknown sort field', { query: [{ name: 'a' }], sort: [{ fieldName: 'nope' }] }, '102'],
])('a find with %s is refused', async (_, body, code) => {
  const { call } = await bench([text('name'), { name: 'day', type: 'date' }], [{ name: 'a' }]);
  expect((await call('POST', '/_find', body)).code).toBe(code);
});

test('a list without a limit gives 100 records', async () => {
  const { call } = await bench(
    [text('name')],
    Array.from({ length: 120 }, () => ({ name: 'x' })),
  );
  expect(recordsOf(await call('GET', '/records'))).toHaveLength(100);
});

const change = recordOf({
  id: integer({ min: 1, max: 12 }),
  value: option(constantFrom('1', '2', '3', 'x', '')),
});

test('what the index and the columns find equals what a scan finds, after any commits', () => {
  assert(
    property(array(change), constantFrom('==1', '>=2', '1...2', '==x'), (changes, criterion) => {
      const schema = new Schema([{ name: 'v', type: 'number' }]);
      const rows = new RowSet();
      const find = (source: Parameters<typeof findRows>[0]) =>
        findRows(
          source,
          [{ omit: false, criteria: [{ slots: schema.slots, text: criterion }] }],
          '2026-11-23',
        );
      find(rows);
      for (const { id, value } of changes) {
        if (value === null) rows.remove(id, 0);
        else rows.put({ id, modId: 0, values: [value] }, 0);
        expect(find(rows)).toEqual(find({ rows: rows.rows }));
      }
      expect(rows.rows.map((row) => row.id)).toEqual(
        [...new Set(rows.rows.map((row) => row.id))].toSorted((a, b) => a - b),
      );
    }),
  );
});
