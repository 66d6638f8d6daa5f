/** The webhooks of one server, kept as they are wanted whatever else stands there. */
import { describe, expect, test } from 'vitest';
import { hookUrl } from '../../src/core/webhook.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import {
  Stored,
  urlOf,
  wantedOf,
  noSuchTable,
  mayNotRemove,
  foreign,
  keep,
} from './support/stored-webhooks.ts';

test('each table gets one, which sends the key alone and carries the secret', async () => {
  const stored = new Stored();
  stored.put(foreign);
  const state = await keep(stored, { wanted: [wantedOf('contacts'), wantedOf('orders')] });
  expect(stored.urls).toEqual([foreign, urlOf('contacts'), urlOf('orders')]);
  expect(stored.added[0]).toMatchObject({ field: 'id', headers: { 'x-serversync-secret': 'not-shown' } });
  expect(state).toMatchObject({
    outcome: 'standing',
    tables: [{ table: 'contacts', since: 5_000 }, { table: 'orders' }],
  });
  expect(JSON.stringify(state)).not.toContain('not-shown');
});

test('what stands is left as it is, and how long it has stood is kept', async () => {
  const stored = new Stored();
  const before = await keep(stored);
  const state = await keep(stored, { before, now: 9_000 });
  expect(stored.added).toHaveLength(1);
  expect(state.tables.map(({ since }) => since)).toEqual([5_000]);
});

test('one that somebody removed is added again, and stands from then on', async () => {
  const stored = new Stored();
  const before = await keep(stored);
  stored.standing.clear();
  const state = await keep(stored, { before, now: 9_000 });
  expect(stored.urls).toEqual([urlOf('contacts')]);
  expect(state.tables.map(({ since }) => since)).toEqual([9_000]);
});

test('after another secret or address there is the new one and nothing of the former, which went last', async () => {
  const stored = new Stored();
  const calls: string[] = [];
  stored.put(urlOf('contacts', 'former'));
  stored.onCall = (name) => calls.push(name);
  await keep(stored);
  expect(stored.urls).toEqual([urlOf('contacts')]);
  expect(calls).toEqual(['list', 'add', 'get', 'remove']);
});

test('of doubled ones one stays', async () => {
  const stored = new Stored();
  for (let n = 0; n < 3; n += 1) stored.put(urlOf('contacts'));
  await keep(stored);
  expect(stored.urls).toEqual([urlOf('contacts')]);
});

test('an id that was given to somebody else meanwhile removes nothing', async () => {
  const stored = new Stored();
  const id = stored.put(urlOf('gone'));
  stored.onCall = (name) => {
    if (name !== 'add') return;
    stored.standing.delete(id);
    stored.put(foreign, id);
  };
  await keep(stored);
  expect(stored.urls.toSorted()).toEqual([foreign, urlOf('contacts')].toSorted());
});

test('what another server of the configuration wants in the same file stays', async () => {
  const stored = new Stored();
  const other = hookUrl('https://sync.example.com', {
    installation: 'a1',
    mark: 'x',
    server: 'same',
    table: 'a',
  });
  stored.put(other);
  await keep(stored, { isOfOther: (url) => url === other });
  expect(stored.urls).toEqual([other, urlOf('contacts')]);
});

test('where the server is not to call any more, all of ours go, wherever they stood', async () => {
  const stored = new Stored();
  stored.put(foreign);
  const before = await keep(stored);
  const state = await keep(stored, { before, wanted: [] });
  expect(stored.urls).toEqual([foreign]);
  expect(state).toMatchObject({ outcome: 'removed', tables: [] });
});

test('R7: a table that the server does not take one for keeps no other from having one, and keeps its former one', async () => {
  const stored = new Stored();
  stored.put(urlOf('contacts', 'former'));
  let adds = 0;
  stored.onCall = (name) => {
    adds += name === 'add' ? 1 : 0;
    if (name === 'add' && adds === 1) throw noSuchTable;
  };
  const state = await keep(stored, { wanted: [wantedOf('contacts'), wantedOf('orders')] });
  expect(stored.urls).toEqual([urlOf('contacts', 'former'), urlOf('orders')]);
  expect(state).toMatchObject({ outcome: 'failed', reason: 'no such table', tables: [{ table: 'orders' }] });
});

test('all of ours go from every file of the links, though nothing is known of what stood there', async () => {
  const stored = new Stored();
  stored.put(urlOf('contacts'));
  const state = await keep(stored, { wanted: [], before: undefined });
  expect(stored.urls).toEqual([]);
  expect(state).toMatchObject({ outcome: 'removed', tables: [] });
});

test('what is known of a file that could not be asked, or that has none now, is kept beside what was found in another', async () => {
  const stored = new Stored();
  const two = [wantedOf('contacts'), { ...wantedOf('orders'), database: 'Other' }];
  const databases = ['Main', 'Other'];
  const before = await keep(stored, { wanted: two, databases });
  const looked: string[] = [];
  for (const isAway of [true, false]) {
    stored.without = isAway ? undefined : 'Other';
    stored.onList = (database) => {
      looked.push(database);
      if (isAway && database === 'Other')
        throw new ServerError('server-unreachable', 'hq', 'hq does not answer');
    };
    const state = await keep(stored, { wanted: [], databases, before, now: 9_000 });
    expect(state.outcome).toBe(isAway ? 'failed' : 'unsupported');
    expect(state.tables.map(({ table }) => table)).toEqual(['orders']);
  }
  expect(looked).toEqual(['Main', 'Other', 'Main', 'Other']);
});

test('R7: one that FileMaker does not remove keeps no other standing, and stays noted', async () => {
  const stored = new Stored();
  const wanted = ['contacts', 'orders', 'notes'].map((table) => wantedOf(table));
  const before = await keep(stored, { wanted });
  const remove = stored.remove.bind(stored);
  stored.remove = async (database, id) => {
    if (id === 1) throw mayNotRemove;
    return remove(database, id);
  };
  const state = await keep(stored, { wanted: [], before });
  expect(stored.urls).toEqual([urlOf('contacts')]);
  expect(state).toMatchObject({
    outcome: 'failed',
    reason: 'no right for it',
    tables: [{ table: 'contacts' }],
  });
});

test('nothing is added that could not be noted', async () => {
  const stored = new Stored();
  await expect(keep(stored, { note: async () => Promise.reject(new Error('no room')) })).rejects.toThrow(
    'no room',
  );
  expect(stored.urls).toEqual([]);
});

describe('a server', () => {
  test('that is too old has none, and says so', async () => {
    const stored = new Stored();
    stored.isOld = true;
    expect(await keep(stored)).toMatchObject({
      outcome: 'unsupported',
      reason: 'hq knows no webhooks',
      tables: [],
    });
  });

  test('that does not answer keeps what is known, since it may stand yet', async () => {
    const stored = new Stored();
    const before = await keep(stored);
    stored.onCall = () => {
      throw new ServerError('server-unreachable', 'hq', 'hq does not answer');
    };
    const state = await keep(stored, { before, now: 9_000 });
    expect(state).toMatchObject({ outcome: 'failed', reason: 'hq does not answer', tables: before.tables });
  });
});
