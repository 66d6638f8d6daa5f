/** OData: service documents, collections, records and the rules of addresses. */
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { basic, closeOData, odataBench, peopleBench, send } from './odata-client.ts';

afterEach(closeOData);

test('the service documents list the files and the tables of a file', async () => {
  const { server, call } = await peopleBench({}, { occurrences: [{ name: 'Staff', table: 'People' }] });
  const root = `${server.url}/fmi/odata/v4`;
  expect((await send(server, 'GET', '/fmi/odata/v4')).json).toEqual({
    '@context': `${root}/$metadata`,
    value: [{ name: 'Main', kind: 'EntityContainer', url: `${root}/Main` }],
  });
  expect((await call('GET', '')).json).toEqual({
    '@context': `${root}/Main/$metadata`,
    value: [
      { name: 'People', kind: 'EntitySet', url: `${root}/Main/People` },
      { name: 'Staff', kind: 'EntitySet', url: `${root}/Main/Staff` },
    ],
  });
});

test('a wrong password is 401 with 212, in XML unless JSON is asked for', async () => {
  const { call } = await peopleBench();
  const authorization = basic('sync:wrong');
  const xml = await call('GET', '/People', { headers: { authorization } });
  expect(xml.status).toBe(401);
  expect(xml.text).toContain('<m:code>212</m:code><m:message>(212): Invalid account/password</m:message>');
  const json = await call('GET', '/People', { headers: { authorization, accept: 'application/json' } });
  expect(json).toMatchObject({ status: 401, code: '212' });
  const bearer = await call('GET', '/People', { headers: { authorization: 'Bearer x' } });
  expect(bearer.status).toBe(401);
  expect((await call('GET', '/a/b/c/d/e', { headers: { authorization } })).status).toBe(401);
});

test('an account without the privilege fmodata, and a file that is not there, are refused', async () => {
  const accounts = [
    { name: 'sync', password: 'sync' },
    { name: 'other', password: 'x', canUseOData: false },
  ];
  const { call, server } = await peopleBench({ accounts });
  expect((await call('GET', '', { headers: { authorization: basic('other:x') } })).status).toBe(401);
  expect(await send(server, 'GET', '/fmi/odata/v4/Other')).toMatchObject({ status: 404, code: '802' });
});

test('a record shows its address, its values and null where there is none, but no container', async () => {
  const { call, server } = await peopleBench();
  const url = `${server.url}/fmi/odata/v4/Main/People('b')`;
  expect((await call('GET', "/People('b')")).json).toEqual({
    '@context': `${server.url}/fmi/odata/v4/Main/$metadata#People/$entity`,
    '@id': url,
    '@editLink': url,
    PrimaryKey: 'b',
    name: 'Bo',
    'First Name': null,
    age: 0.5,
    born: '1990-02-03',
    seen: '2026-03-04T11:30:00Z',
    wakes: '06:30:00',
    label: 'Bo/b',
    changed: '2026-01-01T00:00:00Z',
  });
});

test('the file may be named with its suffix, and a record by its row id, its key field or a doubled quote', async () => {
  const { server, call } = await peopleBench();
  const suffixed = await send(server, 'GET', "/fmi/odata/v4/Main.fmp12/People('a')?$select=name");
  expect(suffixed.json).toMatchObject({
    '@context': `${server.url}/fmi/odata/v4/Main.fmp12/$metadata#People("name")/$entity`,
    name: 'Ada',
  });
  for (const key of ["PrimaryKey='o''c'", 'ROWID=3', "'o''c'", "'o%27%27c'"])
    expect((await call('GET', `/People(${key})`)).json).toMatchObject({ name: 'cy' });
  expect(await call('GET', "/People('none')")).toMatchObject({ status: 404, code: '-1023' });
  expect(await call('GET', '/People(5)')).toMatchObject({ status: 400, code: '8309' });
  expect((await call('GET', "/People('a')/name")).json).toMatchObject({ value: 'Ada' });
});

test('$select shows what it names, row ids among it; what is not there is 8309', async () => {
  const { call, rows, server } = await peopleBench();
  expect(await rows('/People?$select=name,ROWID,ROWMODID&$top=1')).toEqual([
    {
      '@id': `${server.url}/fmi/odata/v4/Main/People('a')`,
      '@editLink': `${server.url}/fmi/odata/v4/Main/People('a')`,
      name: 'Ada',
      ROWID: 1,
      ROWMODID: 0,
    },
  ]);
  const none = await call('GET', '/People?$select=nothing');
  expect(none).toMatchObject({ status: 400, code: '8309' });
  expect(none.text).toContain("The field named 'nothing' does not exist in a specified table (9)");
  expect(await call('GET', '/Others')).toMatchObject({ status: 404, code: '-1020' });
});

const keyed = z.array(z.object({ PrimaryKey: z.string() }));
/** The last letters of their keys. */
const ids = (rows: readonly unknown[]): string =>
  keyed
    .parse(rows)
    .map(({ PrimaryKey }) => PrimaryKey.at(-1))
    .join('');
const bare = { accept: 'application/json;odata.metadata=none' };

