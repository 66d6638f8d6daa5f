import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { until } from './support/until.ts';
import { rows, synced } from './support/rows.ts';

const sessions = 3;
const servers = { hq: { sessions }, branch: { sessions } };

function expectOrderly(bench: Bench): void {
  for (const { stats } of bench.offices.values()) {
    expect(stats.maxOpenSessions).toBeLessThanOrEqual(sessions);
    expect(stats).toMatchObject({ openSessions: 0, overlappingRequests: 0, updatesWithoutModId: 0 });
  }
}

test('a run keeps to its sessions, one request at a time on each, and leaves none', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 900) }, branch: { rows: rows(800, 1200), latencyMs: { create: 1 } } },
    servers,
  });
  await bench.run();
  for (const { values } of bench.hq.records.slice(0, 300)) bench.hq.edit(values['id'] ?? '', { notes: 'x' });
  await bench.run();
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
  expect(bench.branch.stats.maxOpenSessions).toBe(sessions);
  expect(bench.branch.stats.requests.update).toBe(300);
  expectOrderly(bench);
});

test('a run that fails on one server leaves no session on any', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 400) }, branch: {} },
    servers,
  });
  bench.branch.control.addTrouble({
    effect: { kind: 'error', code: '802' },
    on: ['create'],
    probability: 0.1,
  });
  const { exitCode, failures } = await bench.run();
  expect(exitCode).toBe(3);
  expect(failures).toMatchObject([{ server: 'branch', code: 'database-unavailable' }]);
  expectOrderly(bench);
});

test('SIGINT ends a run between two requests: exit code 1, no session left, the next run completes it', async () => {
  // Batches that were begun are ended: three of 250.
  const all = 1_500;
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, all) }, branch: { latencyMs: { create: 5 } } },
    servers,
  });
  const running = bench.start('run', '--once', '--json');
  await until(() => bench.branch.stats.writes > 100, running.ended);
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toContain('what is left is kept, run it again to go on');
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ code: 'stopped' });
  expect(bench.branch.stats.writes).toBeLessThan(all);
  expectOrderly(bench);
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
  expect(bench.branch.stats.requests.create).toBe(all);
  expectOrderly(bench);
});

test('sessions that the server ended between two runs cost no record', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 50) }, branch: {} }, servers });
  await bench.run();
  bench.hq.control.endSessions();
  bench.branch.control.endSessions();
  bench.hq.edit('K-00001', { name: 'after' });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(bench.branch.value('K-00001', 'name')).toBe('after');
});
