import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { minute, tick } from './support/spans.ts';

export const lostAnswers: Scenario = {
  id: 'S15',
  trouble: 'answer lost after the write took effect: 5% of creates and edits',
  size: { full: 1000, dynamodb: 200 },
  naive: 'fails',
  async play({ dice, size, open }) {
    const half = size / 2;
    await using world = await open({ offices: { hq: { rows: rows(0, half) }, branch: {} } });
    const { hq, branch, time, offices } = world;
    await world.run();
    for (const { control } of offices.values())
      control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['create', 'update'], probability: 0.05 });
    const people = new People();
    const struck = (): number =>
      [...offices.values()]
        .flatMap(({ control }) => control.troubles())
        .reduce((sum, one) => sum + one.struck, 0);
    time.pass(minute);
    for (let at = 0; at < half; at += 1)
      people.create(dice.chance(0.5) ? hq : branch, { id: `N-${at}`, name: `new ${at}` });
    for (const key of [...hq.byKey.keys()].filter((each) => !each.startsWith('N-')))
      people.edit(dice.chance(0.5) ? hq : branch, key, { notes: `edited ${key}` });
    time.pass(tick);
    let told = await world.run();
    for (let run = 0; run < 3; run += 1) {
      time.pass(tick);
      told = await world.run();
    }
    const score = new Score();
    people.demandEverywhere(score, [hq, branch]);
    const right = score.met;
    score.same('conflicts', told.conflicts.length, 0);
    score.same('parked', told.parked.length, 0);
    score.demand(struck() >= size / 100, `only ${struck()} answers were lost`);
    const doubled = [hq, branch].map((office) => office.records.length - people.keys.length);
    return score.outcome(
      `${right} of ${size} right, ${doubled[0]} and ${doubled[1]} doubled; ${struck()} answers lost`,
    );
  },
};
