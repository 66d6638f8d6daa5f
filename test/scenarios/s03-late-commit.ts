import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';

const lateByMs = 420 * second;

export const lateCommit: Scenario = {
  id: 'S3',
  trouble: 'stamped at t, visible 420 s later; settle is 8 minutes',
  size: { full: 50, dynamodb: 50 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, size) }, branch: {} },
      configuration: { schedule: { settle: '8 minutes' } },
    });
    await world.run();
    world.time.pass(tick);
    await world.run();
    const people = new People();
    const from = world.time.now();
    for (const key of world.hq.byKey.keys()) {
      const at = from + dice.pick(tick);
      world.time.plan(at, () =>
        people.edit(world.hq, key, { name: `edited at ${at}` }, { visibleAfterMs: lateByMs }),
      );
    }
    for (let run = 1; run <= 4; run += 1) {
      world.time.goTo(from + run * tick - second);
      people.create(world.hq, { id: `on time ${run}`, name: 'whose stamp is newer' });
      world.time.goTo(from + run * tick);
      await world.run();
    }
    const score = new Score();
    const late = people.keys.filter((key) => !key.startsWith('on time'));
    people.demandEverywhere(score, [world.hq, world.branch], late);
    return score.outcome(`${score.met} of ${size} late commits found`);
  },
};

/** Without an answer from the overlap: settle is what it is by default. */
export const lateBeyondSettle: Scenario = {
  id: 'S3',
  trouble: 'stamped at t, visible 420 s later; settle is 2 minutes, a sweep follows',
  size: { full: 50, dynamodb: 50 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
    const { hq, branch, time } = world;
    await world.run();
    time.pass(tick);
    await world.run();
    const people = new People();
    const from = time.now();
    for (const key of hq.byKey.keys()) {
      const at = from + dice.pick(tick);
      time.plan(at, () => people.edit(hq, key, { name: `late ${key}` }, { visibleAfterMs: lateByMs }));
    }
    for (let run = 1; run <= 4; run += 1) {
      time.goTo(from + run * tick - second);
      people.create(hq, { id: `on time ${run}`, name: 'whose stamp is newer' });
      time.goTo(from + run * tick);
      await world.run();
    }
    const isThere = (key: string): boolean => branch.byKey.get(key)?.['name'] === `late ${key}`;
    const late = people.keys.filter((key) => !key.startsWith('on time'));
    const byRuns = late.filter(isThere).length;
    const { swept } = await world.sweep();
    const score = new Score();
    people.demandEverywhere(score, [hq, branch], late);
    const right = score.met;
    const bySweep = swept['hq']?.unstamped ?? 0;
    score.same('found by runs and by the sweep', byRuns + bySweep, size);
    score.demand(bySweep > 0, 'the sweep had nothing to find');
    return score.outcome(`${right} of ${size} late commits found, ${bySweep} of them counted by the sweep`);
  },
};
