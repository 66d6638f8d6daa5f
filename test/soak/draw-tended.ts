/** Games in which an administrator pauses servers, for a while or until they are resumed, and has records forgotten that people deleted. */
import { type Dice, diceOf } from '../engine/model/seeded-random.ts';
import { oneOf, sharedKeys, weighted } from './draw-site.ts';
import { type Happening, isRun, type Plan, type Step } from './plan.ts';

const minute = 60_000;

/** The same game but for what is done before its runs. Steps keep their ids, since what is entered in one is named by it. */
export function tended(plan: Plan): Plan {
  const dice = diceOf(plan.seed + 2_000_000);
  let last = Math.max(0, ...plan.steps.map(({ id }) => id));
  const steps = plan.steps.flatMap((step): readonly Step[] => {
    if (!isRun(step) || dice.chance(0.3)) return [step];
    return [...drawActs(dice, plan).map((one) => ({ ...one, id: (last += 1) })), step];
  });
  return { ...plan, steps };
}

const drawActs = (dice: Dice, plan: Plan): readonly Happening[] => [
  ...(dice.chance(0.5) ? [drawPausing(dice, plan)] : []),
  ...(dice.chance(0.5) ? drawForgetting(dice, plan) : []),
];

/** A record that is forgotten was mostly deleted just before, and that believed: a run may come between. */
function drawForgetting(dice: Dice, plan: Plan): readonly Happening[] {
  const { site } = plan;
  const { name: server } = oneOf(dice, site.servers);
  const key = oneOf(dice, keysIn(plan));
  const forget = { kind: 'forget', key } as const;
  if (!site.unique || dice.chance(0.2)) return [forget];
  const act = { kind: 'act', server, act: { kind: 'delete', key } } as const;
  const found = [
    { kind: 'run' },
    act,
    { kind: 'pass', ms: oneOf(dice, [1, 20]) * minute },
    { kind: 'sweep' },
  ] as const;
  return dice.chance(0.5) ? [...found, forget] : [...found, { kind: 'run' }, forget];
}

/** Of records that there are at some time. */
function keysIn({ site, steps }: Plan): readonly string[] {
  const made = steps.flatMap((step) =>
    step.kind === 'act' && step.act.kind === 'create' ? step.act.key : [],
  );
  const keys = [...site.servers.flatMap(({ rows }) => rows), ...made];
  return keys.length > 0 ? keys : sharedKeys;
}

function drawPausing(dice: Dice, { site }: Plan): Happening {
  const kind = weighted(dice, { pause: 1, resume: 1 });
  const { name: server } = oneOf(dice, site.servers);
  if (kind === 'resume') return { kind, server };
  return dice.chance(0.5)
    ? { kind, server }
    : { kind, server, forMs: oneOf(dice, [1, 5, 30, 1500]) * minute };
}
