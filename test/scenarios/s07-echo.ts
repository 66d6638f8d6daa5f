import { contactFields, syncedFields } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';
import type { Told } from './support/sync.ts';

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

const lowerCasing = contactFields.map((field) =>
  field.name === 'name' ? { ...field, autoEnter: 'lowerCase' as const } : field,
);

export const twoRewriters: Scenario = {
  id: 'S7b',
  trouble: 'two servers rewrite a field that they are given, each in its own way, and both are accepted',
  size: { full: 50, dynamodb: 30 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, size), fields: upperCasing }, branch: { fields: lowerCasing } },
      table: {
        fields: [{ name: 'name', rewrites: 'accept' }, ...syncedFields.filter((one) => one !== 'name')],
      },
    });
    const { hq, branch, time } = world;
    for (let run = 0; run < 4; run += 1) {
      await world.run();
      time.pass(tick);
    }
    const keys = [...hq.byKey.keys()];
    const typed = new Map(keys.map((key) => [key, `Typed by hand, ${dice.pick(1000)}`]));
    for (const [key, name] of typed) hq.edit(key, { name });
    const writes: number[] = [];
    const told: Told[] = [];
    for (let run = 0; run < 5; run += 1) {
      world.resetCounters();
      time.pass(tick);
      told.push(await world.run());
      writes.push(world.writes);
    }
    const score = new Score();
    score.same('writes of the runs from the second on', writes.slice(2), [0, 0, 0]);
    score.demand(
      writes.reduce((sum, one) => sum + one, 0) <= 2 * size,
      `${writes.join(', ')} writes: more than one to each server`,
    );
    const held = told.at(-1)?.conflicts.filter(({ open: waits }) => waits) ?? [];
    score.same(
      'held',
      held.map(({ key, field, rule }) => `${key} ${field} ${rule}`).toSorted(),
      keys.map((key) => `${key} name rewritten`).toSorted(),
    );
    const named = told.flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'rewritten-endlessly' ? [event.field] : [])),
    );
    score.same('named', [...new Set(named)], ['name']);
    for (const [key, name] of typed)
      score.same(
        `${key} on both`,
        [hq.value(key, 'name'), branch.value(key, 'name')],
        [name.toUpperCase(), name.toLowerCase()],
      );
    return score.outcome(`writes by run: ${writes.join(', ')}; ${held.length} of ${size} held and named`);
  },
};
