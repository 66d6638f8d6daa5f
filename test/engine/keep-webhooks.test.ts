/** The webhooks of one server, kept as they are wanted whatever else stands there. */
import { describe, expect, test } from 'vitest';
import { hookUrl, type Webhook, type WebhookState } from '../../src/core/webhook.ts';
import { keepWebhooks, type KeptWebhooks, type WantedTable } from '../../src/engine/keep-webhooks.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import type { NewWebhook, Webhooks } from '../../src/ports/webhooks.ts';

const never = new AbortController().signal;

/** As FileMaker has them: the lowest id that is free is the next. */
class Stored implements Webhooks {
  readonly standing = new Map<number, Webhook>();
  readonly added: NewWebhook[] = [];
  /** Told of each request. */
  onCall: (name: string) => void = () => undefined;
  onList: (database: string) => void = () => undefined;
  /** A file that has none. */
  without: string | undefined;
  isOld = false;

  put(url: string, id = this.#free()): number {
    this.standing.set(id, { id, url, occurrence: 'Contacts', queue: { waiting: 0 } });
    return id;
  }

  async list(database = 'Main'): ReturnType<Webhooks['list']> {
    this.onCall('list');
    this.onList(database);
    if (database === this.without) return { kind: 'unsupported', reason: 'no OData there' };
    if (this.isOld) return { kind: 'unsupported', reason: 'hq knows no webhooks' };
    return { kind: 'listed', webhooks: [...this.standing.values()] };
  }

  async get(_database: string, id: number): Promise<Webhook | undefined> {
    this.onCall('get');
    return this.standing.get(id);
  }

  async add(_database: string, webhook: NewWebhook): Promise<number> {
    this.onCall('add');
    this.added.push(webhook);
    return this.put(webhook.url);
  }

  async remove(_database: string, id: number): Promise<boolean> {
    this.onCall('remove');
    return this.standing.delete(id);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get urls(): readonly string[] {
    return [...this.standing.values()].map(({ url }) => url);
  }

  #free(): number {
    for (let id = 1; ; id += 1) if (!this.standing.has(id)) return id;
  }
}

const urlOf = (table: string, mark = 'now'): string =>
  hookUrl('https://sync.example.com', { installation: 'a1', mark, server: 'hq', table });

const wantedOf = (table: string, mark?: string): WantedTable => ({
  table,
  database: 'Main',
  layout: 'Contacts_Sync',
  occurrence: 'Contacts',
  url: urlOf(table, mark),
  field: 'id',
});

/** The same table, called elsewhere. */
const calledAt = (base: string) => ({
  base,
  wanted: [{ ...wantedOf('contacts'), url: urlOf('contacts').replace('https://sync.example.com', base) }],
});

const noSuchTable = new ServerError('layout-missing', 'hq', 'no such table', { fileMakerCode: '105' });
const mayNotRemove = new ServerError('request-refused', 'hq', 'no right for it', { fileMakerCode: '200' });

const tunnel = (n: number) => calledAt(`https://t${n}.example.com`);

const foreign = 'https://elsewhere.example.com/hook';

const keep = (stored: Webhooks, more: Partial<KeptWebhooks> = {}): Promise<WebhookState> =>
  keepWebhooks(
    stored,
    {
      server: 'hq',
      installation: 'a1',
      base: 'https://sync.example.com',
      wanted: [wantedOf('contacts')],
      isOfOther: () => false,
      databases: ['Main'],
      unknown: [],
      headers: { 'x-serversync-secret': 'not-shown' },
      before: undefined,
      note: async () => undefined,
      now: 5_000,
      ...more,
    },
    never,
  );

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

test('those that stand under another name of this installation, since the one before was lost, are renewed and not doubled', async () => {
  const stored = new Stored();
  stored.put(foreign);
  const before = await keep(stored);
  const renamed = urlOf('contacts').replace('/a1/', '/b2/');
  await keep(stored, { before, installation: 'b2', wanted: [{ ...wantedOf('contacts'), url: renamed }] });
  expect(stored.urls.toSorted()).toEqual([foreign, renamed].toSorted());
});

test('two that have one name, as two stacks of two accounts or a copied state, leave each other what is theirs', async () => {
  const stored = new Stored();
  const bases = ['https://prod.example.com', 'https://test.example.com'];
  const urls = bases.map((base) => urlOf('contacts').replace('https://sync.example.com', base));
  const copied = await keep(stored, {
    base: bases[0],
    wanted: [{ ...wantedOf('contacts'), url: urls[0] ?? '' }],
  });
  const states: (WebhookState | undefined)[] = [copied, undefined];
  for (let hour = 0; hour < 3; hour += 1)
    for (const [n, base] of bases.entries())
      states[n] = await keep(stored, {
        base,
        wanted: [{ ...wantedOf('contacts'), url: urls[n] ?? '' }],
        before: states[n],
      });
  expect(stored.urls.toSorted()).toEqual(urls.toSorted());
  expect(stored.added).toHaveLength(2);
  await keep(stored, { base: bases[1], wanted: [], before: states[1] });
  expect(stored.urls).toEqual([urls[0]]);
});

