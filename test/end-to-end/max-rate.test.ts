import { expect, test } from 'vitest';
import { never } from '../engine/model/alone.ts';
import { openBench } from './support/bench.ts';
import { rows, synced } from './support/rows.ts';

/** Ten of them at once, ten a second later, and the rest another second later. */
const all = rows(0, 25);
const leastMs = 1900;

test.each([
  ['as its configuration says', 10, undefined],
  ['as the run was told, whatever its configuration says', 10_000, 10],
])('a server gets no more records a second: %s', async (_, maxRate, asked) => {
  await using bench = await openBench({
    offices: { hq: { rows: all }, branch: {} },
    servers: { branch: { maxRate } },
  });
  const startedAt = performance.now();
  const { exitCode } = await bench.run(never, asked === undefined ? {} : { maxRate: asked });
  expect(exitCode).toBe(0);
  expect(performance.now() - startedAt).toBeGreaterThan(leastMs);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
});
