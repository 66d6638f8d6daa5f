/** The sweep of the command line, in virtual time: what the model of the engine, in which no time passes by waiting, cannot show. */
import { expect, test } from 'vitest';
import { rows } from '../end-to-end/support/rows.ts';
import { openWorld } from './support/world.ts';

test('stays until all that seemed to be gone was looked for twice, however long it took to find it', async () => {
  await using world = await openWorld({ name: 'sqlite' }, 1, {
    // Each look at a record that is gone takes a while.
    offices: { hq: { rows: rows(0, 3) }, branch: { latencyMs: { read: 400 } } },
    settings: { batchSize: 1 },
  });
  const { hq, branch, time } = world;
  await world.run();
  time.pass(300_000);
  await world.run();
  for (const key of branch.byKey.keys()) branch.delete(key);
  time.pass(300_000);
  await world.sweep();
  expect([hq.records.length, branch.records.length]).toEqual([0, 0]);
});
