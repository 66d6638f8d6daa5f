/** What of a record on a server with a share is no part of the sync. */
import { expect, test } from 'vitest';
import { digestOf } from '../../src/core/digest.ts';
import type { Head } from '../../src/core/head.ts';
import { isApart, type Share } from '../../src/core/share.ts';

const share: Share = {
  leave: 'keep',
  requests: [{ omit: false, criteria: [{ field: 'b', test: { kind: 'text', text: 'north' } }] }],
};

const stamp = { lo: 1, hi: 1 };
const deletion = { stamp, origin: 'hq' };
const holding = (b: string): Head['fields'] => ({
  b: { value: b, digest: digestOf(b), stamp, origin: 'hq' },
});

test.each<{ what: string; fields: Head['fields']; deleted?: Head['deleted']; left?: true; is: boolean }>([
  { what: 'inside', fields: holding('north'), is: false },
  { what: 'outside', fields: holding('south'), is: true },
  { what: 'outside and deleted', fields: holding('south'), deleted: deletion, is: true },
  { what: 'not told of, and alive', fields: {}, left: true, is: false },
  { what: 'not told of, and deleted', fields: {}, deleted: deletion, left: true, is: false },
  { what: 'forgotten, and had not left', fields: {}, deleted: { ...deletion, bare: true }, is: false },
  { what: 'forgotten, and had left', fields: {}, deleted: { ...deletion, bare: true }, left: true, is: true },
])('a record that is $what is apart: $is', ({ fields, deleted, left, is }) => {
  const head = { key: 'k', fields, ...(deleted && { deleted }) };
  expect(isApart({ share }, head, left ? { left } : {})).toBe(is);
});
