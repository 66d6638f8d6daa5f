/** What an answer to a file of another past makes of one listed record. */
import { describe, expect, test } from 'vitest';
import type { Sending } from '../../src/core/batch.ts';
import { digestOf, digestsOf, type Values } from '../../src/core/digest.ts';
import type { Head, Held, Replica } from '../../src/core/head.ts';
import { interval } from '../../src/core/interval.ts';
import type { TablePlan } from '../../src/core/link.ts';
import type { Merged } from '../../src/core/merge.ts';
import { type KnownRecord, listedMove, type Side } from '../../src/engine/restored-moves.ts';
import { fieldNames, headOf, linkOf, plan, seenOn } from '../core/samples.ts';

const halt = { at: 600_000 };
const [before, touching, after] = [
  interval(400_000, 401_000),
  interval(599_500, 600_500),
  interval(800_000, 801_000),
];
const old = { a: 'one', b: 'one', c: 'one' };

const replicaOf = (values: Values, of: Partial<Replica> = {}): Replica => ({
  table: 'contacts',
  server: 'hq',
  key: 'k',
  rev: 1,
  recordId: '7',
  modId: 9,
  version: 1,
  at: 300_000,
  until: 300_050,
  digests: digestsOf(values, Object.keys(values)),
  ...of,
});

type Known = Partial<KnownRecord> & Pick<KnownRecord, 'head'>;

/** The file of hq shows `values`, at a modId below the one known. */
function merged(side: Side, values: Values, known: Known, changedAt = before, of: TablePlan = plan): Merged {
  const work = { place: { plan: of, link: linkOf('hq') }, side, halt };
  const record = { replica: undefined, sending: [], ...known };
  const move = listedMove(work, seenOn('hq', values, changedAt), record);
  if (move === undefined) throw new Error('nothing was to be done');
  return move.merged;
}

const valuesOf = ({ head }: Merged): Values =>
  Object.fromEntries(fieldNames.map((name) => [name, head?.fields[name]?.value ?? '']));
const candidate = (value: string, stamp = touching) => ({ value, digest: digestOf(value), stamp });
const lostIn = ({ lost }: Merged) => lost.map(({ field, loser, rule }) => [field, loser.value, rule]);

describe('approve', () => {
  test('replaces what the server itself had been known to hold, though its stamp touches the halt', () => {
    const held = { ...old, a: 'two' };
    const outcome = merged('truth', old, { head: headOf(held, touching, 'hq'), replica: replicaOf(held) });
    expect([valuesOf(outcome), lostIn(outcome)]).toEqual([old, [['a', 'two', 'restored']]]);
  });

  test('takes the file’s value as set when the table halted: what comes later wins over it', () => {
    const held = { ...old, a: 'two' };
    const { head } = merged('truth', old, { head: headOf(held, before), replica: replicaOf(held) });
    expect(head?.fields['a']?.stamp).toEqual(interval(halt.at, halt.at));
  });

  test('takes no field that is synced since then and empty there', () => {
    const outcome = merged(
      'truth',
      { ...old, c: '' },
      { head: headOf(old, before), replica: replicaOf({ a: 'one', b: 'one' }) },
    );
    expect([valuesOf(outcome), lostIn(outcome)]).toEqual([old, []]);
  });

  test('takes our own write, of which the answer was lost, for no edit', () => {
    const head = headOf({ ...old, a: 'three' }, before, 'branch', 3);
    const sending: readonly Sending[] = [
      { batch: 'row', key: 'k', digests: { a: digestOf('two') }, create: false, at: 350_000 },
    ];
    const outcome = merged('truth', { ...old, a: 'two' }, { head, replica: replicaOf(old), sending });
    expect([valuesOf(outcome)['a'], lostIn(outcome)]).toEqual(['three', []]);
  });

  test('measures by the state that was merged last, where its replica was not stored any more', () => {
    const two = { ...old, a: 'two' };
    const seen = { recordId: '7', modId: 9, version: 3, digests: digestsOf(two, fieldNames), at: 350_000 };
    const head: Head = { ...headOf({ ...old, a: 'three' }, before, 'branch', 4), seen: { hq: seen } };
    const outcome = merged('truth', two, { head, replica: replicaOf(old) });
    expect([valuesOf(outcome)['a'], lostIn(outcome)]).toEqual(['three', []]);
  });

  test.each([
    ['before the halt: the record comes back', before, false],
    ['since the halt: the policy decides, and what was edited there is kept', after, true],
  ])('of a record that is edited on the file and was deleted elsewhere %s', (_, stamp, isDeleted) => {
    const head: Head = { ...headOf(old, before), deleted: { stamp, origin: 'branch' } };
    const edited = { ...old, a: 'edited' };
    const known = { head, replica: replicaOf(old) };
    const outcome = merged('truth', edited, known, after, { ...plan, deletes: 'delete-wins' });
    expect(outcome.head?.deleted !== undefined).toBe(isDeleted);
    const kept = isDeleted ? [['a', 'edited', 'delete-wins']] : [['a', 'one', 'restored']];
    expect(lostIn(outcome)).toEqual(kept);
  });

  test.each([
    ['ends what waits for a choice, however late its own candidate', before, undefined],
    ['leaves what waits where another server changed it since', after, 'held'],
  ])('%s', (_, branchAt, waits) => {
    const held: Held = {
      candidates: { hq: candidate('by hq'), branch: candidate('by branch', branchAt) },
      conflicts: ['one'],
    };
    const of = headOf({ ...old, a: 'by branch' }, before, 'branch');
    const [a] = Object.values(of.fields);
    if (a === undefined) throw new Error('no field');
    const head: Head = { ...of, fields: { ...of.fields, a: { ...a, held } } };
    const values = { ...old, a: 'by hq' };
    const outcome = merged('truth', values, { head, replica: replicaOf(values) });
    expect(outcome.head?.fields['a']?.held && 'held').toBe(waits);
    expect(outcome.agreed).toEqual(waits === undefined ? ['one'] : []);
  });
});

describe('put-back', () => {
  test('R5: keeps whatever is not as it was known there, and what the server held already is not lost', () => {
    const head = headOf({ a: 'two', b: 'two', c: 'two' }, before);
    const outcome = merged(
      'refill',
      { a: 'one', b: 'imported', c: 'two' },
      { head, replica: replicaOf(old) },
    );
    expect(lostIn(outcome)).toEqual([['b', 'imported', 'refilled']]);
    expect([outcome.changed, valuesOf(outcome)]).toEqual([false, { a: 'two', b: 'two', c: 'two' }]);
  });

  test('of a record that it was not known to have keeps all but what is empty', () => {
    const outcome = merged('refill', { a: 'here', b: '', c: 'one' }, { head: headOf(old, before) });
    expect(lostIn(outcome)).toEqual([['a', 'here', 'refilled']]);
  });
});
