import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meeting } from '../../../src/core/first-meeting.ts';
import { type LocalState, openLocalState } from '../../../src/state/local/local-state.ts';
import { failureOf } from './failure-of.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const facts = {
  'server hq': 'https://hq.example.com',
  'server branch': 'https://branch.example.com',
  'table contacts key': 'id',
};
const { 'server branch': _, ...withoutBranch } = facts;

const met = (server: string): Meeting => ({
  table: 'contacts',
  server,
  state: 'passed',
  shared: 0,
  differing: 0,
  examples: [],
  at: 1,
});

let temporary: ReturnType<typeof temporaryDirectory>;
let state: LocalState;

const reopened = (readOnly = false): LocalState => {
  state.close();
  state = openLocalState({ directory: temporary.directory, now: () => 1, readOnly });
  return state;
};

beforeEach(async () => {
  temporary = temporaryDirectory();
  state = openLocalState({ directory: temporary.directory, now: () => 1 });
  state.bindTo(facts);
  for (const server of ['hq', 'branch']) await state.control.putMeeting(met(server));
});

afterEach(() => {
  state.close();
  temporary.remove();
});

test('the same facts are accepted again, in any order', () => {
  reopened().bindTo(Object.fromEntries(Object.entries(facts).toReversed()));
  expect(() => state.bindTo(facts)).not.toThrow();
});

test('a server with another address is refused with its name, both addresses and what to do', () => {
  const error = failureOf(() => reopened().bindTo({ ...facts, 'server hq': 'https://other.example.com' }));
  expect(error).toMatchObject({ code: 'state-other-servers', disposition: 'configuration' });
  for (const part of [
    'server hq',
    'https://hq.example.com',
    'https://other.example.com',
    '--state',
    'start anew',
  ]) {
    expect(error.message).toContain(part);
  }
});

test('a server that is taken out is not refused, and is known by its address when it comes back', () => {
  reopened().bindTo(withoutBranch);
  expect(() => reopened().bindTo(facts)).not.toThrow();
  reopened().bindTo(withoutBranch);
  const error = failureOf(() =>
    reopened().bindTo({ ...facts, 'server branch': 'https://other.example.com' }),
  );
  expect(error.message).toContain('server branch was https://branch.example.com');
});

const withShop = { ...facts, 'server shop': 'https://shop.example.com' };

test('new servers and tables are added, and count from the first meeting on', async () => {
  reopened().bindTo(withShop);
  await state.control.putMeeting(met('shop'));
  const elsewhere = { ...facts, 'server shop': 'https://other.example.com' };
  expect(failureOf(() => reopened().bindTo(elsewhere)).message).toContain('server shop');
});

test('a server that met no table may be taken out again, or have another address', async () => {
  reopened().bindTo(withShop);
  reopened().bindTo(facts);
  reopened().bindTo({ ...withShop, 'server shop': 'https://right.example.com' });
  await state.control.putMeeting(met('shop'));
  const error = failureOf(() => reopened().bindTo(withShop));
  expect(error.message).toContain('server shop was https://right.example.com');
});

test('where something is refused nothing new is added', async () => {
  failureOf(() => state.bindTo({ ...withShop, 'server branch': 'https://other.example.com' }));
  await state.control.putMeeting(met('shop'));
  expect(() => reopened().bindTo({ ...facts, 'server shop': 'https://any.example.com' })).not.toThrow();
});

test('what an object has from its kind is no fact', () => {
  const inherited = Object.assign(Object.create({ 'server branch': 'https://inherited' }), withoutBranch);
  expect(() => reopened().bindTo(inherited)).not.toThrow();
  expect(() => reopened().bindTo(facts)).not.toThrow();
});

test('reading only, facts are compared and none is added', () => {
  reopened(true).bindTo(withShop);
  const elsewhere = { ...facts, 'server branch': 'https://other.example.com' };
  expect(failureOf(() => state.bindTo(elsewhere)).code).toBe('state-other-servers');
  expect(() => reopened().bindTo(facts)).not.toThrow();
});
