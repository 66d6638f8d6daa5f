/** Which webhooks are ours, whatever becomes of the address, of the name and of what is known of them. */
import { describe, expect, test } from 'vitest';
import type { WebhookState } from '../../src/core/webhook.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import {
  Stored,
  urlOf,
  wantedOf,
  calledAt,
  noSuchTable,
  mayNotRemove,
  tunnel,
  foreign,
  keep,
} from './support/stored-webhooks.ts';

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
