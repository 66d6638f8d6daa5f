import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, minute } from './support/spans.ts';

/** A run every four hours, for three days. */
const everyMs = 4 * hour;
const runs = 18;
/** What `alarms.lag` is by default. */
const alarmMs = 15 * minute;

/** Half as many changes as would take ten seconds. */
export const threeDaysDown: Scenario = {
  id: 'S20',
  trouble: 'a server down for 3 days while the two others are edited',
  size: { full: 5_000, dynamodb: 180 },
  naive: 'fails',
  async play({ dice, size, open }) {
    const records = rows(0, size / 5);
    await using world = await open({ offices: { hq: { rows: records }, branch: {}, depot: {} } });
    const { hq, branch, time } = world;
    const depot = world.office('depot');
    await world.run();
    time.pass(everyMs);
    await world.run();
    const down = depot.control.addTrouble({ effect: { kind: 'resetBefore' } });
    const people = new People();
    const score = new Score();
    let lag = 0;
    let onTime = 0;
    for (let run = 1, edit = 0; run <= runs; run += 1) {
      time.pass(minute);
      // One server for each record and run: which of two edits was later is not the question here.
      const touched: string[] = [];
      const from = dice.pick(records.length);
      for (; edit < Math.ceil((size * run) / runs); edit += 1) {
        const key = String(records[(from + touched.length) % records.length]?.['id']);
        people.edit(dice.chance(0.5) ? hq : branch, key, { notes: `edit ${edit}` });
        touched.push(key);
      }
      time.pass(everyMs - minute);
      const { lagMs } = await world.run();
      lag = lagMs['depot'] ?? 0;
      const before = score.met;
      people.demandEverywhere(score, [hq, branch], touched);
      onTime += score.met - before;
    }
    score.demand(lag > alarmMs, `lag of the server that is down: ${lag} ms`);
    depot.control.removeTrouble(down);
    world.resetCounters();
    for (let run = 0; run < 2; run += 1) {
      time.pass(everyMs);
      await world.run();
    }
    const before = score.met;
    people.demandEverywhere(score, world.offices.values());
    const there = score.met - before;
    const edited = people.keys.length;
    score.demand(depot.stats.writes <= edited, `${depot.stats.writes} writes for ${edited} records`);
    const waited = lag === 0 ? 'no lag told' : `lag told ${Math.round(lag / hour)} h`;
    return score.outcome(
      `${there} of ${edited} there after it, ${onTime} of ${size} edits on time elsewhere, ${waited}`,
    );
  },
};
