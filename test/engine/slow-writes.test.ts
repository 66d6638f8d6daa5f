/** A server that takes fewer writes in the time that an announcement counts than a batch has. */
import { expect, test } from 'vitest';
import { drain } from '../../src/engine/drain.ts';
import { Lanes } from '../../src/engine/lanes.ts';
import { putBackDue } from '../../src/engine/measure.ts';
import { alone, never } from './model/alone.ts';
import { lookingUp, readBoth, serverOf, valuesOf, worldWith } from './model/invocations.ts';

const count = 80;

test('looks up and announces about as many as it takes in that time, not the rest of the batch each time', async () => {
  const world = worldWith(count);
  const engineOf = world.engineOf.bind(world);
  world.engineOf = (process) => {
    const engine = engineOf(process);
    const settings = { ...engine.settings, pageSize: count, ingestSize: count, batchSize: count };
    return { ...engine, settings: { ...settings, sendWithinMs: 100 } };
  };
  await readBoth(world);
  let lookedUp = 0;
  await alone(world, async (its) => {
    await putBackDue(its, 'branch');
    const branch = its.tables.get(world.plan.name)?.servers.get('branch');
    const through = lookingUp(world, async (keys, signal) => {
      lookedUp += keys.length;
      return branch?.lookUp(keys, signal) ?? [];
    });
    const engine = { ...through(its), lanes: new Map([['branch', new Lanes(1)]]) };
    await drain(engine, 'branch', { force: true, busy: new Set(), settling: new Map() }, never);
  });
  expect(valuesOf(serverOf(world, 'branch'), 'a')).toEqual(valuesOf(serverOf(world, 'hq'), 'a'));
  expect(lookedUp).toBeLessThan(2.5 * count);
});
