import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { gated } from './support/gate.ts';
import { rows, shownOf, synced } from './support/rows.ts';
import { until } from './support/until.ts';

const sessions = 4;
const servers = { hq: { sessions }, branch: { sessions } };
/** A request to a server on this machine takes effect at once or not at all. */
const settings = { sendWithinMs: 1000, lateWriteMs: 300 };

async function killWhen(bench: Bench, isSo: () => boolean): Promise<void> {
  const running = bench.startRun();
  await until(isSo, running.ended);
  running.child.kill('SIGKILL');
  const { signal } = await running.ended;
  expect(signal).toBe('SIGKILL');
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

/** Whatever a killed process had sent has arrived by then. */
const afterwards = (): Promise<void> => sleep(50);

test('S16: a first sync of 5,000 rows that is killed again and again goes on about where it was, and ends without a double', async () => {
  const all = rows(0, 5000);
  const [pageSize, bookmarkPages] = [50, 3];
  await using bench = await openBench({
    offices: { hq: { rows: all.slice(0, 4500) }, branch: { rows: all.slice(4000) } },
    servers,
    settings: { ...settings, pageSize, bookmarkPages },
  });
  const { hq, branch } = bench;
  const moments = [
    () => hq.stats.requests.list > 80,
    () => branch.stats.requests.list > 35,
    () => branch.stats.writes >= 1,
    () => branch.stats.writes >= 500,
    () => hq.stats.writes >= 60,
    () => branch.stats.writes >= 2500,
    () => branch.stats.writes >= 3999,
  ];
  for (const moment of moments) {
    await killWhen(bench, moment);
    await afterwards();
    for (const { stats } of bench.offices.values()) {
      expect(stats.openSessions).toBeLessThanOrEqual(sessions);
    }
  }
  const { exitCode, parked, conflicts } = await bench.run();
  expect({ exitCode, parked, conflicts }).toEqual({ exitCode: 0, parked: 0, conflicts: 0 });
  expect(synced(hq)).toEqual(shownOf(all));
  expect(synced(branch)).toEqual(shownOf(all));
  for (const { stats } of bench.offices.values()) {
    expect(stats.maxOpenSessions).toBeLessThanOrEqual(sessions);
    expect(stats).toMatchObject({ overlappingRequests: 0, updatesWithoutModId: 0 });
  }
  expect([hq.stats.writes, branch.stats.writes]).toEqual([500, 4000]);
  // Each page begins with the last row of the one before; branch is listed to be compared, and again to be read.
  const pages = [4500, 1000, 1000].map((count) => Math.ceil(count / (pageSize - 1)));
  // Each run reads again what was read since the last bookmark, and asks each server how many rows it has.
  const again = (moments.length + 1) * (bookmarkPages + 1 + 2);
  const listed = [hq, branch].map(({ stats }) => stats.requests.list);
  expect(sum(listed)).toBeLessThanOrEqual(sum(pages) + again);
});

test('a run that is killed while it delivers edits ends with them on both, and none of them twice', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 600) }, branch: { latencyMs: { update: 2 } } },
    servers,
    settings,
  });
  await bench.run();
  for (const { values } of bench.hq.records) bench.hq.edit(values['id'] ?? '', { notes: 'edited' });
  bench.branch.edit('K-00123', { amount: '123456' });
  bench.resetCounters();
  for (const written of [1, 200, 599]) {
    await killWhen(bench, () => bench.branch.stats.writes >= written);
    await afterwards();
  }
  const { exitCode, conflicts } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
  expect(bench.hq.value('K-00123', 'amount')).toBe('123456');
  expect(bench.branch.stats.writes).toBe(600);
});

test('a session whose login was cut off by a kill counts until FileMaker has closed it: the number is never passed', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 300) }, branch: { latencyMs: { login: 150 } } },
    servers: { hq: { sessions: 2 }, branch: { sessions: 2 } },
    settings,
  });
  await killWhen(bench, () => bench.branch.stats.requests.login === 1);
  await until(() => bench.branch.stats.openSessions === 1, new Promise(() => undefined));
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(bench.branch.stats.maxOpenSessions).toBe(2);
  expect(bench.branch.stats.openSessions).toBe(1);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
});

test('S15: creates that reached the server from a killed run, and that it does only later, are not sent again', async () => {
  const gate = gated();
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 12) }, branch: gate.office },
    servers,
    settings: { sendWithinMs: 1000, lateWriteMs: 2000 },
  });
  await killWhen(bench, () => bench.branch.stats.requests.create === sessions);
  // On their own sessions the next run would wait behind them.
  bench.branch.control.endSessions();
  bench.resetCounters();
  const running = bench.run();
  await until(() => bench.branch.stats.requests.find > 0, running);
  await afterwards();
  expect(bench.branch.stats.requests.create).toBeLessThanOrEqual(12 - sessions);
  gate.open();
  expect(await running).toMatchObject({ exitCode: 0, parked: 0 });
  expect(synced(bench.branch)).toEqual(shownOf(rows(0, 12)));
});