test('a copy of the state takes the webhooks over once, as after a move to another machine, and no more', async () => {
  const stored = new Stored();
  const [one, two] = [calledAt('http://192.168.1.5:8766'), calledAt('http://192.168.1.6:8766')];
  const before = await keep(stored, one);
  const moved = await keep(stored, { ...two, before });
  expect(stored.urls).toEqual(two.wanted.map(({ url }) => url));
  const again = await keep(stored, { ...one, before });
  await keep(stored, { ...two, before: moved });
  await keep(stored, { ...one, before: again });
  expect(stored.urls).toHaveLength(2);
  expect(stored.added).toHaveLength(3);
});

test('a former one that stands since the new one was refused is ours yet, though it calls a former address', async () => {
  const stored = new Stored();
  const before = await keep(stored);
  let isRefused = true;
  stored.onCall = (name) => {
    if (name === 'add' && isRefused) throw noSuchTable;
  };
  const moved = {
    base: 'https://new.example.com',
    wanted: [{ ...wantedOf('contacts'), url: urlOf('contacts').replace('sync', 'new') }],
  };
  const refused = await keep(stored, { ...moved, before, now: 9_000 });
  expect(refused.tables.map(({ url, since }) => [url, since])).toEqual([[urlOf('contacts'), 5_000]]);
  isRefused = false;
  await keep(stored, { ...moved, before: refused });
  expect(stored.urls).toEqual(moved.wanted.map(({ url }) => url));
});

describe('what was added is found again, though the address is another one by then,', () => {
  test('where the process ended before it knew what it had done', async () => {
    const stored = new Stored();
    let before: WebhookState | undefined = await keep(stored, tunnel(1));
    const note = async (state: WebhookState): Promise<void> => {
      before = state;
    };
    stored.onCall = (name) => {
      if (name === 'get') throw new Error('the process ends');
    };
    await expect(keep(stored, { ...tunnel(2), before, note })).rejects.toThrow('the process ends');
    stored.onCall = () => undefined;
    expect(before).toMatchObject({ outcome: 'failed', reason: 'they are being added' });
    await keep(stored, { ...tunnel(3), before, note });
    expect(stored.urls).toEqual(tunnel(3).wanted.map(({ url }) => url));
  });

  test('where it is called nowhere any more', async () => {
    const stored = new Stored();
    let before: WebhookState | undefined;
    stored.onCall = (name) => {
      if (name === 'add' && stored.added.length === 1) throw new Error('the process ends');
    };
    const note = async (state: WebhookState): Promise<void> => {
      before = state;
    };
    const wanted = [wantedOf('contacts'), wantedOf('orders')];
    await expect(keep(stored, { wanted, note })).rejects.toThrow('the process ends');
    stored.onCall = () => undefined;
    expect(await keep(stored, { base: undefined, wanted: [], before })).toMatchObject({ outcome: 'removed' });
    expect(stored.urls).toEqual([]);
  });

  test('where FileMaker refused for a while to remove any', async () => {
    const stored = new Stored();
    let before = await keep(stored, tunnel(1));
    stored.onCall = (name) => {
      if (name === 'remove') throw mayNotRemove;
    };
    for (const n of [2, 3, 4]) before = await keep(stored, { ...tunnel(n), before });
    expect(before).toMatchObject({ outcome: 'failed', reason: 'no right for it' });
    stored.onCall = () => undefined;
    expect(await keep(stored, { ...tunnel(5), before })).toMatchObject({ outcome: 'standing' });
    expect(stored.urls).toEqual(tunnel(5).wanted.map(({ url }) => url));
  });

  test('where nobody knows whether it was added', async () => {
    const stored = new Stored();
    const add = stored.add.bind(stored);
    stored.add = async (database, webhook) => {
      await add(database, webhook);
      throw new ServerError('request-refused', 'hq', 'did not say whether a webhook was changed');
    };
    const before = await keep(stored, tunnel(1));
    expect(before.outcome).toBe('failed');
    stored.add = add;
    await keep(stored, { ...tunnel(2), before });
    expect(stored.urls).toEqual(tunnel(2).wanted.map(({ url }) => url));
  });
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
