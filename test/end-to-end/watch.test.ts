import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject, type Running } from './support/command-line.ts';
import { rows, synced } from './support/rows.ts';
import { until } from './support/until.ts';

const watched = async (): Promise<Bench> => {
  const bench = await openBench({
    offices: { hq: { rows: rows(0, 30) }, branch: { rows: rows(20, 40) } },
    servers: { hq: { sessions: 3 }, branch: { sessions: 3 } },
  });
  await bench.configure((configuration) => ({ ...configuration, schedule: { enumerate: '1 second' } }));
  return bench;
};

async function stopped(running: Running, signal: NodeJS.Signals): Promise<void> {
  running.child.kill(signal);
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining('stopped: nothing is under way'),
  });
  expect(lastObject(stdout)).toMatchObject({ exitCode: 0, pending: 0 });
}

test('run --watch carries edits by itself until SIGTERM: exit code 0, no session left', async () => {
  await using bench = await watched();
  const { hq, branch } = bench;
  const running = bench.start('run', '--watch', '--json');
  await until(() => hq.byKey.size === 40 && branch.byKey.size === 40, running.ended);
  hq.edit('K-00001', { name: 'by hq' });
  branch.edit('K-00001', { notes: 'by branch' });
  branch.create({ id: 'NEW', name: 'made at branch' });
  await until(() => hq.byKey.has('NEW') && hq.value('K-00001', 'notes') === 'by branch', running.ended);
  await until(() => branch.value('K-00001', 'name') === 'by hq', running.ended);
  await stopped(running, 'SIGTERM');
  expect(synced(branch)).toEqual(synced(hq));
  for (const { stats } of bench.offices.values()) {
    expect(stats.maxOpenSessions).toBeLessThanOrEqual(3);
    expect(stats).toMatchObject({ openSessions: 0, overlappingRequests: 0, updatesWithoutModId: 0 });
  }
});

test('run --watch says when a server fails, goes on with it when it answers again, and ends on SIGINT', async () => {
  await using bench = await watched();
  const { hq, branch } = bench;
  const running = bench.start('run', '--watch', '--json');
  await until(() => branch.byKey.size === 40, running.ended);
  branch.control.addTrouble({ effect: { kind: 'error', code: '802' }, on: ['find', 'create', 'update'] });
  hq.edit('K-00001', { name: 'meanwhile' });
  await until(() => /failed: .*server "branch".* 802/.test(running.stderr), running.ended);
  branch.control.removeTrouble();
  await until(() => branch.value('K-00001', 'name') === 'meanwhile', running.ended);
  await stopped(running, 'SIGINT');
  expect(running.stderr).not.toContain('contact 1');
});

test('a server that answers no create clearly holds up no other one', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {}, kiosk: {} } });
  await bench.configure((configuration) => ({ ...configuration, schedule: { enumerate: '1 second' } }));
  bench.branch.control.addTrouble({ effect: { kind: 'error', code: '951' }, on: ['create'] });
  const running = bench.start('run', '--watch', '--json');
  const kiosk = bench.office('kiosk');
  await until(() => kiosk.byKey.size === 3 && bench.branch.stats.requests.create > 0, running.ended);
  bench.hq.edit('K-00000', { name: 'meanwhile' });
  await until(() => kiosk.value('K-00000', 'name') === 'meanwhile', running.ended);
  expect(bench.branch.byKey.size).toBe(0);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});

test('what was to be delivered before a server was met goes out when it is', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 150) }, branch: { rows: rows(0, 3), latencyMs: { list: 1500 } } },
  });
  const running = bench.start('run', '--watch', '--json');
  await until(() => bench.branch.byKey.size === 150, running.ended);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});
