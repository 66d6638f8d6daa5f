/** OData: what versions do differently, what nobody has recorded, and what a server does to a client. */
import { afterEach, expect, test } from 'vitest';
import { readDescription } from '../../src/simulator/description-schema.ts';
import type { FieldDescription } from '../../src/simulator/description.ts';
import {
  basic,
  closeOData,
  odataBench,
  odataStart,
  peopleBench,
  send,
  type ODataBench,
  type ODataReply,
} from './odata-client.ts';

afterEach(closeOData);

const bare = { accept: 'application/json;odata.metadata=none' };

test.each([
  [{}, {}, '@context'],
  [{}, { 'odata-version': '4.0' }, '@odata.context'],
  [{}, { 'odata-maxversion': '4.0' }, '@odata.context'],
  [{ version: '20' }, {}, '@odata.context'],
  [{ odata: { annotations: '4.0' } }, {}, '@odata.context'],
  [{ odata: { annotations: '4.0' } }, { 'odata-version': '4.01' }, '@context'],
  [{ odata: { heedsVersion: false } }, { 'odata-version': '4.0' }, '@context'],
] as const)('with %j and the headers %j the annotation is %s', async (options, headers, name) => {
  const { call } = await peopleBench(options);
  const { json } = await call('GET', '/People?$top=1&$count=true', { headers });
  expect(Object.keys(json)).toEqual([name, name.replace('context', 'count'), 'value']);
  expect(Object.keys((await call('GET', "/People('a')", { headers })).json).slice(0, 3)).toEqual(
    ['context', 'id', 'editLink'].map((one) => name.replace('context', one)),
  );
});

test('entity ids are there from version 21 on', async () => {
  const { call } = await peopleBench({ version: '20' });
  expect(await call('GET', '/FMTID:1065089')).toMatchObject({ code: '-1020' });
  expect(await call('GET', '/People?$select=FMFID:8590999681')).toMatchObject({ code: '8309' });
  const { json } = await call('GET', '/People?$top=1', { headers: { prefer: 'fmodata.entity-ids' } });
  expect(JSON.stringify(json)).not.toContain('FMFID');
});

test('a count is text, and 406 in version 22 unless anything is accepted', async () => {
  const { call } = await peopleBench();
  expect((await call('GET', '/People/$count', { headers: { accept: '*/*' } })).text).toBe('3');
  const filtered = await call('GET', '/People/$count?$filter=age%20eq%20null', {
    headers: { accept: '*/*' },
  });
  expect(filtered).toMatchObject({ text: '1', headers: { 'content-type': 'text/plain;charset=utf-8' } });
  for (const headers of [{}, { accept: 'application/json' }, { accept: 'text/plain' }]) {
    const refused = await call('GET', '/People/$count', { headers });
    expect(refused.status).toBe(406);
    expect(refused.text).toContain('Unexpected internal OData Provider error');
  }
  const newer = await peopleBench({ version: '26' });
  expect((await newer.call('GET', '/People/$count')).text).toBe('3');
});

const key = (name: string, type: 'text' | 'number'): FieldDescription => ({
  name,
  type,
  validation: { notEmpty: true, unique: true },
});

test('a key is made of all fields that are unique and not empty, in their order', async () => {
  const fields = [key('n', 'number'), { name: 'x', type: 'text' } as const, key('u', 'text')];
  const rows = [
    { n: 1, u: 'a', x: 'one' },
    { n: 2, u: 'b', x: 'two' },
  ];
  const { call, server } = await odataBench([{ name: 'T', fields, rows }]);
  const url = `${server.url}/fmi/odata/v4/Main/T(2,'b')`;
  expect((await call('GET', "/T(2,'b')")).json).toMatchObject({ '@id': url, x: 'two' });
  expect((await call('GET', '/T(2)')).json).toMatchObject({ x: 'two' });
  expect((await call('GET', "/T(u='a')")).json).toMatchObject({ x: 'one' });
  expect(await call('GET', "/T(2,'a')")).toMatchObject({ code: '-1023' });
  expect(await call('GET', "/T('b')")).toMatchObject({ code: '8309' });
  expect((await call('GET', '/$metadata')).text).toContain(
    '<Key><PropertyRef Name="n"/><PropertyRef Name="u"/></Key>',
  );
});

