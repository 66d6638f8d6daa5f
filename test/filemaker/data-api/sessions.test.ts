import { expect, test } from 'vitest';
import { ServerError } from '../../../src/ports/server-errors.ts';
import { type MemorySessionSlots, memorySessionSlots } from '../../support/memory/session-slots.ts';
import { keptToken } from '../../../src/filemaker/data-api/session.ts';
import { anyTime, connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions } from '../http/scripted-server.ts';
import { place, simulate } from '../../contracts/server/simulated.ts';

const all = { offset: 0, limit: 10 };
const archive = { ...contacts, database: 'Archive' };

test('no more sessions than configured are ever open, and no token ever carries two requests at once', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 3 });
  const table = connected.server.table(contacts);
  const keys = Array.from({ length: 60 }, (_, at) => `k${at}`);
  await Promise.all(keys.map((key) => table.create(key, { name: key }, anyTime, never)));
  const { maxOpenSessions, overlappingRequests, requests } = simulator.control.stats();
  expect({ maxOpenSessions, overlappingRequests, created: requests.create }).toEqual({
    maxOpenSessions: 3,
    overlappingRequests: 0,
    created: 60,
  });
});

test('requests one after another open one session', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 3 });
  const table = connected.server.table(contacts);
  for (const key of ['a', 'b', 'c']) await table.create(key, {}, anyTime, never);
  expect(simulator.control.stats().requests.login).toBe(1);
});

test('sessions stand before the writes that are said to come, no more than those are and no more than configured', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 4 });
  const table = connected.server.table(contacts);
  for (let asked = 0; asked < 4; asked++) await table.list(all, never);
  expect(connected.slots.held).toHaveLength(1);
  table.expect?.(2);
  await expect.poll(() => connected.slots.held).toEqual(['opened', 'opened']);
  table.expect?.(500);
  await expect.poll(() => connected.slots.held).toEqual(['opened', 'opened', 'opened', 'opened']);
  expect(simulator.control.stats()).toMatchObject({ openSessions: 4, requests: { login: 4, create: 0 } });
});

test('a login for what is said to come that the server refuses is not tried again', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 4 });
  const table = connected.server.table(contacts);
  simulator.control.addTrouble({ effect: { kind: 'error', code: '802' }, on: ['login'], next: 50 });
  table.expect?.(500);
  for (let asked = 0; asked < 20; asked++) await connected.server.probe(never);
  expect(simulator.control.stats().requests.login).toBe(1);
  await expect(table.list(all, never)).rejects.toMatchObject({ fileMakerCode: '802' });
  expect(simulator.control.stats().requests.login).toBe(2);
});

test('sessions that nobody needed for some minutes are logged out, all but the last one', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 4 });
  const table = connected.server.table(contacts);
  const atOnce = (): Promise<unknown> =>
    Promise.all(Array.from({ length: 40 }, () => table.list(all, never)));
  await atOnce();
  expect(connected.slots.held).toHaveLength(4);
  await connected.clock.sleep(60_000, never);
  await table.list(all, never);
  expect(simulator.control.stats().requests.logout).toBe(0);
  await connected.clock.sleep(150_000, never);
  await table.list(all, never);
  await expect.poll(() => connected.slots.held).toEqual(['opened']);
  expect(simulator.control.stats()).toMatchObject({ openSessions: 1, requests: { logout: 3 } });
  await atOnce();
  expect(simulator.control.stats()).toMatchObject({ openSessions: 4, maxOpenSessions: 4 });
});

test('close waits for a logout of a session that was idle', async () => {
  await using simulator = await simulate();
  const connected = connect(simulator.url, { sessions: 2 });
  const table = connected.server.table(contacts);
  await Promise.all(Array.from({ length: 10 }, () => table.list(all, never)));
  await connected.clock.sleep(300_000, never);
  await table.list(all, never);
  await connected.server.close();
  expect([simulator.control.stats().openSessions, connected.slots.held]).toEqual([0, []]);
  expect(simulator.control.stats().requests.logout).toBe(2);
});

test('a session that ended is replaced and its create is done once', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url);
  const table = connected.server.table(contacts);
  await table.create('first', {}, anyTime, never);
  simulator.control.endSessions();
  expect(await table.create('second', {}, anyTime, never)).toMatchObject({ kind: 'written' });
  const { requests } = simulator.control.stats();
  expect(simulator.control.records(place).map(({ values }) => values['PK'])).toEqual(['first', 'second']);
  expect([requests.login, connected.slots.held]).toEqual([2, ['opened']]);
});

