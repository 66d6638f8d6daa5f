import { contactFields } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';

const upperCasing = contactFields.map((field) =>
  field.name === 'name' ? { ...field, autoEnter: 'upperCase' as const } : field,
);

export const echo: Scenario = {
  id: 'S7',
  trouble: 'echo: branch upper-cases a field that it is given',
  size: { full: 50, dynamodb: 50 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, size) }, branch: { fields: upperCasing } },
    });
    const { hq, branch, time } = world;
    for (let run = 0; run < 2; run += 1) {
      await world.run();
      time.pass(tick);
    }
    const typed = new Map([...hq.byKey.keys()].map((key) => [key, `typed by hand, ${dice.pick(1000)}`]));
    for (const [key, name] of typed) hq.edit(key, { name });
    const writes: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      world.resetCounters();
      time.pass(tick);
      await world.run();
      writes.push(world.writes);
    }
    const score = new Score();
    score.same('writes of the four runs after the edits', writes, [size, 0, 0, 0]);
    for (const [key, name] of typed) {
      score.same(
        `${key} on both`,
        [hq.value(key, 'name'), branch.value(key, 'name')],
        [name, name.toUpperCase()],
      );
    }
    return score.outcome(`writes by run: ${writes.join(', ')}`);
  },
};
