import { expect, test } from 'vitest';
import { withoutServer } from '../../src/core/without-server.ts';
import type { Head } from '../../src/core/head.ts';

const stamp = { lo: 1, hi: 2 };
const candidate = (value: string) => ({ value, digest: `d-${value}`, stamp });
const seen = { recordId: '1', modId: 1, version: 1, digests: { a: 'd-hq' }, at: 1 };

const head: Head = {
  table: 'contacts',
  key: 'k',
  version: 4,
  fields: {
    a: {
      ...candidate('hq'),
      origin: 'shop',
      held: { candidates: { hq: candidate('hq'), shop: candidate('shop') }, conflicts: ['c'] },
    },
    b: { ...candidate('of shop'), origin: 'shop' },
  },
  createOnly: {},
  seen: { hq: seen, shop: seen },
  history: { since: 1, upTo: 4 },
};

test('a server that is forgotten is not known by its rows any more, and stands for nothing that waits', () => {
  const next = withoutServer(head, 'shop');
  expect(next?.version).toBe(5);
  expect(Object.keys(next?.seen ?? {})).toEqual(['hq']);
  expect(Object.keys(next?.fields['a']?.held?.candidates ?? {})).toEqual(['hq']);
});

test('R5: values that came from it stay, and so does what tells of them', () => {
  const next = withoutServer(head, 'shop');
  expect(next?.fields['b']).toEqual(head.fields['b']);
  expect(next?.fields['a']?.held?.conflicts).toEqual(['c']);
  expect(next?.history).toEqual({ since: 1, upTo: 5 });
});

test('a history that another process wrote past stays known as such', () => {
  const past = { ...head, history: { since: 1, upTo: 3 } };
  expect(withoutServer(past, 'shop')?.history).toEqual({ since: 1, upTo: 3 });
});

test('a head that knows nothing of the server is left as it is', () => {
  expect(withoutServer(head, 'kiosk')).toBe(undefined);
});
