/**
 * Three OData clients that were written against real FileMaker Servers, as published, without a patch. Where one is known to be wrong, the
 * test says what goes wrong: whoever takes such a client for a model should know.
 */
import { BasicAuth, Connection, FetchError } from 'fm-odata-client';
import { basicAuth, Batch, FMSOData } from 'fms-odata-js';
import {
  and,
  contains,
  desc,
  eq,
  FMServerConnection,
  fmTableOccurrence,
  gt,
  isNull,
  numberField,
  textField,
  timestampField,
} from '@proofkit/fmodata';
import { afterEach, expect, test, vi } from 'vitest';
import type { ODataOptions } from '../../src/simulator/odata/options.ts';
import { closeOData, peopleBench, type ODataBench } from './odata-client.ts';

afterEach(async () => {
  vi.unstubAllGlobals();
  await closeOData();
});

const scripts = {
  Echo: ({ parameter }: { readonly parameter: string }) => ({ result: parameter }),
  Fail: () => ({ error: 101 }),
};

const started = (odata: ODataOptions = {}): Promise<ODataBench> => peopleBench({ odata }, { scripts });

const names = ({ server }: ODataBench): readonly (string | undefined)[] =>
  server.control.records({ table: 'People' }).map(({ values }) => values['name']);

/** Two of the three go to https whatever they are told. */
const overHttp: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const body = await request.arrayBuffer();
  return realFetch(request.url.replace(/^https:/, 'http:'), {
    method: request.method,
    headers: request.headers,
    ...(body.byteLength === 0 ? {} : { body }),
  });
};
const realFetch = globalThis.fetch;

// @proofkit/fmodata

const people = fmTableOccurrence('People', {
  PrimaryKey: textField().primaryKey(),
  name: textField(),
  'First Name': textField(),
  age: numberField(),
  changed: timestampField().readOnly(),
});

function proofkit({ server }: ODataBench, useEntityIds = false) {
  const connection = new FMServerConnection({
    serverUrl: server.url,
    auth: { username: 'sync', password: 'sync' },
    fetchClientOptions: { fetchHandler: overHttp },
  });
  return connection.database('Main.fmp12', { useEntityIds });
}

test('@proofkit/fmodata queries, counts and reads records by key and by row id', async () => {
  const bench = await started();
  const db = proofkit(bench);
  const adults = await db
    .from(people)
    .list()
    .where(and(gt(people.age, 0.4), contains(people['name'], 'o')))
    .execute();
  expect(adults).toMatchObject({ data: [{ PrimaryKey: 'b', age: 0.5, changed: '2026-01-01T00:00:00Z' }] });
  const sorted = await db.from(people).list().orderBy(desc(people.name)).top(2).execute();
  expect(sorted.data?.map(({ name }) => name)).toEqual(['cy', 'Bo']);
  expect(await db.from(people).list().where(isNull(people.age)).execute()).toMatchObject({
    data: [{ name: 'cy' }],
  });
  expect(await db.from(people).list().where(eq(people['First Name'], 'Ada L.')).execute()).toMatchObject({
    data: [{ name: 'Ada' }],
  });
  expect(await db.from(people).get("o'c").execute()).toMatchObject({ data: { name: 'cy' } });
  expect(await db.from(people).get({ ROWID: 2 }).execute()).toMatchObject({ data: { name: 'Bo' } });
  expect(await db.from(people).get('none').execute()).toMatchObject({ error: { code: '-1023' } });
  expect(await db.from(people).get('a').getSingleField(people.name).execute()).toMatchObject({ data: 'Ada' });
});

test('@proofkit/fmodata creates, updates and deletes, one record and many', async () => {
  const bench = await started();
  const db = proofkit(bench);
  expect(await db.from(people).insert({ name: 'Dé', age: 7 }).execute()).toMatchObject({
    data: { name: 'Dé', age: 7 },
  });
  const minimal = await db.from(people).insert({ name: 'x' }, { returnFullRecord: false }).execute();
  expect(minimal).toMatchObject({ data: { ROWID: 5 } });
  expect(await db.from(people).update({ name: 'Ada II' }).byId('a').execute()).toMatchObject({
    data: { updatedCount: 1 },
  });
  expect(
    await db.from(people).update({ name: 'Bo II' }, { returnFullRecord: true }).byId('b').execute(),
  ).toMatchObject({ data: { name: 'Bo II' } });
  expect(
    await db
      .from(people)
      .update({ age: 1 })
      .where((q) => q.where(contains(people.name, 'II')))
      .execute(),
  ).toMatchObject({ data: { updatedCount: 2 } });
  expect(
    await db
      .from(people)
      .delete()
      .where((q) => q.where(eq(people.age, 1)))
      .execute(),
  ).toMatchObject({ data: { deletedCount: 2 } });
  expect(names(bench)).toEqual(['cy', 'Dé', 'x']);
});

