import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalState, openLocalState } from '../../../src/state/local/local-state.ts';
import { failureOf } from './failure-of.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const facts = {
  'server hq': 'https://hq.example.com',
  'server branch': 'https://branch.example.com',
  'table contacts key': 'id',
};
const { 'server branch': _, ...withoutBranch } = facts;

let temporary: ReturnType<typeof temporaryDirectory>;
let state: LocalState;

const reopened = (readOnly = false): LocalState => {
  state.close();
  state = openLocalState({ directory: temporary.directory, now: () => 1, readOnly });
  return state;
};

beforeEach(() => {
  temporary = temporaryDirectory();
  state = openLocalState({ directory: temporary.directory, now: () => 1 });
  state.bindTo(facts);
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

test('a fact that is no longer given is refused with what it was', () => {
  const error = failureOf(() => reopened().bindTo(withoutBranch));
  expect(error.code).toBe('state-other-servers');
  expect(error.message).toContain('server branch was https://branch.example.com');
});

test('new servers and tables are added, and count from then on', () => {
  reopened().bindTo({ ...facts, 'server shop': 'https://shop.example.com' });
  expect(failureOf(() => reopened().bindTo(facts)).message).toContain('server shop');
});

test('where something is refused nothing new is added', () => {
  failureOf(() => state.bindTo({ ...withoutBranch, 'server shop': 'https://shop.example.com' }));
  expect(() => reopened().bindTo(facts)).not.toThrow();
});

test('names that an object has by itself are no facts', () => {
  state.bindTo({ ...facts, constructor: 'https://odd.example.com' });
  expect(failureOf(() => reopened().bindTo(facts)).message).toContain('constructor');
});

test('reading only, facts are compared and none is added', () => {
  const shop = { ...facts, 'server shop': 'https://shop.example.com' };
  reopened(true).bindTo(shop);
  expect(failureOf(() => state.bindTo(withoutBranch)).code).toBe('state-other-servers');
  expect(() => reopened().bindTo(facts)).not.toThrow();
});
