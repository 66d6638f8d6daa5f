/** What is known of files that could not be taken from their server. */
import { expect, test } from 'vitest';
import { lastHeld, mergeAbsence } from '../../src/core/absence.ts';
import { withKnownFiles, unknownFiles } from '../../src/core/files.ts';
import type { Head, Replica } from '../../src/core/head.ts';
import type { TablePlan } from '../../src/core/link.ts';
import { fieldsBehind, judge, type Observation } from '../../src/core/observation.ts';
import { renamedReplica } from '../../src/core/renaming.ts';

const stamp = { lo: 0, hi: 0 };

const seen: Observation = {
  server: 'hq',
  key: 'K-1',
  recordId: '1',
  modId: 4,
  values: { name: 'a' },
  digests: { name: 'digest of a' },
  files: { picture: 'file' },
  changedAt: stamp,
  at: 10,
  until: 11,
};

/** Our own write to a record of which the picture, that was empty before, could not be taken. */
const replica: Replica = {
  table: 'contacts',
  server: 'hq',
  key: 'K-1',
  rev: 2,
  recordId: '1',
  modId: 4,
  version: 3,
  at: 8,
  until: 9,
  own: true,
  digests: { name: 'digest of a', picture: '' },
  unread: { picture: stamp },
};

const fieldOf = (digest: string) => ({ value: digest, digest, stamp, origin: 'branch' });
const head: Head = {
  table: 'contacts',
  key: 'K-1',
  version: 3,
  fields: { name: fieldOf('digest of a'), picture: fieldOf('digest of another') },
  createOnly: {},
  seen: {},
};

test('a file that could not be taken is neither a rewrite nor what was known before, until it is tried again', () => {
  expect(judge(seen, head, replica, undefined)).toEqual({ kind: 'echo' });
  const known = withKnownFiles(seen, replica, head);
  expect([known.digests, known.unread, unknownFiles(known)]).toEqual([seen.digests, ['picture'], []]);
  const retried = withKnownFiles(seen, replica, head, { retries: true });
  expect([retried, unknownFiles(retried)]).toEqual([seen, ['picture']]);
});

test('R5: nothing is written over it', () => {
  const { unread: _, ...read } = replica;
  expect(fieldsBehind({ fields: [{ name: 'picture' }] }, head, replica)).toEqual([]);
  expect(fieldsBehind({ fields: [{ name: 'picture' }] }, head, read)).toEqual(['picture']);
});

test('R5: whoever deletes a record there has not seen the file that others put into that container', () => {
  const link = { table: 'contacts', server: 'hq', role: 'both', stampedBy: 'host', timeZone: 'UTC' } as const;
  const plan: TablePlan = {
    name: 'contacts',
    key: { name: 'id', type: 'text', rewrites: 'ignore' },
    fields: [{ name: 'picture', type: 'container', rewrites: 'ignore' }],
    createOnly: [],
    merge: 'field',
    deletes: 'edit-wins',
    deleteLimit: { records: 9, percent: 100 },
    conflicts: { kind: 'newest' },
    links: [link],
  };
  const absence = { server: 'hq', key: 'K-1', at: 20, until: 21 };
  const held = lastHeld(head, { ...replica, digests: { name: 'digest of a' } }, 'hq');
  if (held === undefined) throw new Error('it was there');
  const merged = mergeAbsence({ plan, link, absence, head, held, sending: [] });
  expect([merged.changed, merged.lost.map(({ field, rule }) => [field, rule])]).toEqual([
    false,
    [['picture', 'edit-wins']],
  ]);
});

test('the mark goes along when its field is renamed', () => {
  const renaming = { to: { picture: 'photo' }, other: [] };
  expect(renamedReplica(renaming, replica)?.unread).toEqual({ photo: stamp });
});