test('@proofkit/fmodata runs scripts, reads metadata and changes the schema', async () => {
  const bench = await started();
  const db = proofkit(bench);
  expect(await db.runScript('Echo', { scriptParam: 12345 })).toMatchObject({
    resultCode: 0,
    result: '12345',
  });
  expect(await db.runScript('Fail')).toMatchObject({ resultCode: 101 });
  expect(await db.listTableNames()).toEqual(['People']);
  expect(await db.getMetadata()).toMatchObject({ People_: { $Key: ['PrimaryKey'] } });
  expect(await db.getMetadata({ format: 'xml' })).toContain('<EntityType Name="People_">');
  const made = await db.schema.createTable('Company', [{ name: 'Key', type: 'string', primary: true }]);
  expect(made).toMatchObject({ tableName: 'Company' });
  await db.schema.deleteTable('Company');
});

test('@proofkit/fmodata names tables and fields by their ids', async () => {
  const bench = await started();
  const byId = fmTableOccurrence(
    'People',
    {
      PrimaryKey: textField().primaryKey().entityId('FMFID:4296032385'),
      name: textField().entityId('FMFID:8590999681'),
    },
    { entityId: 'FMTID:1065089' },
  );
  bench.server.control.renameField({ table: 'People', from: 'name', to: 'FullName' });
  const found = await proofkit(bench, true).from(byId).list().where(eq(byId.name, 'Bo')).execute();
  expect(found).toMatchObject({ data: [{ PrimaryKey: 'b', name: 'Bo' }] });
});

test('@proofkit/fmodata batches: each write is a change set of its own, though its documents promise all or nothing', async () => {
  const bench = await started();
  const db = proofkit(bench);
  bench.server.control.lock({ table: 'People', recordIds: [2] });
  const { results } = await db
    .batch([
      db.from(people).list().top(1),
      db.from(people).update({ name: 'one' }).byId('a'),
      db.from(people).update({ name: 'two' }).byId('b'),
      db.from(people).update({ name: 'three' }).byId("o'c"),
    ])
    .execute();
  expect(results.map(({ error }) => error?.name)).toEqual([
    undefined,
    undefined,
    'ODataError',
    'BatchTruncatedError',
  ]);
  // Were it one change set, the first would have been undone.
  expect(names(bench)).toEqual(['one', 'Bo', 'cy']);
});

test('@proofkit/fmodata counts the characters of a batched body where bytes count: one that is not ASCII is cut', async () => {
  const bench = await started();
  const db = proofkit(bench);
  const ascii = await db.batch([db.from(people).insert({ name: 'e' })]).execute();
  expect(ascii.results[0].error).toBeUndefined();
  const cut = await db.batch([db.from(people).insert({ name: 'é' })]).execute();
  expect(cut.results[0].error).toMatchObject({ code: '-1002' });
  expect(names(bench)).toEqual(['Ada', 'Bo', 'cy', 'e']);
});

// fm-odata-client

const soliant = ({ server }: ODataBench) =>
  new Connection(new URL(server.url).host, new BasicAuth('sync', 'sync'), { disableSsl: true }).database(
    'Main',
  );

test('fm-odata-client queries, creates and deletes', async () => {
  const bench = await started();
  const db = soliant(bench);
  expect(await db.listTables()).toMatchObject([{ name: 'People', kind: 'EntitySet' }]);
  const table = db.table('People');
  expect(
    await table.query({
      filter: "age gt 0.4 and contains(name,'o')",
      select: ['name', '"First Name"'],
      orderBy: { field: 'name', direction: 'desc' },
      top: 5,
    }),
  ).toMatchObject([{ name: 'Bo', 'First Name': null }]);
  expect(await table.fetchOne({ filter: "name eq 'cy'" })).toMatchObject({ PrimaryKey: "o'c" });
  expect(await table.fetchById('a')).toMatchObject({ name: 'Ada' });
  expect(await table.fetchById('none')).toBeNull();
  expect(await table.fetchFieldValue('a', 'age')).toBe(36);
  expect(await table.create({ name: 'Dé' })).toMatchObject({ name: 'Dé' });
  await table.delete('a');
  await table.deleteMany("name eq 'Bo'");
  expect(names(bench)).toEqual(['cy', 'Dé']);
});

test('fm-odata-client runs scripts and changes the schema', async () => {
  const bench = await started({ metadataSuffix: false });
  const db = soliant(bench);
  expect(await db.runScript('Echo', { a: 1 })).toEqual({ code: 0, resultParameter: '{"a":1}' });
  expect(await db.runScript('Fail')).toMatchObject({ code: 101 });
  const schema = db.schemaManager();
  await schema.createTable('Company', [{ name: 'Key', type: 'string', maxLength: 9, primary: true }]);
  await schema.addFields('Company', [{ name: 'Tags', type: 'string', repetitions: 3 }]);
  expect(await schema.createIndex('Company', 'Key')).toEqual({ indexName: 'Key' });
  expect(await db.getMetadata()).toMatchObject({ Company_: { Tags: { '@MaxRepetitions': 3 } } });
  await schema.deleteIndex('Company', 'Key');
  await schema.deleteField('Company', 'Tags');
  await schema.deleteTable('Company');
});

