/** What there is in a game: servers with their roles, zones and clocks, and how the table is kept. Drawn from the seed alone. */
import type { Dice } from '../engine/model/seeded-random.ts';
import { type Role, receives, sends, type ServerPlan, type Site } from './plan.ts';

const names = ['hq', 'branch', 'kiosk', 'depot', 'shop'] as const;

/** Two where the clocks change within the hour, one without any change near. */
const starts = [
  '2026-11-22T10:00:00Z',
  '2026-06-03T22:30:00Z',
  // The second 01:00-02:00 in New York, and 02:00-03:00 that is none there.
  '2026-11-01T05:20:00Z',
  '2026-03-08T06:40:00Z',
  // The same in London, and half an hour on Lord Howe Island.
  '2026-10-25T00:30:00Z',
  '2026-04-04T14:40:00Z',
] as const;

const zones = ['UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;

export const oneOf = <Item>(dice: Dice, items: readonly Item[]): Item => {
  const item = items[dice.pick(items.length)];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
};

/** Items as often as they are named: `{ newest: 3, hold: 1 }`. */
export function weighted<Weights extends Readonly<Record<string, number>>>(
  dice: Dice,
  weights: Weights,
): Extract<keyof Weights, string> {
  const items: Extract<keyof Weights, string>[] = [];
  for (const item in weights) for (let n = 0; n < (weights[item] ?? 0); n += 1) items.push(item);
  return oneOf(dice, items);
}

export type Wanted = Partial<Pick<Site, 'conflicts' | 'deletes' | 'merge'>> & { readonly count?: number };

/** `wanted`: what is not left to the dice. */
export function drawSite(dice: Dice, { count: servers, ...wanted }: Wanted = {}): Site {
  const drawn = Number(weighted(dice, { '2': 6, '3': 7, '4': 2, '5': 1 }));
  const count = servers ?? drawn;
  const roles = drawRoles(dice, count);
  const drawnServers = roles.map((role, at) => drawServer(dice, names[at] ?? 'hq', role));
  const policy = weighted(dice, { newest: 6, prefer: 2, hold: 2 });
  const preferred = oneOf(dice, drawnServers.filter(sends)).name;
  const site: Site = {
    startAt: dice.chance(0.6) ? starts[0] : oneOf(dice, starts),
    servers: drawnServers,
    conflicts: policy === 'prefer' ? { prefer: [preferred] } : policy,
    deletes: weighted(dice, { 'edit-wins': 5, 'delete-wins': 3, ignore: 2 }),
    merge: weighted(dice, { field: 4, record: 1 }),
    unique: dice.chance(0.85),
    pageSize: oneOf(dice, [2, 3, 100]),
    batchSize: oneOf(dice, [1, 2, 3, 100]),
    batchesAtOnce: oneOf(dice, [1, 2, 3]),
  };
  return { ...site, ...wanted };
}

/** At least one that sends, and another one that receives. */
function drawRoles(dice: Dice, count: number): readonly Role[] {
  const roles = Array.from({ length: count }, () => weighted(dice, { both: 7, send: 1, receive: 2 }));
  const senders = roles.filter((role) => sends({ role })).length;
  const receivers = roles.filter((role) => receives({ role })).length;
  return senders === 0 || receivers === 0 ? roles.map((role, at) => (at === 0 ? 'both' : role)) : roles;
}

function drawServer(dice: Dice, name: string, role: Role): ServerPlan {
  const offset = weighted(dice, { right: 3, minutes: 5, hour: 1 });
  const reach = { right: 0, minutes: 120_000, hour: 3_600_000 }[offset];
  return {
    name,
    role,
    timeZone: oneOf(dice, zones),
    clockOffsetMs: dice.pick(2 * reach + 1) - reach,
    sessions: 1 + dice.pick(3),
    version: dice.chance(0.2) ? '20' : '22',
    latencyMs: dice.chance(0.6) ? drawLatency(dice) : {},
    rows: drawRows(dice, name),
  };
}

const drawLatency = (dice: Dice): ServerPlan['latencyMs'] =>
  Object.fromEntries(
    (['list', 'find', 'read', 'create', 'update', 'delete'] as const).map((kind) => [
      kind,
      dice.chance(0.5) ? 5 + dice.pick(60) : 0,
    ]),
  );

export const sharedKeys = ['k1', 'k2', 'k3'] as const;

/** Keys that one server alone makes. */
export const ownKeys = (server: string): readonly string[] => [`${server}-1`, `${server}-2`];

const drawRows = (dice: Dice, server: string): readonly string[] =>
  dice.chance(0.6) ? [...sharedKeys, ...ownKeys(server)].filter(() => dice.chance(0.4)) : [];
