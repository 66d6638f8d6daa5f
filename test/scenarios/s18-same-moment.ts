import { rows } from '../end-to-end/support/rows.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';

const apartMs = 200;

export const sameMoment: Scenario = {
  id: 'S18',
  trouble: 'one field edited on both within 200 ms, clocks not known that well',
  size: { full: 50, dynamodb: 50 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
    const { hq, branch, time } = world;
    for (let run = 0; run < 3; run += 1) {
      await world.run();
      // Looked at within another part of a second each time, a clock is known to some 600 ms.
      time.pass(tick + 200);
    }
    const keys = [...hq.byKey.keys()];
    for (const key of keys) {
      const [first, then] = dice.chance(0.5) ? [hq, branch] : [branch, hq];
      time.pass(second + dice.pick(second));
      first.edit(key, { name: first === hq ? `hq ${key}` : `branch ${key}` });
      time.pass(apartMs);
      then.edit(key, { name: then === hq ? `hq ${key}` : `branch ${key}` });
    }
    time.pass(tick);
    let told = await world.run();
    for (let run = 0; run < 2; run += 1) {
      time.pass(tick);
      told = await world.run();
    }
    const score = new Score();
    const kept = new Map(told.conflicts.map((conflict) => [conflict.key, conflict]));
    for (const key of keys) {
      const seen = [hq.value(key, 'name'), branch.value(key, 'name')];
      const conflict = kept.get(key);
      const isSo =
        seen.every((value) => value === `hq ${key}`) &&
        conflict?.order === 'unknowable' &&
        conflict.loser.value === `branch ${key}`;
      score.demand(isSo, `${key}: ${seen.join(' and ')}; kept: ${conflict?.loser.value}, ${conflict?.order}`);
    }
    const alike = keys.filter((key) => hq.value(key, 'name') === branch.value(key, 'name')).length;
    return score.outcome(`${alike} of ${size} alike, ${kept.size} losing values kept as unknowable`);
  },
};
