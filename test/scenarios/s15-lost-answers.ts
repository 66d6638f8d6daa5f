import type { RequestKind } from '../../src/simulator/description.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { minute, tick } from './support/spans.ts';

export const lostAnswers: Scenario = {
  id: 'S15',
  trouble: 'answer lost after the write took effect: 5% of creates, edits and deletes',
  size: { full: 1000, dynamodb: 200 },
  naive: 'fails',
  async play({ dice, size, open }) {
    const half = size / 2;
    const toDelete = half / 2;
    await using world = await open({
      offices: { hq: { rows: rows(0, half + toDelete) }, branch: {} },
      table: { deletes: { policy: 'edit-wins', limit: { records: toDelete, percent: 0 } } },
    });
    const { hq, branch, time, offices } = world;
    await world.run();
    for (const { control } of offices.values()) {
      control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['create', 'update'], probability: 0.05 });
      control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['delete'], probability: 0.05 });
      // Deletes are few: one is sure.
      control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['delete'], next: 1 });
    }
    const people = new People();
    const struck = (kind: RequestKind): number =>
      [...offices.values()]
        .flatMap(({ control }) => control.troubles())
        .filter(({ trouble }) => trouble.on?.includes(kind))
        .reduce((sum, one) => sum + one.struck, 0);
    time.pass(minute);
    const old = [...hq.byKey.keys()];
    for (let at = 0; at < half; at += 1)
      people.create(dice.chance(0.5) ? hq : branch, { id: `N-${at}`, name: `new ${at}` });
    for (const key of old.slice(0, half))
      people.edit(dice.chance(0.5) ? hq : branch, key, { notes: `edited ${key}` });
    for (const key of old.slice(half)) people.delete(dice.chance(0.5) ? hq : branch, key);
    let told = await world.run();
    for (let run = 0; run < 3; run += 1) {
      time.pass(tick);
      told = await world.sweep();
    }
    const score = new Score();
    people.demandEverywhere(score, [hq, branch]);
    people.demandNowhere(score, [hq, branch]);
    const right = score.met;
    score.same('conflicts', told.conflicts.length, 0);
    score.same('parked', told.parked.length, 0);
    score.same('halts', told.halts.length, 0);
    const [writes, deletes] = [struck('create'), struck('delete')];
    score.demand(writes >= size / 100, `only ${writes} answers were lost`);
    score.demand(deletes >= 1, 'no answer to a delete was lost');
    const doubled = [hq, branch].map((office) => office.records.length - people.keys.length);
    return score.outcome(
      `${right} of ${size + toDelete} right, ${doubled[0]} and ${doubled[1]} too many; ${writes} and ${deletes} answers lost`,
    );
  },
};
