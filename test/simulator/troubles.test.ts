import { afterEach, expect, test } from 'vitest';
import { bench, closeAll, recordsOf, text } from './client.ts';

afterEach(closeAll);

const create = { fieldData: { name: 'new' } };

test.each([
  ['resetBefore', 0],
  ['resetAfter', 1],
] as const)('%s loses the answer and leaves %i record', async (kind, records) => {
  const { call, server } = await bench([text('name')]);
  server.control.addTrouble({ effect: { kind }, on: ['create'], next: 1 });
  await expect(call('POST', '/records', create)).rejects.toThrow('fetch failed');
  expect(server.control.count({ table: 'Things' })).toBe(records);
  expect((await call('POST', '/records', create)).code).toBe('0');
});

test.each([
  [502, false, 0],
  [503, false, 0],
  [401, false, 0],
  [502, true, 1],
])('an HTML %i (after the commit: %s) leaves %i record', async (status, after, records) => {
  const { call, server } = await bench([text('name')]);
  server.control.addTrouble({ effect: { kind: 'html', status, after }, next: 1 });
  const reply = await call('POST', '/records', create);
  expect(reply).toMatchObject({ status, code: undefined });
  expect(reply.headers.get('content-type')).toBe('text/html');
  expect(server.control.count({ table: 'Things' })).toBe(records);
});

test('JSON that breaks off is no JSON, and the commit stands', async () => {
  const { call, server } = await bench([text('name')]);
  server.control.addTrouble({ effect: { kind: 'truncate' }, next: 1 });
  const reply = await call('POST', '/records', create);
  expect(reply).toMatchObject({ status: 200, code: undefined });
  expect(server.control.count({ table: 'Things' })).toBe(1);
});

test.each(['301', '504', '812', '953', '509'])(
  'an injected %s is answered and nothing is done',
  async (code) => {
    const { call, server } = await bench([text('name')]);
    server.control.addTrouble({ effect: { kind: 'error', code }, on: ['create'], next: 1 });
    expect((await call('POST', '/records', create)).code).toBe(code);
    expect(server.control.count({ table: 'Things' })).toBe(0);
  },
);

test('a lost session is 952 for this request and for all later ones of its token', async () => {
  const { call, server } = await bench([text('name')]);
  server.control.addTrouble({ effect: { kind: 'loseSession' }, next: 1 });
  expect(await call('GET', '/records')).toMatchObject({ status: 401, code: '952' });
  expect((await call('GET', '/records')).code).toBe('952');
  expect(server.control.stats().openSessions).toBe(0);
});

test('a repeated create makes two records', async () => {
  const { call, server } = await bench([text('name')]);
  server.control.addTrouble({ effect: { kind: 'repeat' }, on: ['create'], next: 1 });
  expect((await call('POST', '/records', create)).response).toMatchObject({ recordId: '2' });
  expect(server.control.count({ table: 'Things' })).toBe(2);
});

test.each([
  [false, 0],
  [true, 1],
])('during a delay (after the commit: %s) %i record can be seen', async (after, records) => {
  const { call, server, clock } = await bench([text('name')]);
  server.control.addTrouble({ effect: { kind: 'delay', ms: 5000, after }, on: ['create'] });
  const made = call('POST', '/records', create);
  while (server.control.stats().requests.create < 1) await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(server.control.count({ table: 'Things' })).toBe(records);
  clock.advance(5000);
  expect((await made).code).toBe('0');
});

test('a stale find shows the records as they were, and never older than its limit', async () => {
  const { call, server, clock } = await bench([text('name')], [{ name: 'old' }]);
  server.control.addTrouble({ effect: { kind: 'staleRead', upToMs: 60_000 } });
  clock.advance(600_000);
  await call('PATCH', '/records/1', { fieldData: { name: 'new' } });
  clock.advance(1);
  const seen = new Set<unknown>();
  for (let read = 0; read < 20; read += 1) {
    const [record] = recordsOf(await call('POST', '/_find', { query: [{ name: '*' }] }));
    seen.add(record?.fieldData['name']);
  }
  expect(seen).toEqual(new Set(['old']));
  clock.advance(60_000);
  const [record] = recordsOf(await call('GET', '/records'));
  expect(record?.fieldData['name']).toBe('new');
});

/** The codes of 40 reads of which half are refused. */
async function luck(seed: number): Promise<readonly unknown[]> {
  const { call, server } = await bench([text('name')], [{ name: 'a' }], { seed });
  server.control.addTrouble({ effect: { kind: 'error', code: '301' }, probability: 0.5 });
  const codes: unknown[] = [];
  for (let read = 0; read < 40; read += 1) codes.push((await call('GET', '/records')).code);
  return codes;
}

test('a trouble strikes by its probability, the same for the same seed', async () => {
  const [first, second] = [await luck(7), await luck(7)];
  expect(first).toEqual(second);
  expect(new Set(first)).toEqual(new Set(['0', '301']));
});

test('troubles strike only the kinds they name, and end when taken away', async () => {
  const { call, server } = await bench([text('name')]);
  const id = server.control.addTrouble({ effect: { kind: 'error', code: '301' }, on: ['delete'] });
  expect((await call('POST', '/records', create)).code).toBe('0');
  expect((await call('DELETE', '/records/1')).code).toBe('301');
  expect(server.control.troubles()).toMatchObject([{ id, struck: 1 }]);
  server.control.removeTrouble(id);
  expect((await call('DELETE', '/records/1')).code).toBe('0');
});

test('the counters tell requests by kind, answers by code, and edits that named no modId', async () => {
  const { call, server } = await bench([text('name')], [{ name: 'a' }]);
  await call('PATCH', '/records/1', { fieldData: { name: 'b' } });
  await call('PATCH', '/records/1', { fieldData: { name: 'c' }, modId: '1' });
  await call('PATCH', '/records/1', { fieldData: { name: 'c' }, modId: '1' });
  expect(server.control.stats()).toMatchObject({
    requests: { login: 1, update: 3, create: 0 },
    answers: { 0: 3, 306: 1 },
    writes: 2,
    updatesWithoutModId: 1,
  });
  expect(server.control.writes().map((write) => write.modId)).toEqual([undefined, '1']);
  server.control.resetCounters();
  expect(server.control.stats()).toMatchObject({ requests: { update: 0 }, writes: 0, maxOpenSessions: 1 });
});
