/** A game from its seed: rounds of what people do and what goes wrong, a run or a sweep after each. */
import { type Dice, diceOf } from '../engine/model/seeded-random.ts';
import { drawSite, oneOf, ownKeys, sharedKeys, type Wanted, weighted } from './draw-site.ts';
import { drawTrouble } from './draw-troubles.ts';
import {
  type Act,
  type Field,
  fields,
  type Happening,
  type Plan,
  type ServerPlan,
  type Site,
} from './plan.ts';

const second = 1000;
const minute = 60 * second;

export function drawPlan(seed: number, wanted: Wanted = {}): Plan {
  const dice = diceOf(seed);
  const site = drawSite(dice, wanted);
  const rounds = 4 + dice.pick(8);
  const happenings = Array.from({ length: rounds }, () => drawRound(dice, site)).flat();
  return { seed, site, steps: happenings.map((one, id) => ({ ...one, id })) };
}

function drawRound(dice: Dice, site: Site): readonly Happening[] {
  const acts = Array.from({ length: 2 + dice.pick(6) }, () => drawAct(dice, site));
  const wrongs = Array.from({ length: dice.pick(4) }, () => drawWrong(dice, site));
  const mixed = [...acts, ...wrongs]
    .map((one) => ({ one, at: dice.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
  return [...mixed, drawPass(dice), drawRun(dice), drawPause(dice)];
}

/** Between what happens and the run: often within the uncertainty of clocks. */
const drawPass = (dice: Dice): Happening => ({
  kind: 'pass',
  ms: oneOf(dice, [0, 300, 5 * second, minute, 5 * minute]),
});

const drawPause = (dice: Dice): Happening => ({
  kind: 'pass',
  ms: oneOf(dice, [second, 30 * second, minute, 5 * minute, 5 * minute, 20 * minute, 26 * 60 * minute]),
});

function drawRun(dice: Dice): Happening {
  const kind = dice.chance(0.35) ? 'sweep' : 'run';
  if (!dice.chance(0.35)) return { kind };
  // Most of a run comes early in it, where servers are met and read.
  return { kind, diesAt: 1 + dice.pick(dice.chance(0.5) ? 60 : 400) };
}

function drawAct(dice: Dice, { servers, unique }: Site): Happening {
  const { name } = oneOf(dice, servers);
  const act = drawDeed(dice, servers, name, unique);
  const when = dice.chance(0.4) ? { inMs: dice.pick(oneOf(dice, [300, 300, 3 * second, 3 * minute])) } : {};
  return { kind: 'act', server: name, act, ...when };
}

/** Where keys are not unique nobody makes again what may be on its way from elsewhere: each is made by one server alone, once. */
function drawDeed(dice: Dice, servers: readonly ServerPlan[], name: string, unique: boolean): Act {
  const kind = weighted(dice, { create: 3, edit: 8, delete: 2 });
  const owned = servers.flatMap((server) => ownKeys(server.name));
  const key = unique || kind !== 'create' ? oneOf(dice, [...sharedKeys, ...sharedKeys, ...owned]) : undefined;
  const some = fields.filter(() => dice.chance(0.5));
  const [first] = fields;
  const chosen: readonly Field[] = some.length > 0 ? some : [first];
  if (kind === 'create') return { kind, key: key ?? oneOf(dice, ownKeys(name)), fields: chosen };
  if (kind === 'delete' && unique) return { kind, key: key ?? 'k1' };
  const edit = { kind: 'edit', key: key ?? 'k1', fields: chosen } as const;
  if (dice.chance(0.1)) return { ...edit, imported: true };
  return dice.chance(0.1) ? { ...edit, lateMs: second + dice.pick(5 * minute) } : edit;
}

function drawWrong(dice: Dice, site: Site): Happening {
  const { name: server } = oneOf(dice, site.servers);
  const owned = site.servers.flatMap((one) => ownKeys(one.name));
  const key = oneOf(dice, [...sharedKeys, ...owned]);
  const kind = weighted(dice, {
    trouble: 12,
    calm: 5,
    lock: 3,
    unlock: 2,
    hide: site.unique ? 1 : 0,
    show: 1,
    capacity: 1,
    clock: 1,
    'end-sessions': 1,
  });
  if (kind === 'trouble') return { kind, server, trouble: drawTrouble(dice, site) };
  if (kind === 'lock' || kind === 'unlock') return { kind, server, key };
  if (kind === 'hide') return { kind, server, key };
  if (kind === 'show') return { kind: 'hide', server };
  if (kind === 'capacity') return { kind, server, sessions: oneOf(dice, [0, 1, 1, 500]) };
  if (kind === 'clock') return { kind, server, byMs: dice.pick(180 * second) - 90 * second };
  return { kind, server };
}