test('without such a field the key is the record id', async () => {
  const { call, server } = await odataBench([
    { name: 'T', fields: [{ name: 'x', type: 'text' }], rows: [{ x: 'one' }] },
  ]);
  expect((await call('GET', '/T')).json).toMatchObject({
    value: [{ '@id': `${server.url}/fmi/odata/v4/Main/T(1)`, x: 'one' }],
  });
  expect(await call('GET', "/T('1')")).toMatchObject({ status: 400, code: '8309' });
  expect(await call('PATCH', '/T(9)', { body: { x: 'y' } })).toMatchObject({ status: 404, code: '-1023' });
});

test('timestamps say Z and are the wall clock of the host', async () => {
  const { call } = await peopleBench({ timeZone: 'America/Chicago' });
  const body = { name: 'x', seen: '2026-07-01T12:00:00Z' };
  expect((await call('POST', '/People', { body })).json).toMatchObject({
    changed: '2026-11-23T06:00:00Z',
    seen: '2026-07-01T12:00:00Z',
  });
  const offset = await call('POST', '/People', { body: { seen: '2026-07-01T12:00:00.123+02:00' } });
  expect(offset.json).toMatchObject({ seen: '2026-07-01T10:00:00Z' });
  const converting = await peopleBench({
    timeZone: 'America/Chicago',
    odata: { convertsWrittenZones: true },
  });
  expect((await converting.call('POST', '/People', { body })).json).toMatchObject({
    seen: '2026-07-01T07:00:00Z',
  });
});

test('numbers are text where the client asks for it', async () => {
  const { rows, call } = await peopleBench();
  const headers = { accept: 'application/json;odata.metadata=none;IEEE754Compatible=true' };
  expect(await rows('/People?$select=age,ROWID&$top=1', headers)).toEqual([{ age: '36', ROWID: '1' }]);
  expect((await call('GET', '/People?$count=true&$top=0', { headers })).json).toEqual({
    '@count': '3',
    value: [],
  });
});

test('on demand the JSON is as faulty as that of real servers', async () => {
  const fields: FieldDescription[] = [
    { name: 'n', type: 'number' },
    { name: 'm', type: 'number' },
    { name: 't', type: 'text' },
  ];
  const table = { name: 'T', fields, rows: [{ n: 'none', m: '-0.06', t: 'a\n"b"\tc' }] };
  const jsonFaults = { questionMarks: true, bareFractions: true, rawControls: true };
  const faulty = await odataBench([table], { odata: { jsonFaults } });
  expect((await faulty.call('GET', '/T', { headers: bare })).text).toBe(
    '{"value":[{"n":?,"m":-.06,"t":"a\r\\"b\\"\tc"}]}',
  );
  const sound = await odataBench([table]);
  expect(await sound.rows('/T', bare)).toEqual([{ n: null, m: -0.06, t: 'a\r"b"\tc' }]);
});

test('whether capitals count, whether ROWID filters and whether underscores need quotes are switches', async () => {
  const lax = await peopleBench({ odata: { caseSensitive: false } });
  expect(await lax.rows("/People?$filter=name%20eq%20'ADA'", bare)).toHaveLength(1);
  expect(await lax.rows("/People?$filter=contains(name,'O')", bare)).toHaveLength(1);
  expect((await lax.call('GET', "/People('A')")).json).toMatchObject({ name: 'Ada' });
  const strict = await peopleBench({ odata: { filterRowIds: false, quoteUnderscores: true } });
  expect(await strict.call('GET', '/People?$filter=ROWID%20gt%201')).toMatchObject({ code: '8309' });
  expect(await strict.call('GET', '/People?$orderby=ROWID')).toMatchObject({ code: '8309' });
  expect(await strict.call('GET', '/People?$select=no_field')).toMatchObject({ code: '-1002' });
  expect(await strict.call('GET', '/People?$select=%22no_field%22')).toMatchObject({ code: '8309' });
});

test('whether ROWID addresses a record, and whether changes are done that are answered as done, are switches', async () => {
  const strict = await peopleBench({ odata: { rowIdAddresses: false } });
  expect(await strict.call('GET', '/People(ROWID=1)')).toMatchObject({ status: 400, code: '-1002' });
  expect(await strict.call('GET', "/People('a')")).toMatchObject({ status: 200 });
  const idle = await peopleBench({ odata: { ignoresChanges: true } });
  for (const reply of [
    await idle.call('PATCH', "/People('a')", { body: { name: 'x' } }),
    await idle.call('DELETE', "/People('a')"),
  ])
    expect([reply.status, reply.headers['fmodata.affected_rows']]).toEqual([204, '0']);
  expect((await idle.call('GET', "/People('a')")).json).toMatchObject({ name: 'Ada' });
});