test('when all sessions end at once, every request is done once', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 3 });
  const table = connected.server.table(contacts);
  const write = (prefix: string): Promise<unknown> =>
    Promise.all(Array.from({ length: 12 }, (_, at) => table.create(`${prefix}${at}`, {}, anyTime, never)));
  await write('a');
  simulator.control.endSessions();
  await write('b');
  const { openSessions, maxOpenSessions } = simulator.control.stats();
  expect(simulator.control.count(place)).toBe(24);
  expect([maxOpenSessions, connected.slots.held.length]).toEqual([3, openSessions]);
});

test('a token that a new login gives and the server refuses ends the request after one more try', async () => {
  await using fake = await startScripted(withSessions(() => envelope('952')));
  await using connected = connect(fake.url);
  const listing = connected.server.table(contacts).list(all, never);
  await expect(listing).rejects.toMatchObject({ code: 'request-refused', fileMakerCode: '952' });
  expect(fake.requests.filter(({ path }) => path.endsWith('/sessions'))).toHaveLength(2);
  expect(connected.slots.held).toEqual([]);
});

test('a wrong password is tried once, and every later request fails alike without a request', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { account: { username: 'sync', password: 'wrong' } });
  const table = connected.server.table(contacts);
  const failures = await Promise.allSettled([
    table.list(all, never),
    table.create('k', {}, anyTime, never),
    connected.server.table(archive).list(all, never),
  ]);
  await expect(table.list(all, never)).rejects.toMatchObject({
    code: 'account-refused',
    fileMakerCode: '212',
  });
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect([simulator.control.stats().requests.login, connected.slots.held]).toEqual([1, []]);
});

test('where the server has room for one session only, all work is done on that one', async () => {
  await using simulator = await simulate([], { capacity: { sessions: 1 } });
  await using connected = connect(simulator.url, { sessions: 4 });
  const table = connected.server.table(contacts);
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => table.create(key, {}, anyTime, never)));
  const { requests } = simulator.control.stats();
  expect([simulator.control.count(place), requests.login]).toEqual([4, 2]);
  expect(connected.slots.held).toEqual(['opened']);
});

test('a server without room for any session is tried five times, and then named with both remedies', async () => {
  await using simulator = await simulate([], { capacity: { sessions: 0 } });
  await using connected = connect(simulator.url);
  const failure: unknown = await connected.server
    .table(contacts)
    .list(all, never)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'sessions-exhausted' });
  expect(String(failure)).toMatch(/`sessions` of this server.*close other Data API clients/);
  expect([simulator.control.stats().requests.login, connected.slots.held]).toEqual([5, []]);
});

/** As a run that died leaves them. */
async function leaving(token: string): Promise<MemorySessionSlots> {
  const slots = memorySessionSlots();
  const slot = await slots.take('berlin', 1, 0, 1);
  if (slot === undefined) throw new Error('no slot was free');
  await slots.opened(slot, token, 0);
  slots.holdersDie();
  return slots;
}

test('a session that a run left behind is used without a login', async () => {
  await using simulator = await simulate();
  const crashed = connect(simulator.url);
  await crashed.server.table(contacts).list(all, never);
  crashed.slots.holdersDie();
  await using connected = connect(simulator.url, { slots: crashed.slots });
  await connected.server.table(contacts).list(all, never);
  expect(simulator.control.stats().requests.login).toBe(1);
});

test('a session left behind in another database is logged out before its slot is used', async () => {
  await using simulator = await simulate();
  const crashed = connect(simulator.url);
  await crashed.server.table(archive).list(all, never);
  crashed.slots.holdersDie();
  await using connected = connect(simulator.url, { slots: crashed.slots, sessions: 2 });
  await connected.server.table(contacts).list(all, never);
  const { maxOpenSessions, requests } = simulator.control.stats();
  expect([maxOpenSessions, requests.logout, requests.login]).toEqual([1, 1, 2]);
});

test('a token left behind that has ended costs one login, in the same slot', async () => {
  await using simulator = await simulate();
  const slots = await leaving(keptToken('Sales', 'ended-long-ago'));
  await using connected = connect(simulator.url, { slots, sessions: 1 });
  await connected.server.table(contacts).list(all, never);
  expect([simulator.control.stats().requests.login, slots.held]).toEqual([1, ['opened']]);
});

