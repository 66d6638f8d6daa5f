import { describe, expect, test } from 'vitest';
import type { Trouble } from '../../src/simulator/troubles.ts';
import { type Bench, openBench } from './support/bench.ts';
import { openOffice } from './support/office.ts';
import { rows, shownOf, synced } from './support/rows.ts';
import { until } from './support/until.ts';

/** A server on this machine does at once what it does at all. */
const settings = { sendWithinMs: 1000, lateWriteMs: 300 };

/** Runs until everything is in step, as an administrator would; throws where that takes too many. */
async function runUntilInStep(bench: Bench): Promise<void> {
  for (let run = 0; run < 10; run += 1) {
    const { exitCode } = await bench.run();
    if (exitCode === 0) return;
  }
  throw new Error('not in step after ten runs');
}

const on: Trouble['on'] = ['list', 'find', 'create', 'update'];
const troubles: readonly { readonly name: string; readonly trouble: Trouble }[] = [
  {
    name: 'sessions end at random (952)',
    trouble: { effect: { kind: 'loseSession' }, on, probability: 0.05 },
  },
  {
    name: 'the capacity is used up (812)',
    trouble: { effect: { kind: 'error', code: '812' }, on: ['login'], probability: 0.3 },
  },
  {
    name: 'HTML 502 before the work',
    trouble: { effect: { kind: 'html', status: 502 }, on, probability: 0.05 },
  },
  {
    name: 'HTML 502 after the work',
    trouble: { effect: { kind: 'html', status: 502, after: true }, on, probability: 0.05 },
  },
  {
    name: 'answers lost after the commit',
    trouble: { effect: { kind: 'resetAfter' }, on, probability: 0.05 },
  },
  { name: 'answers cut off', trouble: { effect: { kind: 'truncate' }, on, probability: 0.05 } },
];

describe('S15, S23: no record is lost and none is doubled', () => {
  test.each(troubles)('where $name', async ({ trouble }) => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 250) }, branch: { rows: rows(200, 400) } },
      servers: { hq: { sessions: 3 }, branch: { sessions: 3 } },
      settings,
    });
    for (const { control } of bench.offices.values()) control.addTrouble(trouble);
    await runUntilInStep(bench);
    for (const { values } of bench.hq.records.slice(0, 100))
      bench.hq.edit(values['id'] ?? '', { notes: 'h' });
    for (const { values } of bench.branch.records.slice(0, 100)) {
      bench.branch.edit(values['id'] ?? '', { name: 'b' });
    }
    const edited = [...bench.hq.byKey.keys()].slice(0, 100);
    await runUntilInStep(bench);
    const struck = [...bench.offices.values()].flatMap(({ control }) => control.troubles());
    expect(struck.every((each) => each.struck > 0)).toBe(true);
    for (const { control } of bench.offices.values()) control.removeTrouble();
    await bench.run();
    expect(bench.hq.byKey.size).toBe(400);
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
    expect(edited.map((key) => bench.branch.value(key, 'notes'))).toEqual(edited.map(() => 'h'));
    expect((await bench.status()).latestConflicts).toEqual([]);
    for (const { stats } of bench.offices.values()) {
      expect(stats.maxOpenSessions).toBeLessThanOrEqual(3);
      expect(stats).toMatchObject({ openSessions: 0, overlappingRequests: 0, updatesWithoutModId: 0 });
    }
  });
});

describe('a server that is down', () => {
  test('when it was known before: the others go on, exit code 3, and it gets what it missed when it is back', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 20) }, branch: {}, depot: {} },
    });
    await bench.run();
    const { gone, restore } = await taken(bench, 'depot');
    bench.hq.edit('K-00001', { name: 'meanwhile' });
    bench.branch.create({ id: 'NEW', name: 'meanwhile' });
    const down = await bench.run();
    expect(down).toMatchObject({ exitCode: 3, pending: 2 });
    expect(down.failures).toMatchObject([{ server: 'depot', code: 'server-unreachable' }]);
    expect(down.lines.join('\n')).toContain('failed: server "depot" at');
    expect(bench.branch.value('K-00001', 'name')).toBe('meanwhile');
    expect(bench.hq.value('NEW', 'name')).toBe('meanwhile');
    expect(gone.value('K-00001', 'name')).toBe('contact 1');
    const back = await restore();
    expect(await bench.run()).toMatchObject({ exitCode: 0, pending: 0 });
    expect(synced(back)).toEqual(synced(bench.hq));
  });

  test('status says which server waits for how many records', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 20) }, branch: {} } });
    await bench.run();
    await taken(bench, 'branch');
    bench.hq.edit('K-00001', { name: 'meanwhile' });
    await bench.run();
    const { exitCode, lines } = await bench.status();
    expect(exitCode).toBe(1);
    expect(lines.join('\n')).toMatch(/^contacts +branch .* 1 +0 +0 +failing$/m);
    expect(lines[0]).toContain('failed: server-unreachable');
  });

  test('in the middle of a run: exit code 3, what it got is not written twice, and the next run completes it', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 400) }, branch: { latencyMs: { create: 2 } } },
      settings,
    });
    const running = bench.run();
    await until(() => bench.branch.stats.writes > 50, running);
    const before = bench.branch.control.addTrouble({ effect: { kind: 'resetBefore' } });
    expect(await running).toMatchObject({ exitCode: 3 });
    bench.branch.control.removeTrouble(before);
    expect(await bench.run()).toMatchObject({ exitCode: 0 });
    expect(synced(bench.branch)).toEqual(shownOf(rows(0, 400)));
    expect(bench.branch.stats.writes).toBe(400);
  });

  test('when it was never met: the run says so and begins nothing that would have to be undone', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 20) }, branch: {} } });
    await bench.branch.close();
    const { code, stderr, stdout } = await bench.command('run', '--once', '--json');
    expect(code).toBe(3);
    expect(stderr).toContain('server "branch"');
    expect(stdout).toContain('"code":"server-unreachable"');
    expect(bench.hq.stats.writes).toBe(0);
  });
});

/** Takes a server off the network; `restore` brings one with the same records back to the same address. */
async function taken(bench: Bench, name: string) {
  const office = bench.office(name);
  const { port } = office.simulator;
  const stored = office.records.map(({ values: { label: _label, ...values } }) => values);
  await office.close();
  return { gone: office, restore: async () => openOffice({ port, rows: stored }) };
}
