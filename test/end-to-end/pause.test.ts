/** What is paused is asked for nothing, keeps what waits, and goes on: by the real commands. */
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import type { Office } from './support/office.ts';
import { rows, synced } from './support/rows.ts';
import { until } from './support/until.ts';

const requestsTo = ({ stats }: Office): number =>
  Object.values(stats.requests).reduce((sum, count) => sum + count, 0);

async function synchronous(count = 30) {
  const bench = await openBench({ offices: { hq: { rows: rows(0, count) }, branch: {} } });
  await bench.run();
  bench.resetCounters();
  return bench;
}

test('a paused server is asked for nothing by run, sweep, plan or verify, and what waits is told and kept', async () => {
  await using bench = await synchronous();
  const { hq, branch } = bench;
  expect((await bench.command('pause', '--server', 'branch')).code).toBe(0);
  hq.edit('K-00001', { name: 'meanwhile' });
  branch.edit('K-00002', { name: 'there' });
  const ran = await bench.run();
  expect([ran.exitCode, ran.pending, hq.value('K-00002', 'name')]).toEqual([0, 1, 'contact 2']);
  expect(ran.lines).toContain('branch: paused until it is resumed, 1 key waits');
  expect(ran.lines.at(-1)).toMatch(/^In step, but for what is paused: /);
  expect((await bench.command('sweep')).code).toBe(0);
  expect((await bench.command('plan')).code).not.toBe(2);
  const { stdout } = await bench.command('verify');
  expect(stdout).toContain('contacts on branch: not compared: it is paused');
  expect(requestsTo(branch)).toBe(0);
  expect((await bench.command('resume', '--server', 'branch', '--as', 'mary')).code).toBe(0);
  const acts = (await bench.command('audit')).stdout;
  expect(acts).toMatch(/resumed\s+on branch/);
  expect(acts).toMatch(/paused\s+on branch/);
  expect(acts).toContain('mary');
  expect((await bench.run()).exitCode).toBe(0);
  expect([branch.value('K-00001', 'name'), hq.value('K-00002', 'name')]).toEqual(['meanwhile', 'there']);
  expect(synced(branch)).toEqual(synced(hq));
});

test('a pause takes effect while a watch is at work, and so does its end', async () => {
  await using bench = await synchronous();
  await bench.configure((configuration) => ({ ...configuration, schedule: { enumerate: '1 second' } }));
  const { hq, branch } = bench;
  const running = bench.start('run', '--watch', '--json');
  hq.edit('K-00001', { name: 'first' });
  await until(() => branch.value('K-00001', 'name') === 'first', running.ended);
  const said = async () => (await bench.command('status')).stdout;
  await until(async () => (await said()).includes(': 0 created, 1 updated so far'), running.ended);
  expect((await bench.command('pause', '--server', 'branch')).code).toBe(0);
  for (const [key, waiting] of [
    ['K-00001', 1],
    ['K-00002', 2],
  ] as const) {
    hq.edit(key, { name: 'meanwhile' });
    await until(async () => (await bench.status()).pending === waiting, running.ended);
  }
  expect(['K-00001', 'K-00002'].map((key) => branch.value(key, 'name'))).toEqual(['first', 'contact 2']);
  expect((await bench.command('resume')).code).toBe(0);
  await until(() => branch.value('K-00001', 'name') === 'meanwhile', running.ended);
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(
    / {2}paused: branch \(serversync status says until when\)\n[^]* {2}goes on: branch\n/,
  );
});

test('status shows what is paused, until when, and what waits', async () => {
  await using bench = await synchronous();
  await bench.command('pause', '--server', 'branch', '--until', '2 hours');
  bench.hq.edit('K-00001', { name: 'meanwhile' });
  await bench.run();
  const { code, stdout } = await bench.command('status');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^contacts +branch +- .* +1 +0 +0 +paused until \d\d:\d\d$/m);
  expect(stdout).toMatch(/^branch: paused until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, 1 key waits$/m);
  const shown = lastObject((await bench.command('status', '--json')).stdout);
  expect(shown['paused']).toEqual([
    {
      why: 'pause',
      of: { server: 'branch' },
      until: expect.any(Number),
      table: 'contacts',
      server: 'branch',
      waiting: 1,
    },
  ]);
});

test('what cannot be paused or resumed is refused with the reason, and changes nothing', async () => {
  await using bench = await synchronous(3);
  for (const [args, says] of [
    ['pause --server brunch', 'there is no server brunch'],
    ['pause --table contact', 'there is no table contact'],
    ['pause --until soon', '--until "soon" is not a time'],
    ['pause --until 2001-01-01T10:00', 'has passed'],
    ['resume', 'nothing is paused now'],
  ] as const) {
    const { code, stderr } = await bench.command(args);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(says)]);
  }
  expect((await bench.run()).lines.filter((line) => line.includes('paused'))).toEqual([]);
});
