/** Where both offices edit one record within a run of the second 01:00-02:00, New York's stamp means two instants: then both values are kept. */
import { rows } from '../end-to-end/support/rows.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';

/** From a quarter of an hour before the first 01:00 of New York, through both hours, to a quarter after. */
const runs = 30;
const secondPassing = Date.parse('2026-11-01T06:00:00Z');
/** Edits keep this far from each other, so that it can be known which was later. */
const apartMs = 8 * second;

export const autumnHour: Scenario = {
  id: 'S1',
  trouble: 'autumn hour: 01:00-02:00 twice, edits through both',
  size: { full: 400, dynamodb: 60 },
  naive: 'fails',
  async play({ dice, size, open }) {
    const records = rows(0, size / 4);
    await using world = await open({
      offices: { hq: { rows: records, timeZone: 'Europe/London' }, branch: { timeZone: 'America/New_York' } },
      startAt: '2026-11-01T04:45:00.123Z',
    });
    await world.run();
    const score = new Score();
    let unknowable = 0;
    for (let run = 1, edit = 0; run <= runs; run += 1) {
      const from = world.time.now();
      const edited: string[] = [];
      const latest = new Map<string, string>();
      for (; edit < Math.ceil((size * run) / runs); edit += 1) {
        world.time.goTo(from + (edited.length + 1) * apartMs + dice.pick(second));
        const key = String(records[dice.pick(records.length)]?.['id']);
        (dice.chance(0.5) ? world.hq : world.branch).edit(key, { name: `edit ${edit}` });
        latest.set(key, `edit ${edit}`);
        edited.push(key);
      }
      world.time.goTo(from + tick - second);
      const { conflicts } = await world.run();
      const [hq, branch] = [world.hq.byKey, world.branch.byKey];
      for (const key of edited) {
        const seen = [hq.get(key)?.['name'], branch.get(key)?.['name']];
        const wanted = latest.get(key);
        const isKept = conflicts.some(({ loser, order }) => loser.value === wanted && order === 'unknowable');
        const isUnknowable = from >= secondPassing && seen[0] === seen[1] && isKept;
        if (isUnknowable) unknowable += 1;
        else score.same(`${key} after run ${run}`, seen, [wanted, wanted]);
      }
      world.time.goTo(from + tick);
    }
    const kept = unknowable === 0 ? '' : `; ${unknowable} kept as unknowable`;
    return score.outcome(`${score.met + unknowable} of ${size} edits on both within a run${kept}`);
  },
};
