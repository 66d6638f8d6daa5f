/** A release day, as an administrator plays it through: by the real commands, in processes of their own. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows, synced } from './support/rows.ts';

test('a release day: run, pause, edits, the file is swapped, resume --after-migration, run, verify: no difference', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 60) }, branch: {} } });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  const { hq, branch } = bench;
  await bench.run();
  await bench.run();

  // In a file that was swapped an edit is one where its stamp is surely later than what was known: stamps are whole seconds, and no
  // clock is known to less than some tenths of one.
  await setTimeout(5_000);
  hq.edit('K-00001', { name: 'before the pause' });
  expect((await bench.command('pause', '--server', 'hq')).code).toBe(0);
  branch.edit('K-00002', { name: 'meanwhile' });
  expect((await bench.run()).exitCode).toBe(0);
  const status = await bench.command('status');
  expect([status.code, status.stdout]).toEqual([
    0,
    expect.stringContaining('hq: paused until it is resumed, 1 key waits'),
  ]);

  hq.control.migrate();
  hq.edit('K-00003', { name: 'after the release' });
  bench.resetCounters();
  const resumed = await bench.command('resume', '--server', 'hq', '--after-migration', '--json');
  expect([resumed.code, lastObject(resumed.stdout)]).toMatchObject([
    0,
    { resumed: { server: 'hq' }, remapped: [{ table: 'contacts', server: 'hq' }], paused: [] },
  ]);
  const told = await bench.command('halts');
  expect(told.stdout).toContain('as asked for: it is carried out with the next run');
  const ran = await bench.run();
  expect(ran.exitCode).toBe(0);
  expect(ran.lines.join(' ')).toContain(
    'paired by key after the migration: 58 records as known, 2 edited there',
  );
  expect(
    ['K-00001', 'K-00002', 'K-00003'].map((key) => [hq.value(key, 'name'), branch.value(key, 'name')]),
  ).toEqual([
    ['before the pause', 'before the pause'],
    ['meanwhile', 'meanwhile'],
    ['after the release', 'after the release'],
  ]);
  expect(synced(hq)).toEqual(synced(branch));
  expect((await bench.command('verify')).code).toBe(0);
  // One for each edit: nothing else is written again.
  expect([hq.writes.length, branch.writes.length]).toEqual([1, 2]);
});

test('after a migration is refused where nothing is paused, and nothing is asked for', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  await bench.run();
  const { code, stderr } = await bench.command('resume', '--server', 'hq', '--after-migration');
  expect([code, stderr]).toEqual([2, expect.stringContaining('nothing is paused now')]);
  expect((await bench.command('halts')).code).toBe(0);
});
