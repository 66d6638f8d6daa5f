/**
 * Two writers, a reader and a sweeper of one server at work on one record over the real engine, people who edit, delete and make it anew
 * meanwhile: each course of events within bounds, one after the other, and what the rules say when all is over.
 *
 *   npm run explore -- --switches 3 --deaths 1     deeper
 */
import { describe, expect, test } from 'vitest';
import { explore, wander } from './explorer/explore.ts';
import { situations } from './explorer/situation.ts';
import { diceOf } from './model/seeded-random.ts';

const orders = ['as given', 'reversed'] as const;
const cases = situations.flatMap((situation) =>
  orders.map((order) => ({ name: situation.name, order, situation })),
);
const wanderings = 40;

describe.each(cases)('R1 to R6 hold where $name, processes in their order $order', ({ situation, order }) => {
  test.each([
    ['one of them steps between two steps of another', { switches: 1, deaths: 0 }],
    ['one of them dies', { switches: 0, deaths: 1 }],
  ])('wherever %s', async (_where, bounds) => {
    const { failed, isWhole } = await explore(situation, bounds, { order });
    expect({ failed, isWhole }).toEqual({ failed: [], isWhole: true });
  });
});

test.each(situations)('R1 to R6 hold in some courses at random where $name', async (situation) => {
  for (let seed = 1; seed <= wanderings; seed += 1) {
    const { faults, choices } = await wander(situation, diceOf(seed));
    expect({ faults, choices }).toEqual({ faults: [], choices });
  }
});

test('a rule that is broken is seen: heads that are stored whatever was stored since they were read', async () => {
  const situation = situations.find(({ name }) => name.includes('branch another one'));
  if (situation === undefined) throw new Error('there is no such situation');
  const careless: typeof situation = {
    ...situation,
    async prepare(world, ...rest) {
      const waiting = await situation.prepare(world, ...rest);
      const { records } = world.ports;
      const put = records.putHeads.bind(records);
      const overwrite: typeof put = async (heads) => {
        const before = (await records.heads('contacts', ['k'])).get('k')?.version ?? 0;
        return put(heads.map((head) => ({ ...head, version: before + 1 })));
      };
      Object.assign(records, { putHeads: overwrite });
      return waiting;
    },
  };
  const { failed } = await explore(careless, { switches: 1, deaths: 0 }, { mostFailed: 1 });
  expect(failed).not.toEqual([]);
});
