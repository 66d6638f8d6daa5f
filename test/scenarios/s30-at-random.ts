import { drawPlan } from '../soak/draw.ts';
import { play } from '../soak/game.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';

/** A run of the scoreboard has the games of one seed after the other; tests and `npm run soak` have more of them. */
export const atRandom: Scenario = {
  id: 'S30',
  trouble: 'two to five servers, roles, zones and clocks, edits, deletes and all of the above at random',
  size: { full: 40, dynamodb: 3, odata: 12 },
  naive: 'fails',
  async play({ seed, size, kind, apis }) {
    const score = new Score();
    const counts = { runs: 0, deaths: 0 };
    for (let at = 0; at < size; at += 1) {
      const plan = drawPlan(seed + at);
      const { faults, runs, deaths } = await play({ ...plan, site: { ...plan.site, apis } }, kind);
      counts.runs += runs;
      counts.deaths += deaths;
      const broken = faults.map(({ rule, what }) => `${rule}: ${what[0]}`);
      score.demand(faults.length === 0, `seed ${seed + at}: ${broken.join('; ')}`);
    }
    return score.outcome(
      `${score.met} of ${size} games end as they must; ${counts.runs} runs, ${counts.deaths} of them killed`,
    );
  },
};
