import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';

const staleByMs = 90 * second;
const runs = 12;

export const staleReads: Scenario = {
  id: 'S21',
  trouble: '30% of finds answer from up to 90 s ago',
  size: { full: 300, dynamodb: 100 },
  naive: 'varies',
  async play({ dice, size, open }) {
    await using world = await open({ offices: { hq: { rows: rows(0, size / 2) }, branch: {} } });
    const { hq, branch, time, offices } = world;
    for (let run = 0; run < 2; run += 1) {
      await world.run();
      time.pass(tick);
    }
    for (const { control } of offices.values())
      control.addTrouble({
        effect: { kind: 'staleRead', upToMs: staleByMs },
        on: ['find'],
        probability: 0.3,
      });
    const people = new People();
    const keys = [...hq.byKey.keys()];
    const from = time.now();
    for (let edit = 0; edit < size; edit += 1) {
      // Far enough from the next that it can be known which was later.
      time.plan(from + Math.floor((edit / size) * runs * tick) + dice.pick(second), () =>
        people.edit(dice.chance(0.5) ? hq : branch, keys[dice.pick(keys.length)] ?? '', {
          name: `edit ${edit}`,
        }),
      );
    }
    for (let run = 1; run <= runs + 3; run += 1) {
      time.goTo(from + run * tick);
      await world.run();
    }
    const score = new Score();
    people.demandEverywhere(score, [hq, branch]);
    const right = score.met;
    world.resetCounters();
    time.pass(tick);
    await world.run();
    score.same('writes in the run after that', world.writes, 0);
    return score.outcome(`${right} of ${people.keys.length} records right on both`);
  },
};
