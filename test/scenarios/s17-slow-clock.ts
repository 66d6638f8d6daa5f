import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, minute, tick } from './support/spans.ts';

export const slowClock: Scenario = {
  id: 'S17',
  trouble: 'a clock 1 h slow edits after it saw the newer value',
  size: { full: 100, dynamodb: 60 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, size) }, branch: { clockOffsetMs: -hour } },
    });
    const { hq, branch, time } = world;
    for (let run = 0; run < 2; run += 1) {
      await world.run();
      time.pass(tick);
    }
    const people = new People();
    const keys = [...hq.byKey.keys()];
    for (const key of keys) people.edit(hq, key, { name: 'first, by hq' });
    time.pass(tick);
    await world.run();
    time.pass(dice.pick(minute));
    for (const key of keys) people.edit(branch, key, { name: 'then, by branch' });
    for (let run = 0; run < 3; run += 1) {
      time.pass(tick);
      await world.run();
    }
    const score = new Score();
    people.demandEverywhere(score, [hq, branch]);
    return score.outcome(`${score.met} of ${size} stand everywhere`);
  },
};
