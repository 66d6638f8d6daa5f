import { expect, test } from 'vitest';
import { bareTombstone, isTombstone, serversWith, type Tombstone } from '../../src/core/forgetting.ts';
import { head, replica } from '../contracts/samples.ts';

const seen = { recordId: '12', modId: 3, version: 1, digests: { name: 'd' }, at: 1 };

const tombstone = (parts: Partial<Tombstone> = {}): Tombstone => {
  const deleted = { stamp: { lo: 1, hi: 2 }, origin: 'hq' };
  const made = head(4, { deleted, seen: {}, history: { since: 1, upTo: 4 }, ...parts });
  if (!isTombstone(made)) throw new Error('it is deleted');
  return made;
};

test('a bare tombstone holds no value, no digest of where it is gone from, and no way to its history', () => {
  const full = tombstone({ seen: { hq: { ...seen, gone: true }, branch: seen } });
  const bare = bareTombstone(full, ['branch']);
  expect(bare).toStrictEqual({
    table: 'contacts',
    key: 'k1',
    version: 5,
    fields: {},
    createOnly: {},
    seen: { branch: seen },
    deleted: { stamp: { lo: 1, hi: 2 }, origin: 'hq', bare: true },
  });
});

test('one that is bare already stays the same, until a server that held the record holds it no more', () => {
  const bare = bareTombstone(tombstone({ seen: { hq: seen, branch: seen } }), ['branch']);
  if (!isTombstone(bare)) throw new Error('it is deleted');
  expect(bareTombstone(bare, ['branch'])).toBe(bare);
  expect(bareTombstone(bare, [])).toMatchObject({ version: 6, seen: {} });
});

test.each([
  { what: 'a replica that is there', replicas: [replica(1)], of: {}, servers: ['hq'] },
  { what: 'one that is gone', replicas: [replica(1, { gone: true, digests: {} })], of: {}, servers: [] },
  {
    what: 'what was merged from a server before its replica was stored',
    replicas: [],
    of: { hq: seen },
    servers: ['hq'],
  },
  {
    what: 'an end that was merged so',
    replicas: [],
    of: { hq: { ...seen, gone: true as const } },
    servers: [],
  },
  {
    what: 'an end that was merged so, of a replica that is still there',
    replicas: [replica(1)],
    of: { hq: { ...seen, version: 4, gone: true as const } },
    servers: ['hq'],
  },
])('$what: the servers that may hold the record are $servers', ({ replicas, of, servers }) => {
  expect(serversWith({ head: tombstone({ seen: of }), replicas })).toEqual(servers);
});