test('whether a hidden record is refused with its code is a switch; it is left out of lists', async () => {
  const { call, rows, server } = await peopleBench({ odata: { refusesHidden: true } });
  server.control.hide({ table: 'People', account: 'sync', recordIds: [1], code: '200' });
  expect(await call('GET', "/People('a')")).toMatchObject({ status: 400, code: '200' });
  expect(await rows('/People')).toHaveLength(2);
  expect(await call('GET', "/People('zz')")).toMatchObject({ status: 404, code: '-1023' });
});

test('OData may be off, and the bare root open to anybody', async () => {
  const off = await peopleBench({ odata: { enabled: false } });
  expect(await off.call('GET', '/People')).toMatchObject({ status: 404 });
  const anybody = { headers: { authorization: basic('no:body') } };
  const shut = await peopleBench();
  expect(await send(shut.server, 'GET', '/fmi/odata/v4', anybody)).toMatchObject({ status: 401 });
  const open = await peopleBench({ odata: { openRoot: true } });
  expect(await send(open.server, 'GET', '/fmi/odata/v4', anybody)).toMatchObject({ status: 200 });
  expect(await open.call('GET', '', anybody)).toMatchObject({ status: 401 });
});

test('a field that prohibits modification takes values unless the switch says no', async () => {
  const fields: FieldDescription[] = [{ name: 'x', type: 'text', prohibitModification: true }];
  const open = await odataBench([{ name: 'T', fields }]);
  expect(await open.call('POST', '/T', { body: { x: '1' } })).toMatchObject({ status: 201 });
  const closed = await odataBench([{ name: 'T', fields }], { odata: { prohibitsModification: true } });
  expect(await closed.call('POST', '/T', { body: { x: '1' } })).toMatchObject({ status: 400, code: '201' });
});

test('the status of refusals, and whether a filtered write is one, are switches', async () => {
  const { call, server } = await peopleBench({ odata: { refusalStatus: 423, filteredWritesAreOne: false } });
  server.control.lock({ table: 'People', recordIds: [2] });
  expect(await call('PATCH', '/People', { body: { age: 1 } })).toMatchObject({ status: 423, code: '301' });
  expect(server.control.records({ table: 'People' }).map(({ modId }) => modId)).toEqual([1, 0, 0]);
});

test('repetitions are written in brackets and read in brackets or behind a slash', async () => {
  const { call } = await odataBench([
    { name: 'T', fields: [{ name: 'Tag', type: 'text', repetitions: 3 }], rows: [{ Tag: 'one' }] },
  ]);
  await call('PATCH', '/T(1)', { body: { 'Tag[3]': 'three' } });
  expect((await call('GET', '/T(1)/Tag[3]')).json).toMatchObject({ value: 'three' });
  expect((await call('GET', '/T(1)/Tag/3')).json).toMatchObject({ value: 'three' });
  expect(await call('PATCH', '/T(1)', { body: { 'Tag[4]': 'x' } })).toMatchObject({ code: '8309' });
});

/** How long the server took, on its own clock. */
async function timedCall({ clock }: Pick<ODataBench, 'clock'>, ask: () => Promise<ODataReply>) {
  const began = clock.now();
  const asked = ask();
  const answered = new Set<ODataReply>();
  void asked.then((reply) => answered.add(reply));
  while (answered.size === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.sleeping > 0) clock.advance(clock.untilNext ?? 0);
  }
  return { status: (await asked).status, ms: clock.now() - began };
}

test('what costs the server much to show is slow, and too slow is 504', async () => {
  const fields: FieldDescription[] = [
    { name: 'x', type: 'text' },
    { name: 'slow', type: 'text', kind: 'calculation', calculation: { join: ['x'] }, showMs: 100 },
  ];
  const rows = Array.from({ length: 20 }, () => ({ x: 'y' }));
  const { call, server, clock } = await odataBench([{ name: 'T', fields, rows }], {
    gatewayTimeoutMs: 1_500,
  });
  const timed = (path: string) => timedCall({ clock }, () => call('GET', path));
  expect(await timed('/T?$select=x')).toEqual({ status: 200, ms: 0 });
  expect(await timed('/T?$top=15')).toEqual({ status: 200, ms: 1_500 });
  expect(await timed('/T')).toEqual({ status: 504, ms: 1_500 });
  expect(await timed('/T(1)')).toEqual({ status: 200, ms: 100 });
  expect(server.control.stats().answers).toMatchObject({ html: 1 });
});

