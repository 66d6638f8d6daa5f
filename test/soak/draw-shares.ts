/** Games in which three branches have overlapping shares of the records, by the region that `amount` tells, and records move between regions. */
import { type Dice, diceOf } from '../engine/model/seeded-random.ts';
import { drawPlan } from './draw.ts';
import { oneOf, type Wanted, weighted } from './draw-site.ts';
import type { Act, Happening, Plan, ServerPlan, SharePlan, Step } from './plan.ts';

const regions = [0, 1, 2, 3] as const;

/** The same game as without shares but for these: hq has everything. */
export function drawSharedPlan(seed: number, wanted: Wanted = {}): Plan {
  const plan = drawPlan(seed, { ...wanted, count: 4 });
  const dice = diceOf(seed + 1_000_000);
  const { servers, conflicts } = plan.site;
  const shared = servers.map(
    (server, at): ServerPlan =>
      at === 0
        ? { ...server, role: 'both' }
        : { ...server, role: branchRole(server), share: drawShare(dice) },
  );
  const steps = plan.steps.map((step): Step => ({ ...step, ...moved(dice, step) }));
  return { ...plan, site: { ...plan.site, servers: shared, conflicts }, steps };
}

/** What is never written has no share. */
const branchRole = ({ role }: ServerPlan): ServerPlan['role'] => (role === 'send' ? 'both' : role);

function drawShare(dice: Dice): SharePlan {
  const some = regions.filter(() => dice.chance(0.5));
  const isAll = some.length === 0 || some.length === regions.length;
  return {
    regions: isAll ? [oneOf(dice, regions), 1] : some,
    leave: weighted(dice, { remove: 3, keep: 2 }),
  };
}

function moved(dice: Dice, step: Happening): Happening {
  if (step.kind !== 'act' || step.act.kind === 'delete') return step;
  const fields =
    step.act.fields.includes('amount') || dice.chance(0.6)
      ? step.act.fields
      : [...step.act.fields, 'amount' as const];
  const act: Act = { ...step.act, fields, region: oneOf(dice, regions) };
  return { ...step, act };
}
