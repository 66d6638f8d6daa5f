/** Sweeps by layouts of their own, by the real command in a process of its own. */
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { sweepLayout } from './support/office.ts';
import { rows } from './support/rows.ts';

const keyOf = (n: number): string => `K-${String(n).padStart(5, '0')}`;

/** Both offices hold so many records, and each was swept once. */
async function sweptOnce(count: number, sweeps: 'Contacts' | 'Others'): Promise<Bench> {
  const old = rows(0, count).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({
    offices: { hq: { rows: old, sweeps }, branch: { sweeps } },
    links: { hq: { sweepLayout }, branch: { sweepLayout } },
  });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  expect((await bench.run()).exitCode).toBe(0);
  expect((await bench.command('sweep')).code).toBe(0);
  return bench;
}

test('a sweep by a layout with key and stamp alone finds imports and deletes, and carries all of their fields', async () => {
  await using bench = await sweptOnce(60, 'Contacts');
  for (let n = 10; n < 20; n += 1) bench.hq.importOver(keyOf(n), { notes: `imported ${n}` });
  for (let n = 0; n < 5; n += 1) bench.hq.delete(keyOf(n));
  const { code, stdout } = await bench.command('sweep');
  expect([code, stdout]).toEqual([0, expect.stringContaining('5 records of contacts deleted on hq')]);
  expect(stdout).toContain('10 records of contacts on hq changed without a stamp');
  expect(bench.branch.records).toHaveLength(55);
  expect(bench.branch.record(keyOf(10)).values).toMatchObject({ notes: 'imported 10', name: 'contact 10' });
  expect((await bench.command('verify')).code).toBe(0);
});

test('one that shows another table is named, and nothing is deleted or made for it', async () => {
  await using bench = await sweptOnce(30, 'Others');
  bench.hq.delete(keyOf(3));
  const { code, stdout, stderr } = await bench.command('sweep');
  expect([code, bench.hq.records.length, bench.branch.records.length]).toEqual([0, 29, 29]);
  expect(stdout + stderr).toContain('the sweepLayout on hq shows other records than the layout');
});

test('R7: one that is gone when a command begins is named, and the layout itself is swept', async () => {
  await using bench = await sweptOnce(30, 'Contacts');
  bench.hq.control.removeLayout(sweepLayout);
  bench.hq.delete(keyOf(3));
  const { code, stdout } = await bench.command('sweep');
  expect([code, bench.branch.records.length]).toEqual([0, 29]);
  expect(stdout).toContain('the sweepLayout on hq is not as it was');
});
