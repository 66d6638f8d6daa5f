import { row } from '../end-to-end/support/rows.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';

export const serialKeys: Scenario = {
  id: 'S25',
  trouble: 'both offices number from 1: key 17 is two different people',
  size: { full: 500, dynamodb: 200 },
  naive: 'fails',
  async play({ dice, size, open }) {
    const stamp = (): string => `2026-11-20T10:${10 + dice.pick(50)}:${10 + dice.pick(50)}`;
    const people = (where: string) =>
      Array.from({ length: size }, (_, at) =>
        row(at, {
          id: String(at + 1),
          name: `${where} ${dice.pick(1_000_000)}`,
          notes: where,
          modified_at: stamp(),
        }),
      );
    await using world = await open({
      offices: { hq: { rows: people('hq') }, branch: { rows: people('branch') } },
    });
    const { hq, branch, time } = world;
    const before = [hq, branch].map(({ records }) => JSON.stringify(records));
    const told = [await world.run()];
    time.pass(tick);
    told.push(await world.run());
    const score = new Score();
    score.same('writes', world.writes, 0);
    score.same(
      'records as they were',
      [hq, branch].map(({ records }, at) => JSON.stringify(records) === before[at]),
      [true, true],
    );
    const pairs = told.map(({ halted }) => halted.map(({ server, examples }) => [server, examples.length]));
    score.same('halted, with pairs', pairs, [[['branch', 5]], [['branch', 5]]]);
    const lost = size - branch.records.filter(({ values }) => values['notes'] === 'branch').length;
    const shown = pairs[0]?.[0]?.[1] ?? 0;
    return score.outcome(
      `${lost} of ${size} people overwritten, ${shown} pairs shown, ${world.writes} writes`,
    );
  },
};