test('fm-odata-client expects a file without its suffix in the metadata, and finds none where the server names it', async () => {
  const db = soliant(await started());
  await expect(db.getMetadata()).rejects.toThrow('Response did not include any table information');
});

test('fm-odata-client expects the record as the answer to an update, as older servers gave it', async () => {
  const bench = await started();
  await expect(soliant(bench).table('People').update('a', { name: 'x' })).rejects.toThrow(
    'Response included no content',
  );
  expect(names(bench)[0]).toBe('x');
  const older = await started({ updatesAnswer: true });
  expect(await soliant(older).table('People').update('a', { name: 'x' })).toMatchObject({ name: 'x' });
});

test('fm-odata-client asks for a count as JSON, which FileMaker Server 22 answers with 406', async () => {
  await expect(
    soliant(await started())
      .table('People')
      .count(),
  ).rejects.toMatchObject({ statusCode: 406 });
  const other = soliant(await started({ countNeedsAnyAccept: false }));
  expect(await other.table('People').count("name eq 'Bo'")).toBe(1);
});

test('fm-odata-client does not double the quote of a key', async () => {
  const error: unknown = await soliant(await started())
    .table('People')
    .fetchById("o'c")
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FetchError);
  expect(error).toMatchObject({ errorCode: '-1002' });
});

test('fm-odata-client fails at each batch in which a write succeeds, after the server has done it', async () => {
  const bench = await started();
  vi.stubGlobal('fetch', overHttp);
  const done = soliant(bench).batch((db) => {
    db.table('People').update('a', { name: 'Adé' });
    return [];
  });
  await expect(done).rejects.toThrow('Invalid response status code 204');
  expect(names(bench)[0]).toBe('Adé');
});

// fms-odata-js

const fsans = ({ server }: ODataBench, fetch = globalThis.fetch) =>
  new FMSOData({ host: server.url, database: 'Main', token: basicAuth('sync', 'sync'), fetch });

test('fms-odata-js queries, creates, updates and deletes', async () => {
  const bench = await started();
  const db = fsans(bench);
  const found = await db
    .from('People')
    .filter((f) => f.and(f.gt('age', 0.4), f.contains('name', 'o')))
    .select('name', 'age')
    .orderby('name', 'desc')
    .top(5)
    .count()
    .get();
  expect(found).toMatchObject({ value: [{ name: 'Bo', age: 0.5 }], count: 1 });
  expect(await db.from('People').byKey("o'c").get()).toMatchObject({ name: 'cy' });
  expect(await db.from('People').create({ name: 'Dé' })).toMatchObject({ name: 'Dé' });
  await db.from('People').byKey('a').patch({ name: 'Ada II' });
  await db.from('People').byKey('b').delete();
  expect(names(bench)).toEqual(['Ada II', 'cy', 'Dé']);
});

test('fms-odata-js runs scripts, reads metadata and changes the schema', async () => {
  const bench = await started();
  const db = fsans(bench);
  expect(await db.script('Echo', { parameter: 'hello' })).toMatchObject({
    scriptResult: 'hello',
    scriptError: '0',
  });
  await expect(db.script('Fail')).rejects.toMatchObject({ scriptError: '101' });
  const metadata = await db.metadata();
  expect(metadata.entityTypes).toMatchObject([{ name: 'People_', keys: ['PrimaryKey'] }]);
  expect(metadata.serverVersion).toMatchObject({ major: 22 });
  await db.schema().createTable({ tableName: 'Company', fields: [{ name: 'Key', type: 'varchar(9)' }] });
  await db.schema().deleteTable('Company', { confirm: true });
});

test('fms-odata-js sees neither a count nor a next page where the server writes @count and @nextLink', async () => {
  const bench = await started({ heedsVersion: false, pageRows: 2 });
  const short = await fsans(bench).from('People').count().get();
  expect(short.value).toHaveLength(2);
  expect([short.count, short.nextLink]).toEqual([undefined, undefined]);
  const heeded = await fsans(await started({ pageRows: 2 }))
    .from('People')
    .count()
    .get();
  expect([heeded.count, heeded.nextLink]).toEqual([3, expect.stringContaining('$skiptoken=s2t0')]);
});

test('fms-odata-js batches: change sets work, but a read or a delete without its blank line is dropped', async () => {
  const bench = await started();
  const batch = new Batch(fsans(bench));
  batch.changeset((set) => {
    set.create('People', { name: 'é' });
    set.patch('People', 'a', { name: 'Ada II' });
    set.delete('People', 'b');
  });
  batch.add({ entitySet: 'People', op: 'list' });
  const { responses } = await batch.send();
  expect(responses.map(({ status }) => status)).toEqual([204, 204]);
  expect(names(bench)).toEqual(['Ada II', 'Bo', 'cy', 'é']);
});
