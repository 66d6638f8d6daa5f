/** A server whose licence lets the Data API send no more, by the real commands. */
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';
import { table } from './support/office.ts';

/** As if an hour had passed. */
async function anHourLater(bench: Bench): Promise<void> {
  const { control, close } = openLocalState({ directory: dirname(bench.stateFile), now: () => Date.now() });
  const stop = await control.breaker('hq', 'data');
  if (stop === undefined) throw new Error('hq was never stopped');
  await control.putBreaker({ ...stop, rev: stop.rev + 1, tryAt: Date.now() });
  close();
}

const names = (bench: Bench, office: string): readonly unknown[] =>
  bench
    .office(office)
    .control.records({ table })
    .map(({ values }) => values['name']);

const asked = (bench: Bench): number =>
  Object.entries(bench.hq.stats.requests)
    .filter(([kind]) => !['login', 'logout', 'productInfo'].includes(kind))
    .reduce((sum, [, count]) => sum + count, 0);

test('a server that answers 953 is left alone, said everywhere, and goes on by itself; the others go on', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 5) }, branch: {}, north: {} } });
  expect((await bench.run()).exitCode).toBe(0);
  bench.hq.control.allowData(0);
  bench.branch.control.updateAsUser({ table, recordId: 1, values: { name: 'edited at branch' } });
  bench.hq.control.updateAsUser({ table, recordId: 2, values: { name: 'edited at hq' } });

  const first = await bench.run();
  expect(first.exitCode).toBe(3);
  expect(first.failures).toMatchObject([{ server: 'hq', code: 'data-limit-exceeded' }]);
  expect(first.lines.join('\n')).toMatch(/STOPPED: hq is left alone since [-\d: ]+: 953, its licence/);
  expect(first.lines.join('\n')).toContain('Annual Reset Date');
  expect(names(bench, 'north')).toContain('edited at branch');

  bench.resetCounters();
  expect((await bench.run()).exitCode).toBe(3);
  expect(Object.values(bench.hq.stats.requests).every((count) => count === 0)).toBe(true);

  const halts = await bench.command('halts', '--json');
  expect([halts.code, lastObject(halts.stdout)]).toMatchObject([
    1,
    { halted: [], stopped: [{ server: 'hq' }] },
  ]);
  expect((await bench.status()).lines.join('\n')).toContain('STOPPED: hq is left alone');

  await anHourLater(bench);
  expect((await bench.run()).exitCode).toBe(3);
  expect(asked(bench)).toBe(1);

  await anHourLater(bench);
  bench.hq.control.allowData(undefined);
  const last = await bench.run();
  expect(last.exitCode).toBe(0);
  expect(last.lines.join('\n')).not.toContain('STOPPED');
  for (const office of ['hq', 'branch', 'north'])
    expect(names(bench, office)).toEqual(expect.arrayContaining(['edited at branch', 'edited at hq']));
  expect((await bench.status()).exitCode).toBe(0);
});
