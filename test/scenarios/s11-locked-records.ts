import { rows } from '../end-to-end/support/rows.ts';
import { table } from '../end-to-end/support/office.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { minute, tick } from './support/spans.ts';

const lockedMs = 40 * minute;

export const lockedRecords: Scenario = {
  id: 'S11',
  trouble: '20 rows locked for 40 minutes (301), each edited twice elsewhere',
  size: { full: 100, dynamodb: 28 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
    const { hq, branch, time } = world;
    for (let run = 0; run < 2; run += 1) {
      await world.run();
      time.pass(tick);
    }
    const people = new People();
    const keys = [...hq.byKey.keys()];
    const [locked, free] = [keys.slice(0, 20), keys.slice(20)];
    const recordIds = people.recordIds(branch, locked);
    branch.control.lock({ table, recordIds });
    const from = time.now();
    world.resetCounters();
    const score = new Score();
    for (const key of locked) {
      for (const edit of [1, 2]) {
        time.plan(from + dice.pick(lockedMs - 2 * tick), () =>
          people.edit(hq, key, { notes: `edit ${edit}` }),
        );
      }
    }
    const runs = lockedMs / tick;
    for (let run = 1; run <= runs; run += 1) {
      const some = free.filter((_, at) => at % runs === run - 1);
      time.goTo(from + run * tick - minute);
      for (const key of some) people.edit(hq, key, { name: `on time, run ${run}` });
      time.goTo(from + run * tick);
      await world.run();
      people.demandEverywhere(score, [hq, branch], some);
    }
    const onTime = score.met;
    const refusals = branch.stats.answers['301'] ?? 0;
    score.demand(refusals <= 2 * locked.length * runs, `${refusals} writes were sent to locked records`);
    branch.control.unlock({ table, recordIds });
    for (let run = 0; run < 2; run += 1) {
      time.pass(tick);
      await world.run();
    }
    const before = score.met;
    people.demandEverywhere(score, [hq, branch], locked);
    return score.outcome(
      `${onTime} of ${free.length} on time, ${score.met - before} of 20 newest at the end, ${refusals} x 301`,
    );
  },
};
