/**
 * Who wins where two servers changed the same and neither is known to have seen the other's change: the policy of the table.
 *
 *   R4  Where the winner of a preference may have overwritten what a person typed over it, time goes before the preference.
 */
import type { ConflictRule } from './conflict.ts';
import type { HeadField } from './head.ts';
import { type Interval, type Order, order } from './interval.ts';
import type { TablePlan } from './link.ts';
import type { ServerName } from './names.ts';

export type Outcome =
  | {
      readonly kind: 'conflict';
      readonly order: Order;
      /** The change that came wins. */
      readonly wins: boolean;
      readonly rule: ConflictRule;
    }
  /** `beside`: whose value stands in the head; `rule`: why it waits, where that is not the table's policy. */
  | {
      readonly kind: 'hold';
      readonly order: Order;
      readonly beside: ServerName;
      readonly rule?: Extract<ConflictRule, 'rewritten'>;
    };

/** The change that came. */
export type Challenge = {
  readonly plan: TablePlan;
  readonly server: ServerName;
  readonly stamp: Interval;
  /** It was sent the head's value and may have held that before the change. */
  readonly mayHaveHeld: boolean;
};

/** Against what the head holds. */
export type Rival = Pick<HeadField, 'stamp' | 'origin'>;

export function contest(challenge: Challenge, rival: Rival): Outcome {
  const { plan, server, stamp, mayHaveHeld } = challenge;
  const ordered = order(stamp, rival.stamp);
  // Two edits on one server: only their time says which one stands.
  if (plan.conflicts.kind === 'newest' || rival.origin === server) return byTime(challenge, rival);
  if (plan.conflicts.kind === 'hold') return { kind: 'hold', order: ordered, beside: rival.origin };
  if (mayHaveHeld && ordered !== 'before') return byTime(challenge, rival);
  const wins = place(plan, server) < place(plan, rival.origin);
  return { kind: 'conflict', order: ordered, wins, rule: 'prefer' };
}

/** Later wins; where the order is unknowable, a server that may have held the head's value, else the first one named. */
function byTime({ plan, server, stamp, mayHaveHeld }: Challenge, rival: Rival): Outcome {
  const ordered = order(stamp, rival.stamp);
  if (ordered !== 'unknowable')
    return { kind: 'conflict', order: ordered, wins: ordered === 'after', rule: 'newest' };
  if (mayHaveHeld) return { kind: 'conflict', order: ordered, wins: true, rule: 'sent-before' };
  const wins = rank(plan, server) <= rank(plan, rival.origin);
  return { kind: 'conflict', order: ordered, wins, rule: 'unknowable-order' };
}

/**
 * Whom a record as a whole is contested with, given what the head holds in the fields that differ: of others' changes the
 * one that the policy favours.
 */
export function rivalOf(
  plan: TablePlan,
  server: ServerName,
  fields: readonly HeadField[],
  latest: Rival,
): Rival {
  const others = fields.filter(({ origin }) => origin !== server);
  const [first, ...rest] = others;
  if (plan.conflicts.kind === 'newest' || first === undefined) return latest;
  if (plan.conflicts.kind === 'hold') return rest.reduce((a, b) => (b.stamp.hi > a.stamp.hi ? b : a), first);
  const foremost = rest.reduce((a, b) => (place(plan, b.origin) < place(plan, a.origin) ? b : a), first);
  return { stamp: latest.stamp, origin: foremost.origin };
}

/** In the order of the configuration. */
function rank(plan: TablePlan, server: ServerName): number {
  const at = plan.links.findIndex((link) => link.server === server);
  return at < 0 ? plan.links.length : at;
}

/** In the order of preference. */
export function place(plan: TablePlan, server: ServerName): number {
  const preferred = plan.conflicts.kind === 'prefer' ? plan.conflicts.servers : [];
  const at = preferred.indexOf(server);
  return at < 0 ? preferred.length + rank(plan, server) : at;
}