test.each([
  ["name eq 'Ada'", 'a'],
  ["name eq 'ada'", ''],
  ["tolower(name) eq 'ada'", 'a'],
  ["toupper(name) eq 'CY'", 'c'],
  ["PrimaryKey eq 'o''c'", 'c'],
  ["PrimaryKey eq 'a' or PrimaryKey eq 'b'", 'ab'],
  ["name ne 'Ada'", 'bc'],
  ['age gt 0.4 and age lt 1', 'b'],
  ['age ge 0.5', 'ab'],
  ['age eq null', 'c'],
  ['age ne null', 'ab'],
  ['not (age eq null)', 'ab'],
  // What is empty is neither equal nor not.
  ['age ne 36', 'b'],
  ['not (age eq 36)', 'b'],
  ['born ge 1990-02-03', 'b'],
  ['seen lt 2026-03-04T11:30:00Z', 'a'],
  ['seen le 2026-03-04T13:30:00%2B02:00', 'ab'],
  ['seen ge 2026-03-04', 'b'],
  // In quotes it is no date: no error, and nothing is found.
  ["born ge '1815-01-01'", ''],
  ["seen ge '2026-01-01T00:00:00Z'", ''],
  ['wakes eq 06:30:00', 'b'],
  ["contains(name,'d')", 'a'],
  ["startswith(name,'A') or endswith(name,'y')", 'ac'],
  ['length(name) eq 2', 'bc'],
  [`"First Name" eq 'Ada L.'`, 'a'],
  ['ROWID gt 1', 'bc'],
  ['ROWMODID eq 0', 'abc'],
  ['changed gt 2026-01-01T00:00:00Z or (changed eq 2026-01-01T00:00:00Z and ROWID gt 1)', 'bc'],
  ["(name eq 'Ada' OR name eq 'Bo') and not contains(name,'B')", 'a'],
])('$filter=%s finds %s', async (filter, found) => {
  const { rows } = await peopleBench();
  const query = filter.replaceAll(' ', '%20').replaceAll('"', '%22');
  expect(ids(await rows(`/People?$select=PrimaryKey&$filter=${query}`, bare))).toBe(found);
});

test.each([
  ["name%20eq%20'a+b'", '-1002'],
  ["name+eq+'a'", '-1002'],
  ["contains(name%2C'a')", '-1002'],
  ['seen%20ge%202026-01-01T00%3A00%3A00Z', '-1002'],
  ['seen%20ge%202026-01-01T00:00:00', '-1002'],
  ['name%20eq', '-1002'],
  ["id%20eq%20'a'", '-1002'],
  ["n%C3%A4me%20eq%20'a'", '8310'],
  ['name%20eq%205', '8309'],
  ["age%20eq%20'5'", '8309'],
  ["other%20eq%20'5'", '8309'],
])('$filter=%s is refused with %s', async (filter, code) => {
  const { call } = await peopleBench();
  expect(await call('GET', `/People?$filter=${filter}`)).toMatchObject({ status: 400, code });
});

test('an option whose dollar is encoded is not seen; one without a dollar is', async () => {
  const { rows, call } = await peopleBench();
  expect(await rows('/People?%24top=1')).toHaveLength(3);
  expect(await rows('/People?top=1')).toHaveLength(1);
  expect(await call('GET', '/People?$select=name%2Cage')).toMatchObject({ status: 400, code: '-1002' });
  const syntax = await call('GET', '/People$top=10');
  expect(syntax.text).toBe(`{"error":{"code":"-1002","message":"Error: syntax error in URL at: '$top=10'"}}`);
});

test('$orderby, $top, $skip and $count', async () => {
  const { rows, call } = await peopleBench();
  const only = (query: string) => rows(`/People?$select=PrimaryKey&${query}`, bare).then(ids);
  expect(await only('$orderby=name')).toBe('abc');
  expect(await only('$orderby=name%20desc')).toBe('cba');
  expect(await only('$orderby=age,ROWID')).toBe('cba');
  expect(await only('$orderby=changed%20desc,ROWID%20desc')).toBe('cba');
  expect(await only('$orderby=ROWID%20desc&$top=2')).toBe('cb');
  expect(await only('$skip=1&$top=1')).toBe('b');
  expect((await call('GET', '/People?$top=1&$count=true')).json).toMatchObject({ '@count': 3 });
});

test('beyond the most rows of a page there is a link to the next, which ends with $top', async () => {
  const rows = Array.from({ length: 25 }, (_, at) => ({ name: `n${at}` }));
  const { call, server } = await odataBench([{ name: 'T', fields: [{ name: 'name', type: 'text' }], rows }], {
    odata: { pageRows: 10 },
  });
  const first = await call('GET', '/T?$select=name');
  const link = `${server.url}/fmi/odata/v4/Main/T?$select=name&$skiptoken=s10t0`;
  expect(first.json['@nextLink']).toBe(link);
  const second = await send(server, 'GET', link.slice(server.url.length));
  expect(second.json).toMatchObject({ value: { length: 10, 0: { name: 'n10' } } });
  const third = await call('GET', '/T?$skiptoken=s20t0');
  expect(third.json['value']).toHaveLength(5);
  expect(third.json['@nextLink']).toBeUndefined();
  const topped = await call('GET', '/T?$top=12');
  expect(topped.json['@nextLink']).toContain('$skiptoken=s10t2');
  expect((await call('GET', '/T?$skiptoken=s10t2')).json).toMatchObject({ value: { length: 2 } });
  const preferred = await call('GET', '/T', { headers: { prefer: 'odata.maxpagesize=3' } });
  expect(preferred.json).toMatchObject({ value: { length: 3 } });
  expect(preferred.json['@nextLink']).toContain('$skiptoken=s3t0');
});