test('the sessions of two databases together stay within the number configured', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 2 });
  const tables = [connected.server.table(contacts), connected.server.table(archive)];
  for (let round = 0; round < 3; round++) {
    await Promise.all([...tables, ...tables, ...tables].map((table) => table.list(all, never)));
  }
  const { maxOpenSessions, requests } = simulator.control.stats();
  expect([maxOpenSessions, requests.list]).toEqual([2, 18]);
});

test('with one session, tables of two databases take turns', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 1 });
  for (const binding of [contacts, archive, contacts]) await connected.server.table(binding).list(all, never);
  const { maxOpenSessions, requests } = simulator.control.stats();
  expect([maxOpenSessions, requests.login, requests.logout]).toEqual([1, 3, 2]);
});

test('a login whose answer is lost keeps its slot, and the next goes to another', async () => {
  await using simulator = await simulate();
  simulator.control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['login'], next: 1 });
  await using connected = connect(simulator.url);
  await connected.server.table(contacts).list(all, never);
  expect([connected.slots.held, simulator.control.stats().openSessions]).toEqual([['opening', 'opened'], 2]);
});

test('a server whose engine is down uses up no slot', async () => {
  await using simulator = await simulate();
  simulator.control.addTrouble({ effect: { kind: 'html', status: 504 } });
  await using connected = connect(simulator.url);
  const listing = connected.server.table(contacts).list(all, never);
  await expect(listing).rejects.toMatchObject({ code: 'server-unreachable' });
  expect(connected.slots.held).toEqual([]);
});

test('close logs out every session and frees every slot', async () => {
  await using simulator = await simulate();
  const connected = connect(simulator.url, { sessions: 3 });
  const table = connected.server.table(contacts);
  await Promise.all(Array.from({ length: 9 }, () => table.list(all, never)));
  const before = simulator.control.stats().openSessions;
  await connected.server.close();
  expect([before > 1, simulator.control.stats().openSessions, connected.slots.held]).toEqual([true, 0, []]);
});

test('close waits for the request in flight, refuses those that wait, and logs out last', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const script = withSessions(async () => {
    arrived.resolve();
    await answer.promise;
    return envelope('0', { recordId: '1', modId: '0' });
  });
  await using fake = await startScripted(script);
  const connected = connect(fake.url, { sessions: 1 });
  const table = connected.server.table(contacts);
  const inFlight = table.create('k', {}, anyTime, never);
  await arrived.promise;
  const waiting = table.list(all, never).catch((error: unknown) => error);
  const closing = connected.server.close();
  expect(await waiting).toMatchObject({ code: 'server-closed' });
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(fake.requests.map(({ method }) => method)).not.toContain('DELETE');
  answer.resolve();
  await closing;
  expect(await inFlight).toMatchObject({ kind: 'written' });
  expect([fake.requests.at(-1)?.method, connected.slots.held]).toEqual(['DELETE', []]);
  await expect(table.list(all, never)).rejects.toMatchObject({ code: 'server-closed' });
});

test('close during a login logs that session out too', async () => {
  await using simulator = await simulate();
  const connected = connect(simulator.url);
  const listing = connected.server
    .table(contacts)
    .list(all, never)
    .catch((error: unknown) => error);
  while (simulator.control.stats().requests.login === 0)
    await new Promise((resolve) => setImmediate(resolve));
  await connected.server.close();
  expect(await listing).toMatchObject({ code: 'server-closed' });
  expect([simulator.control.stats().openSessions, connected.slots.held]).toEqual([0, []]);
});

test('a logout that is not answered leaves the session to whoever comes next, and close does not throw', async () => {
  await using simulator = await simulate();
  const connected = connect(simulator.url);
  await connected.server.table(contacts).list(all, never);
  simulator.control.addTrouble({ effect: { kind: 'resetBefore' }, on: ['logout'] });
  await connected.server.close();
  expect([connected.slots.held, connected.slots.tokens.length]).toEqual([[], 1]);
});

test('a server that never answers a logout holds close up for no longer than a logout may take', async () => {
  await using simulator = await simulate();
  const connected = connect(simulator.url, { timeouts: { logoutMs: 50 } });
  await connected.server.table(contacts).list(all, never);
  simulator.control.addTrouble({ effect: { kind: 'delay', ms: 600_000 }, on: ['logout'] });
  await connected.server.close();
  expect([connected.slots.held, connected.slots.tokens.length]).toEqual([[], 1]);
});

