/** Deletes that a log in the file tells of, by the real commands in processes of their own. */
import { expect, test } from 'vitest';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { configuredLog } from './support/office.ts';
import { rows } from './support/rows.ts';
import { until } from './support/until.ts';

const keyOf = (n: number): string => `K-${String(n).padStart(5, '0')}`;

/** Both offices hold so many records, and their logs were read. No sweep is made. */
async function filled(
  count: number,
  { branchLog = true, link }: { branchLog?: boolean; link?: Plain } = {},
): Promise<Bench> {
  const old = rows(0, count).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({
    offices: { hq: { rows: old, log: true }, branch: { log: branchLog } },
    table: { deletes: { log: configuredLog } },
    ...(link && { links: { branch: link } }),
  });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  return bench;
}

const run = (bench: Bench) => bench.command('run --once');

test('deletes of two offices whose clocks and zones differ cross within two runs and without a sweep', async () => {
  await using bench = await filled(40);
  for (let n = 0; n < 2; n += 1) expect((await run(bench)).code).toBe(0);
  for (const n of [1, 2, 3]) bench.hq.deleteLogged(keyOf(n));
  for (const n of [11, 12]) bench.branch.deleteLogged(keyOf(n));
  // One that is made again before anybody looked.
  bench.hq.deleteLogged(keyOf(20));
  bench.hq.create({ id: keyOf(20), name: 'made again' });
  const planned = await bench.command('plan');
  expect([planned.code, bench.hq.records.length, bench.branch.records.length]).toEqual([1, 37, 38]);
  for (let n = 0; n < 2; n += 1) expect((await run(bench)).code).toBe(0);
  expect([bench.hq.records.length, bench.branch.records.length]).toEqual([35, 35]);
  expect(bench.branch.value(keyOf(20), 'name')).toBe('made again');
  expect((await bench.command('verify')).code).toBe(0);
  bench.resetCounters();
  expect((await run(bench)).code).toBe(0);
  expect([...bench.hq.writes, ...bench.branch.writes]).toEqual([]);
});

test('30 of 60 records that the log tells of halt the table before any is deleted elsewhere', async () => {
  await using bench = await filled(60);
  await run(bench);
  for (let n = 0; n < 30; n += 1) bench.hq.deleteLogged(keyOf(n));
  for (let n = 0; n < 2; n += 1) await run(bench);
  expect(bench.branch.records).toHaveLength(60);
  expect((await bench.command('halts')).stdout).toContain('30 of 60 records are gone; the limit is 20 a day');
});

test('a server without such a layout is refused with the way to have none there, and then it works', async () => {
  await using bench = await filled(3, { branchLog: false });
  const refused = await run(bench);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('write deleteLog: none under its servers.branch'),
  ]);
  await using without = await filled(3, { branchLog: false, link: { deleteLog: 'none' } });
  expect((await run(without)).code).toBe(0);
});

const renameTime = (bench: Bench, from: string, to: string): void =>
  bench.hq.control.renameField({ table: 'Deletes', from, to });

const words = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('R7: a table that was worked on goes on without a log whose field is renamed, says where and what to do, and reads it once it is mended', async () => {
  await using bench = await filled(10);
  for (let n = 0; n < 2; n += 1) expect((await run(bench)).code).toBe(0);
  renameTime(bench, 'deleted_at', 'gone_at');
  bench.hq.deleteLogged(keyOf(1));
  bench.branch.edit(keyOf(2), { name: 'meanwhile' });
  const { code, stdout } = await run(bench);
  expect([code, bench.hq.value(keyOf(2), 'name')]).toEqual([0, 'meanwhile']);
  expect(words(stdout)).toMatch(
    /the log of deletes on hq cannot be read.*tables\.contacts\.deletes\.log\.deletedAt is "deleted_at" deleted_at is not on layout Deletes_Sync.*Put it on the layout, or correct the name/,
  );
  renameTime(bench, 'gone_at', 'deleted_at');
  for (let n = 0; n < 2; n += 1) expect((await run(bench)).stdout).not.toContain('cannot be read');
  expect(bench.branch.records).toHaveLength(9);
});

test('R7: run --watch that begins while the layout of a log is gone takes the log up when it is there again', async () => {
  await using bench = await filled(5);
  for (let n = 0; n < 2; n += 1) expect((await run(bench)).code).toBe(0);
  bench.hq.control.removeLayout('Deletes_Sync');
  await bench.configure((configuration) => ({
    ...configuration,
    schedule: { enumerate: '1 second', settle: '0 seconds', sweep: 'never' },
  }));
  const running = bench.start('run', '--watch', '--json');
  await until(() => running.stderr.includes('write deleteLog: none under its servers.hq'), running.ended);
  bench.hq.deleteLogged(keyOf(1));
  bench.hq.control.putBackLayout('Deletes_Sync');
  // The look for a record that it tells of.
  await until(() => (bench.hq.stats.answers['101'] ?? 0) > 0, running.ended);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  expect((await run(bench)).code).toBe(0);
  expect(bench.branch.records).toHaveLength(4);
});