test('a batch takes its own time and that of its operations, or what an operation in a batch is said to take', async () => {
  const parts = ['a', 'b'].map(
    (one) =>
      `--b\r\nContent-Type: application/http\r\n\r\nDELETE /fmi/odata/v4/Main/People('${one}') HTTP/1.1\r\n\r\n\r\n`,
  );
  const sent = {
    raw: `${parts.join('')}--b--`,
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
  };
  const latencyMs = { batch: 10, delete: 100 };
  const plain = await peopleBench({ latencyMs, roundTripMs: 60 });
  expect(await timedCall(plain, () => plain.call('POST', '/$batch', sent))).toEqual({ status: 200, ms: 270 });
  const quick = await peopleBench({ latencyMs, odata: { batch: { operationMs: 4 } } });
  expect(await timedCall(quick, () => quick.call('POST', '/$batch', sent))).toEqual({ status: 200, ms: 18 });
});

test('troubles, latencies, counters and the licence are those of the Data API', async () => {
  const { call, server } = await peopleBench();
  const { control } = server;
  const trouble = (effect: Parameters<typeof control.addTrouble>[0]) =>
    control.addTrouble({ ...effect, next: 1 });
  trouble({ effect: { kind: 'error', code: '301' }, on: ['update'] });
  expect(await call('PATCH', "/People('a')", { body: { name: 'x' } })).toMatchObject({ code: '301' });
  trouble({ effect: { kind: 'html', status: 502 }, on: ['find'] });
  expect((await call('GET', '/People?$filter=ROWID%20eq%201')).text).toContain('502 Bad Gateway');
  trouble({ effect: { kind: 'truncate' }, on: ['list'] });
  expect((await call('GET', '/People')).json).toEqual({});
  trouble({ effect: { kind: 'resetAfter' }, on: ['create'] });
  await expect(call('POST', '/People', { body: { name: 'new' } })).rejects.toThrow(/ECONNRESET|closed/);
  expect(control.count({ table: 'People' })).toBe(4);
  trouble({ effect: { kind: 'repeat' }, on: ['create'] });
  await call('POST', '/People', { body: { name: 'twice' } });
  expect(control.count({ table: 'People' })).toBe(6);
  expect(control.stats()).toMatchObject({
    requests: { update: 1, find: 1, list: 1, create: 2 },
    openSessions: 0,
    writes: 3,
  });
  const { bytesSent } = control.stats();
  const { text } = await call('GET', "/People('a')");
  expect(control.stats().bytesSent - bytesSent).toBe(Buffer.byteLength(text));
  control.allowData(0);
  expect(await call('GET', "/People('a')")).toMatchObject({ status: 500, code: '953' });
});

test('a stale read shows records as they were', async () => {
  const { call, rows, server, clock } = await peopleBench();
  server.control.addTrouble({ effect: { kind: 'staleRead', upToMs: 60_000 } });
  await call('DELETE', "/People('a')");
  clock.advance(1);
  expect(clock.now()).toBe(odataStart + 1);
  expect(await rows('/People')).toHaveLength(3);
  clock.advance(60_000);
  expect(await rows('/People')).toHaveLength(2);
});

test('a table occurrence may be renamed; its id stays', async () => {
  const { call, server } = await peopleBench();
  server.control.renameOccurrence({ from: 'People', to: 'Persons' });
  expect(await call('GET', '/People')).toMatchObject({ code: '-1020' });
  expect((await call('GET', '/FMTID:1065089?$top=1')).json['@context']).toMatch(/#Persons$/);
});

test('a description in a file may say all of it, and a mistake is named', () => {
  const described = {
    accounts: [{ name: 'sync', password: 'sync', canUseOData: true }],
    databases: [{ name: 'Main', tables: [], layouts: [], occurrences: [{ name: 'Staff', table: 'People' }] }],
    gatewayTimeoutMs: 30_000,
    odata: { annotations: '4.0', upsert: { inBatch: false }, jsonFaults: { questionMarks: true } },
  };
  expect(readDescription(described)).toEqual(described);
  expect(() => readDescription({ ...described, odata: { upserts: true } })).toThrow('upserts');
});