test('a request that is aborted while it waits fails at once, and the next is served', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const script = withSessions(async () => {
    arrived.resolve();
    await answer.promise;
    return envelope('0', { recordId: '1', modId: '0' });
  });
  await using fake = await startScripted(script);
  await using connected = connect(fake.url, { sessions: 1 });
  const table = connected.server.table(contacts);
  const giveUp = new AbortController();
  const first = table.create('a', {}, anyTime, never);
  await arrived.promise;
  const second = table.create('b', {}, anyTime, giveUp.signal).catch((error: unknown) => error);
  const third = table.create('c', {}, anyTime, never);
  giveUp.abort(new Error('enough'));
  expect(await second).toEqual(new Error('enough'));
  answer.resolve();
  await Promise.all([first, third]);
  const bodies = fake.requests.filter(({ path }) => path.endsWith('/records')).map(({ body }) => body);
  expect(bodies).toEqual([expect.stringContaining('"a"'), expect.stringContaining('"c"')]);
});

test('requests are served in the order in which they came', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 1 });
  const table = connected.server.table(contacts);
  const keys = ['e', 'd', 'c', 'b', 'a'];
  await Promise.all(keys.map((key) => table.create(key, {}, anyTime, never)));
  expect(simulator.control.records(place).map(({ values }) => values['PK'])).toEqual(keys);
});

test('an account that was refused is tried again after a while, and not before', async () => {
  await using simulator = await simulate();
  simulator.control.addTrouble({ effect: { kind: 'error', code: '212' }, on: ['login'], next: 1 });
  await using connected = connect(simulator.url);
  const table = connected.server.table(contacts);
  const code = () =>
    table.list(all, never).then(
      () => 'read',
      (error: unknown) => (error instanceof ServerError ? error.code : error),
    );
  expect([await code(), await code()]).toEqual(['account-refused', 'account-refused']);
  expect(simulator.control.stats().requests.login).toBe(1);
  await connected.clock.sleep(11 * 60_000, never);
  expect(await code()).toBe('read');
});

const failed = (results: readonly PromiseSettledResult<unknown>[]): number =>
  results.filter(({ status }) => status === 'rejected').length;

test.each([1, 2, 3])('after an outage %i sessions serve two databases as before', async (sessions) => {
  let isDown = false;
  const script = withSessions(() => envelope('0', { data: [] }));
  const badGateway = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };
  await using fake = await startScripted((request) => (isDown ? badGateway : script(request)));
  const slots = memorySessionSlots();
  await using connected = connect(fake.url, { sessions, slots });
  const [one, other] = [connected.server.table(contacts), connected.server.table(archive)];
  const both = () => Promise.allSettled([one, other, one, other].map((table) => table.list(all, never)));
  expect(failed(await both())).toBe(0);
  isDown = true;
  for (let round = 0; round < 3; round += 1) expect(failed(await both())).toBe(4);
  isDown = false;
  await connected.clock.sleep(20 * 60_000, never);
  expect(failed(await both())).toBe(0);
});

const keysFrom = (prefix: string): string[] => Array.from({ length: 40 }, (_, at) => `${prefix}${at}`);

test('where the web server says 503 to whatever comes, requests at once are halved, said once, and nothing is lost', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url, { sessions: 8 });
  const table = connected.server.table(contacts);
  await Promise.all(keysFrom('a').map((key) => table.create(key, {}, anyTime, never)));
  simulator.control.addTrouble({ effect: { kind: 'html', status: 503 }, on: ['read', 'find'], next: 24 });
  await Promise.all(keysFrom('a').map((key) => table.lookUp([key], never)));
  await Promise.all(keysFrom('b').map((key) => table.create(key, {}, anyTime, never)));
  const { overlappingRequests } = simulator.control.stats();
  expect([simulator.control.count(place), overlappingRequests]).toEqual([80, 0]);
  const slowed = expect.objectContaining({ kind: 'slowed' });
  expect(connected.events.filter((event) => slowed.asymmetricMatch(event))).toEqual([
    { kind: 'slowed', server: 'berlin', from: 8, to: 4, why: 'refused' },
  ]);
});

test('a login for which the server has no room (812) halves the requests at once as well', async () => {
  await using simulator = await simulate([], { capacity: { sessions: 4 } });
  await using connected = connect(simulator.url, { sessions: 8 });
  const table = connected.server.table(contacts);
  for (const key of ['1', '2', '3', '4', '5', '6', '7']) await table.create(key, {}, anyTime, never);
  await Promise.all(keysFrom('a').map((key) => table.create(key, {}, anyTime, never)));
  expect(simulator.control.count(place)).toBe(47);
  expect(connected.events).toContainEqual({
    kind: 'slowed',
    server: 'berlin',
    from: 8,
    to: 4,
    why: 'refused',
  });
});
