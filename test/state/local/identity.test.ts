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
const { 'table contacts key': _, ...withoutKey } = facts;

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

test('another key of a table is refused with its name, both keys and what to do', () => {
  const error = failureOf(() => reopened().bindTo({ ...facts, 'table contacts key': 'uuid' }));
  expect(error).toMatchObject({ code: 'state-other-servers', disposition: 'configuration' });
  for (const part of [
    'table contacts key was id',
    'says uuid',
    'give it another name',
    'forget --table contacts',
  ])
    expect(error.message).toContain(part);
});

test('a table that is taken out is not refused, and is known by its key when it comes back', () => {
  reopened().bindTo(withoutKey);
  expect(() => reopened().bindTo(facts)).not.toThrow();
  reopened().bindTo(withoutKey);
  const error = failureOf(() => reopened().bindTo({ ...facts, 'table contacts key': 'uuid' }));
  expect(error.message).toContain('table contacts key was id');
});

const elsewhere = { ...facts, 'server hq': 'https://other.example.com' };

test('another address is accepted, by who only reads too', () => {
  expect(() => reopened(true).checkIdentity(elsewhere)).not.toThrow();
  expect(() => reopened().bindTo(elsewhere)).not.toThrow();
});

const shape = { table: 'contacts', fields: ['name'], receivers: ['branch', 'hq'] };
const places = { 'table contacts on hq': 'Main/Contacts', 'table contacts on branch': 'Main/Contacts' };

test('where a table was found is kept before another address is stored, and is not touched afterwards', async () => {
  state.bindTo({ ...facts, ...places });
  await state.control.putShape(shape);
  for (const identity of [elsewhere, facts]) {
    reopened().bindTo({ ...identity, ...places });
    expect((await state.control.shape('contacts'))?.addresses).toEqual({
      hq: 'https://hq.example.com Main/Contacts',
      branch: 'https://branch.example.com Main/Contacts',
    });
  }
});

const withShop = { ...facts, 'server shop': 'https://shop.example.com' };

test('new servers and tables are added, and count from the first meeting on', async () => {
  const withOrders = { ...withShop, 'table orders key': 'id' };
  reopened().bindTo(withOrders);
  reopened().bindTo({ ...withOrders, 'table orders key': 'number' });
  await state.control.putMeeting({ ...met('shop'), table: 'orders' });
  expect(failureOf(() => reopened().bindTo(withOrders)).message).toContain('table orders key was number');
});

test('where something is refused nothing new is added', async () => {
  failureOf(() => state.bindTo({ ...facts, 'table contacts key': 'uuid', 'table orders key': 'id' }));
  await state.control.putMeeting({ ...met('hq'), table: 'orders' });
  expect(() => reopened().bindTo({ ...facts, 'table orders key': 'number' })).not.toThrow();
});

test('what an object has from its kind is no fact', () => {
  const inherited = Object.assign(Object.create({ 'table contacts key': 'inherited' }), withoutKey);
  expect(() => reopened().bindTo(inherited)).not.toThrow();
  expect(() => reopened().bindTo(facts)).not.toThrow();
});

test('reading only, facts are compared and none is added', () => {
  reopened(true).bindTo(withShop);
  const otherKey = { ...facts, 'table contacts key': 'uuid' };
  expect(failureOf(() => state.bindTo(otherKey)).code).toBe('state-other-servers');
  expect(() => reopened().bindTo(facts)).not.toThrow();
});
