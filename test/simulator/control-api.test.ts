import { afterEach, expect, test } from 'vitest';
import { bench, closeAll, text, type Bench } from './client.ts';

afterEach(closeAll);

function controls({ server }: Bench) {
  return async (method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> => {
    const reply = await fetch(`${server.url}/simulator/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: reply.status, json: await reply.json() };
  };
}

test('user edits, records and state are at hand over HTTP', async () => {
  const made = await bench([text('name')]);
  const control = controls(made);
  await control('POST', 'records/create', { table: 'Things', values: { name: 'a' } });
  await control('POST', 'records/create', { table: 'Things', values: { name: 'b' } });
  await control('POST', 'records/update', { table: 'Things', recordId: 1, values: { name: 'c' } });
  await control('POST', 'records/delete', { table: 'Things', recordId: 2 });
  expect((await control('GET', 'records?table=Things')).json).toEqual([
    { recordId: 1, modId: 1, values: { name: 'c' } },
  ]);
  expect((await control('GET', 'state')).json).toMatchObject({
    openSessions: 1,
    requests: { login: 1 },
    troubles: [],
  });
});

test('troubles are armed and disarmed over HTTP', async () => {
  const made = await bench([text('name')]);
  const control = controls(made);
  const { json } = await control('POST', 'troubles', { effect: { kind: 'error', code: '301' }, next: 5 });
  expect(json).toEqual({ id: 1 });
  expect((await made.call('GET', '/records')).code).toBe('301');
  await control('DELETE', 'troubles?id=1');
  expect((await made.call('GET', '/records')).code).toBe('0');
});

test('clock, capacity, sessions, locks, layouts and counters are at hand over HTTP', async () => {
  const made = await bench([text('name')], [{ name: 'a' }]);
  const control = controls(made);
  const before = made.clock.now();
  await control('POST', 'clock', { offsetMs: 5000, advanceMs: 1000 });
  expect(made.clock.now()).toBe(before + 1000);
  await control('POST', 'records/lock', { table: 'Things', recordIds: [1] });
  expect((await made.call('DELETE', '/records/1')).code).toBe('301');
  await control('POST', 'layouts/remove', { name: 'Things' });
  expect((await made.call('GET', '/records')).code).toBe('105');
  await control('POST', 'counters/reset', {});
  expect((await control('GET', 'writes')).json).toEqual([]);
  await control('POST', 'capacity', { sessions: 1 });
  expect((await made.client.tryLogin()).code).toBe('812');
  await control('POST', 'sessions/end', {});
  expect((await made.call('GET', '/records')).code).toBe('952');
});

test.each([
  ['POST', 'records/create', { table: 'Nope', values: {} }, 400, /106/],
  ['POST', 'records/create', { values: {} }, 400, /table/],
  ['POST', 'troubles', { effect: { kind: 'flood' } }, 400, /effect/],
  ['POST', 'restore', { name: 'none' }, 400, /no backup "none"/],
  ['GET', 'nothing', undefined, 404, /no call GET nothing; calls: GET state/],
])('%s %s with %j is refused and says why', async (method, path, body, status, message) => {
  const made = await bench([text('name')]);
  const reply = await controls(made)(method, path, body);
  expect(reply).toEqual({ status, json: { error: expect.stringMatching(message) } });
});

test('control calls are no requests of a client', async () => {
  const made = await bench([text('name')]);
  made.server.control.resetCounters();
  made.server.control.addTrouble({ effect: { kind: 'resetBefore' } });
  await controls(made)('GET', 'state');
  expect(made.server.control.stats().answers).toEqual({});
});

test('what is sent is counted before compression, and beyond what is allowed everything with a token is 953', async () => {
  const made = await bench([text('name')], [{ name: 'a'.repeat(3000) }]);
  const control = controls(made);
  await control('POST', 'counters/reset', {});
  const { text: answer } = await made.call('GET', '/records');
  expect((await control('GET', 'state')).json).toMatchObject({ bytesSent: answer.length });
  await control('POST', 'data', { bytes: 2 * answer.length });
  expect((await made.call('GET', '/records')).code).toBe('0');
  expect((await made.call('GET', '/records')).code).toBe('0');
  expect(await made.call('GET', '/records')).toMatchObject({ status: 500, code: '953' });
  expect((await made.client.tryLogin()).code).toBe('0');
  await control('POST', 'data', {});
  expect((await made.call('GET', '/records')).code).toBe('0');
});
