/** What is counted of the licence's data, against what the simulated servers really sent. */
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { dayAt } from '../../src/core/data-use.ts';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';

const shown = z.object({
  servers: z.array(
    z.object({
      server: z.string(),
      data: z.object({
        day: z.string(),
        today: z.number(),
        thisMonth: z.number(),
        budget: z.object({ bytes: z.number(), per: z.string() }).optional(),
        share: z.number().optional(),
      }),
    }),
  ),
});

type Data = z.infer<typeof shown>['servers'][number]['data'];

async function dataOf(bench: Bench): Promise<ReadonlyMap<string, Data>> {
  const { stdout } = await bench.command('status', '--json');
  return new Map(shown.parse(lastObject(stdout)).servers.map(({ server, data }) => [server, data]));
}

const sent = (bench: Bench): readonly number[] => [bench.hq.stats.bytesSent, bench.branch.stats.bytesSent];

const today = async (bench: Bench): Promise<readonly (number | undefined)[]> => {
  const data = await dataOf(bench);
  return [data.get('hq')?.today, data.get('branch')?.today];
};

test('what is counted is what each server sent, compressed or not, over processes that share the state', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 300) }, branch: {} } });
  await bench.run();
  const first = sent(bench);
  expect(Math.min(...first)).toBeGreaterThan(10_000);
  expect(await today(bench)).toEqual(first);
  const { code } = await bench.command('run', '--once');
  expect(code).toBe(0);
  expect(sent(bench)[0]).toBeGreaterThan(first[0] ?? 0);
  expect(await today(bench)).toEqual(sent(bench));
});

test('what a command reads that changes nothing is counted too', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 50) }, branch: {} } });
  await bench.run();
  for (const command of ['plan', 'verify']) expect((await bench.command(command)).code).toBe(0);
  expect(await today(bench)).toEqual(sent(bench));
});

/** As if the server had sent so much more. */
async function sendMore(bench: Bench, bytes: number): Promise<void> {
  const state = openLocalState({ directory: dirname(bench.stateFile), now: () => Date.now() });
  const day = dayAt(Date.now(), 'America/New_York');
  await state.dataUses.addDataUse({ server: 'hq', day, bytes });
  state.close();
}

test('from 80% of a budget on an alarm says so, in a run and in status, and nothing stops', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 5) }, branch: {} },
    servers: { hq: { dataBudget: '5 GB per month' } },
  });
  await bench.run();
  await sendMore(bench, 3_990_000_000);
  expect((await bench.status()).lines.join('\n')).not.toContain('ALARM: hq sent');
  await sendMore(bench, 110_000_000);
  const alarm = 'ALARM: hq sent 4.1 GB this month: 82% of 5 GB per month (dataBudget)';
  expect((await bench.status()).lines).toContain(alarm);
  expect((await dataOf(bench)).get('hq')).toMatchObject({ budget: { bytes: 5e9, per: 'month' } });
  const { lines, exitCode } = await bench.run();
  expect(lines).toContain(alarm);
  expect(exitCode).toBe(0);
});
