import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/core/conflict.ts';
import type { Head, HeadField } from '../../src/core/head.ts';
import {
  type Attempt,
  type Content,
  type HeadChange,
  type HistoryEntry,
  markOf,
  recorded,
  stepsBack,
} from '../../src/core/history.ts';
import { conflict } from '../contracts/samples.ts';

const attempt = (at: number, parts: Partial<Attempt> = {}): Attempt => ({
  id: `attempt ${at}`,
  at,
  keptMs: 1_000_000,
  ...parts,
});

const stamp = fc.tuple(fc.nat(9), fc.nat(9)).map(([lo, width]) => ({ lo, hi: lo + width }));
const server = fc.constantFrom('hq', 'branch');
const value = fc.constantFrom('', 'one', 'two', 'three');
// As what is stored has it: states are compared with their prototypes.
const plain = { noNullPrototype: true } as const;
const candidate = fc.record({ value, digest: value, stamp }, plain);
const candidates = fc.record({ hq: candidate, branch: candidate }, plain);
const someField: fc.Arbitrary<HeadField> = fc.record(
  {
    value,
    digest: value,
    stamp,
    origin: server,
    inexact: fc.constant(true as const),
    rewrittenBy: server,
    held: fc.record({ candidates, conflicts: fc.array(value, { maxLength: 2 }) }, plain),
  },
  { requiredKeys: ['value', 'digest', 'stamp', 'origin'], ...plain },
);
const someContent: fc.Arbitrary<Content> = fc.record(
  {
    fields: fc.dictionary(fc.constantFrom('a', 'b', 'c'), someField, plain),
    createOnly: fc.record({ by: value }, plain),
    deleted: fc.record({ stamp, origin: server }, plain),
  },
  { requiredKeys: ['fields', 'createOnly'], ...plain },
);

const headOf = (version: number, content: Content): Head => ({
  table: 'contacts',
  key: 'k',
  version,
  seen: {},
  ...content,
});

const contentOf = ({ fields, createOnly, deleted }: Content): Content => ({
  fields,
  createOnly,
  ...(deleted && { deleted }),
});

const seenOnHq = { kind: 'seen', server: 'hq' } as const;

/** Heads one after the other, as they would be stored, each with its entry. */
function storedOf(contents: readonly Content[]): { heads: Head[]; entries: HistoryEntry[] } {
  const heads: Head[] = [];
  const entries: HistoryEntry[] = [];
  for (const [at, content] of contents.entries()) {
    const after = headOf(at + 1, content);
    const { head, entry } = recorded({ before: heads.at(-1), after, cause: seenOnHq, lost: [] }, attempt(at));
    heads.push(head);
    if (entry) entries.unshift(entry);
  }
  return { heads, entries };
}

describe('the entries of a record', () => {
  test('R5: undone one after the other, from any series of changes, give each state that it was in', () => {
    fc.assert(
      fc.property(fc.array(someContent, { minLength: 1, maxLength: 8 }), (contents) => {
        const { heads, entries } = storedOf(contents);
        const last = heads.at(-1);
        if (last === undefined) return;
        const steps = stepsBack(last, entries);
        for (const [at, content] of contents.entries()) {
          const undone = steps.filter(({ entry }) => entry.version > at + 1);
          expect(contentOf(undone.at(-1)?.before ?? last)).toEqual(contentOf(content));
        }
      }),
    );
  });

  test('are a chain from the head down to the first change, with none for what changed nothing', () => {
    fc.assert(
      fc.property(fc.array(someContent, { minLength: 1, maxLength: 8 }), (contents) => {
        const { heads, entries } = storedOf(contents);
        const changing = contents.flatMap((content, at) => {
          const before = contents[at - 1];
          const isSame = before === undefined || isDeepStrictEqual(contentOf(before), contentOf(content));
          return isSame ? [] : at + 1;
        });
        expect(entries.map(({ version }) => version)).toEqual(changing.toReversed());
        let next = heads.at(-1)?.history?.last;
        for (const { version, id, previous } of entries) {
          expect(next).toEqual({ version, id });
          next = previous;
        }
        expect(next).toBeUndefined();
      }),
    );
  });
});

const field = (text: string): HeadField => ({
  value: text,
  digest: text,
  stamp: { lo: 1, hi: 2 },
  origin: 'hq',
});
const holding = (a: string): Content => ({ fields: { a: field(a), b: field('same') }, createOnly: {} });

const changed = (parts: Partial<HeadChange> = {}): HeadChange => ({
  before: headOf(1, holding('one')),
  after: headOf(2, holding('two')),
  cause: seenOnHq,
  lost: [],
  ...parts,
});

test('a first version has no entry and says nothing of a history', () => {
  const { head, entry } = recorded(
    changed({ before: undefined, after: headOf(1, holding('one')) }),
    attempt(5),
  );
  expect([entry, head.history]).toEqual([undefined, undefined]);
  expect(markOf(head)).toEqual({ since: 1, upTo: 1 });
});

test('an entry tells what was replaced and no more, what made the version, and for how long it is kept', () => {
  const { entry } = recorded(changed(), attempt(5, { keptMs: 70 }));
  expect(entry).toEqual({
    table: 'contacts',
    key: 'k',
    version: 2,
    id: 'attempt 5',
    at: 5,
    keepUntil: 75,
    cause: seenOnHq,
    replaced: { fields: { a: field('one') } },
  });
});

test('a field that was put down in another order of its parts counts as the same', () => {
  const { value: text, digest, stamp: when, origin } = field('one');
  const turned = { origin, stamp: { hi: when.hi, lo: when.lo }, digest, value: text };
  const after = headOf(2, { ...holding('one'), fields: { a: turned, b: field('same') } });
  expect(recorded(changed({ after }), attempt(5)).entry).toBeUndefined();
});

const about = (name: string): Conflict =>
  conflict(name, { field: name, rule: 'newest', code: `code ${name}` });

test('a conflict stands in the entry by its rule where it is about what was changed; of a deleted record all do', () => {
  const lost = [about('a'), about('b')];
  expect(recorded(changed({ lost }), attempt(5)).entry?.decided).toEqual([
    { field: 'a', rule: 'newest', conflict: 'code a' },
  ]);
  const after = headOf(2, { ...holding('one'), deleted: { stamp: { lo: 1, hi: 2 }, origin: 'hq' } });
  expect(recorded(changed({ after, lost }), attempt(5)).entry?.decided).toHaveLength(2);
});

describe('where versions were made without entries', () => {
  const before = {
    ...headOf(7, holding('one')),
    history: { since: 1, upTo: 6, last: { version: 4, id: 'x' } },
  };

  test.each([
    ['over a mark that was taken along', before],
    ['by a release that knows no mark', headOf(7, holding('one'))],
  ])('%s, nothing is told of what lies before', (_how, head) => {
    const next = recorded(changed({ before: head, after: headOf(8, holding('two')) }), attempt(5));
    expect(next.entry?.previous).toBeUndefined();
    expect(next.head.history).toEqual({ since: 7, upTo: 8, last: { version: 8, id: 'attempt 5' } });
  });

  test('since none are kept, the head names none', () => {
    const known = { ...before, history: { ...before.history, upTo: 7 } };
    const change = changed({ before: known, after: { ...known, version: 8, fields: holding('two').fields } });
    const { head, entry } = recorded(change, attempt(5, { keptMs: 0 }));
    expect([head.history, entry]).toEqual([undefined, undefined]);
    expect(recorded(change, attempt(5)).entry?.previous).toEqual({ version: 4, id: 'x' });
  });
});
