import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { contactFields } from './support/office.ts';
import { rows } from './support/rows.ts';
import { until } from './support/until.ts';

test('sessions that a killed run left are logged out by the next run, also where it needs fewer', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 600) }, branch: { latencyMs: { create: 5 } } },
    servers: { hq: { sessions: 4 }, branch: { sessions: 4 } },
    settings: { sendWithinMs: 1000, lateWriteMs: 300 },
  });
  const running = bench.startRun();
  await until(() => bench.branch.stats.writes >= 560, running.ended);
  running.child.kill('SIGKILL');
  await running.ended;
  await sleep(50);
  expect(bench.branch.stats.openSessions).toBe(4);
  await bench.run();
  expect([bench.hq.stats.openSessions, bench.branch.stats.openSessions]).toEqual([0, 0]);
});

test('own writes from before a step of the clock do not count as stamps of the clock as it is now', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 10) }, branch: {} } });
  await bench.run();
  bench.branch.control.stepClock(-7_200_000);
  const { lines: halted } = await bench.run();
  const [, id = ''] = /serversync approve (\S+)/.exec(halted.join('\n')) ?? [];
  expect((await bench.command('approve', id)).code).toBe(0);
  await bench.run();
  const { lines } = await bench.run();
  expect(lines.join('\n')).not.toContain('is timeZone of servers.branch right?');
  expect(lines).toContainEqual(
    expect.stringMatching(/^clock of branch: (1 h 59 min|2 h) behind \(± 0\.\d s\)$/),
  );
});

test("a user's clock that is an hour behind is measured when a delivery meets its edit, and widens the window", async () => {
  const fields = contactFields.map((field) =>
    field.name === 'modified_at' ? { ...field, stampedBy: 'user' as const } : field,
  );
  const sam = { name: 'Slow Sam', clockOffsetMs: -3_600_000 };
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 10), fields }, branch: { fields } },
    table: { modified: { field: 'modified_at', stampedBy: 'user' } },
  });
  await bench.run();
  bench.hq.edit('K-00001', { name: 'by Sam' }, sam);
  bench.branch.edit('K-00001', { notes: 'by branch' });
  const { lines } = await bench.run();
  expect(bench.branch.value('K-00001', 'name')).toBe('by Sam');
  expect(lines.join('\n')).toContain('changes of contacts on hq were stamped up to 56 min');
  bench.hq.edit('K-00002', { name: 'by Sam' }, sam);
  await bench.run();
  expect(bench.branch.value('K-00002', 'name')).toBe('by Sam');
});

test.each(['959', '1711'])('code %s is the server’s trouble: it parks no record', async (code) => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 10) }, branch: {} } });
  bench.branch.control.addTrouble({ effect: { kind: 'error', code }, on: ['create'] });
  const { exitCode, parked, pending } = await bench.run();
  expect({ exitCode, parked, pending }).toEqual({ exitCode: 3, parked: 0, pending: 10 });
  bench.branch.control.removeTrouble();
  expect((await bench.run()).exitCode).toBe(0);
});
