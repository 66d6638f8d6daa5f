/** Two copies of one file that each went on by itself, as docs/prepare-filemaker.md takes them: what is seen before anything is written. */
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { planIn, verifyIn } from './support/checks.ts';
import type { Row } from './support/office.ts';
import { rows, synced } from './support/rows.ts';

const copied = rows(0, 60);
const here = [...copied, ...rows(100, 104)];
/** Half of the copied records were edited there, and six are its own. */
const there = (keyOf: (row: Row) => string): readonly Row[] =>
  [
    ...copied.map((row, at) => (at % 2 === 0 ? { ...row, notes: 'edited there' } : row)),
    ...rows(200, 206),
  ].map((row) => ({ ...row, id: keyOf(row) }));
const ofCopies = ({ id = '' }: Row): string => String(id);

test('with the same keys the plan counts what each has alone, the run halts before it writes, and after approve all is the same', async () => {
  await using bench = await openBench({ offices: { hq: { rows: here }, branch: { rows: there(ofCopies) } } });
  const before = [synced(bench.hq), synced(bench.branch)];
  expect((await planIn(bench)).text).toContain(
    'would halt: contacts on branch: 30 of 60 shared records differ',
  );
  await bench.run();
  expect([synced(bench.hq), synced(bench.branch)]).toEqual(before);
  expect((await bench.command('approve', 'contacts', 'branch')).code).toBe(0);
  const { text } = await planIn(bench);
  expect(text).toMatch(/^contacts on hq: 6 creates/m);
  expect(text).toMatch(/^contacts on branch: 4 creates/m);
  await bench.run();
  expect(synced(bench.hq)).toEqual(synced(bench.branch));
  expect(bench.hq.byKey.size).toBe(70);
  expect((await verifyIn(bench)).code).toBe(0);
});

test('with keys that each file made by itself the plan shows all records as creates on both, and nothing halts', async () => {
  const apart = there(({ id = '' }) => `branch-${String(id)}`);
  await using bench = await openBench({ offices: { hq: { rows: here }, branch: { rows: apart } } });
  const { text } = await planIn(bench);
  expect(text).toMatch(/^contacts on hq: 66 creates/m);
  expect(text).toMatch(/^contacts on branch: 64 creates/m);
  expect(text).not.toContain('halt');
});

test('without keys in one file its records would be parked', async () => {
  await using bench = await openBench({ offices: { hq: { rows: here }, branch: { rows: there(() => '') } } });
  expect((await planIn(bench)).text).toContain('66 records would be parked: the key field is empty');
});
