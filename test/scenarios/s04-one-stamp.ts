import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';

export const oneStamp: Scenario = {
  id: 'S4',
  trouble: 'ten pages of rows with one stamp; killed after page 2',
  size: { full: 5000, dynamodb: 400 },
  naive: 'passes',
  async play({ size, open }) {
    const page = size / 10;
    await using world = await open({
      offices: { hq: { rows: rows(0, 1) }, branch: {} },
      settings: { pageSize: page },
    });
    const { hq, branch, time } = world;
    await world.run();
    time.pass(tick);
    await world.run();
    time.pass(tick);
    const people = new People();
    for (let at = 0; at < size; at += 1) people.create(hq, { id: `N-${at}`, name: `imported ${at}` });
    world.resetCounters();
    time.pass(tick);
    const score = new Score();
    const killed = await world.run(() => branch.stats.writes >= 2 * page);
    score.demand(killed.died, 'the process was not killed');
    for (let run = 0; run < 3; run += 1) {
      time.pass(tick);
      await world.run();
    }
    people.demandEverywhere(score, [hq, branch]);
    const { writes } = branch.stats;
    score.same('writes on branch', writes, size);
    return score.outcome(`${people.keys.length - score.faults.length} of ${size} there, by ${writes} writes`);
  },
};
