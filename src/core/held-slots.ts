/**
 * The session slots of one server as a value, and what becomes of them. A slot that is not held is not in the list.
 *
 * `opening`: a session without a token may exist, until FileMaker has closed it by itself. `opened`: a session with a
 * token. `left`: the same, whose holder is dead or gave it up. A holder is dead once its time is over (`heldUntil`): its
 * invocation has ended by then, whatever became of it.
 */
import type { EpochMs } from './names.ts';

export type HeldSlot = {
  readonly number: number;
  /** Another one whenever the slot changes hands. */
  readonly fence: number;
  readonly state: 'opening' | 'opened' | 'left';
  readonly openingAt: EpochMs;
  readonly heldUntil: EpochMs;
  readonly token?: string;
};

export type HeldSlots = {
  /** The last fence that was given. */
  readonly fences: number;
  readonly held: readonly HeldSlot[];
};

export const noneHeld: HeldSlots = { fences: 0, held: [] };

export type Taking = {
  readonly capacity: number;
  readonly now: EpochMs;
  readonly orphanMs: number;
  readonly heldUntil: EpochMs;
};

export type Taken = { readonly slots: HeldSlots; readonly slot: HeldSlot | undefined };

/**
 * A session that was left comes first, since it exists. None is given where the sessions that may exist, and that nobody is
 * about to take over, are as many as the capacity allows.
 */
export function takeSlot(before: HeldSlots, { capacity, now, orphanMs, heldUntil }: Taking): Taken {
  const { fences, held } = withoutTheDead(before, now, orphanMs);
  const left = held.find(isLeft);
  const others = held.filter((one) => !isLeft(one));
  const free = others.length < capacity ? freeNumber(held, capacity, left) : undefined;
  if (free === undefined) return { slots: { fences, held }, slot: undefined };
  const slot: HeldSlot = {
    number: free,
    fence: fences + 1,
    state: left === undefined ? 'opening' : 'opened',
    openingAt: now,
    heldUntil,
    ...(left?.token !== undefined && { token: left.token }),
  };
  return { slots: { fences: fences + 1, held: [...held.filter((one) => one !== left), slot] }, slot };
}

/** As `takeSlot`, of the sessions that were left; none is given where there is none. */
export function takeLeft(before: HeldSlots, taking: Taking): Taken {
  const { held } = withoutTheDead(before, taking.now, taking.orphanMs);
  return held.some(isLeft) ? takeSlot(before, taking) : { slots: before, slot: undefined };
}

export const isLeft = ({ state }: HeldSlot): boolean => state === 'left';

/** Under its own number, or under another where the capacity was lowered since. */
function freeNumber(
  held: readonly HeldSlot[],
  capacity: number,
  left: HeldSlot | undefined,
): number | undefined {
  if (left !== undefined && left.number < capacity) return left.number;
  const used = new Set(held.map(({ number }) => number));
  return Array.from({ length: capacity }, (_, at) => at).find((at) => !used.has(at));
}

/** What a dead holder opened is left to others; what it was opening waits until FileMaker has closed it. */
function withoutTheDead({ fences, held }: HeldSlots, now: EpochMs, orphanMs: number): HeldSlots {
  let next = fences;
  const living = held.flatMap((one): readonly HeldSlot[] => {
    if (one.state === 'opening') return one.openingAt + orphanMs <= now ? [] : [one];
    return isLeft(one) || one.heldUntil > now ? [one] : [{ ...one, state: 'left', fence: ++next }];
  });
  return { fences: next, held: living };
}

/** Undefined where the slot has another holder by now. */
export function changeSlot(
  { fences, held }: HeldSlots,
  { number, fence }: Pick<HeldSlot, 'number' | 'fence'>,
  change: (slot: HeldSlot) => HeldSlot | undefined,
): HeldSlots | undefined {
  const mine = held.find((one) => one.number === number && one.fence === fence);
  if (mine === undefined || isLeft(mine)) return undefined;
  const changed = change(mine);
  return { fences, held: held.flatMap((one) => (one === mine ? (changed ?? []) : one)) };
}

/** Gives an open session up: whoever takes a slot next gets it. */
export function leaveSlot(slots: HeldSlots, of: Pick<HeldSlot, 'number' | 'fence'>): HeldSlots | undefined {
  const fence = slots.fences + 1;
  const left = changeSlot(slots, of, (slot) =>
    slot.state === 'opened' ? { ...slot, state: 'left', fence } : slot,
  );
  return left && { ...left, fences: fence };
}

/**
 * All holders are dead, as who begins now knows. A clock that was set back meanwhile must not keep a slot for longer than
 * a session lives.
 */
export function afterDeath({ fences, held }: HeldSlots, now: EpochMs): HeldSlots {
  const ended = held.map((one) => ({ ...one, heldUntil: 0, openingAt: Math.min(one.openingAt, now) }));
  return withoutTheDead({ fences, held: ended }, now, Number.POSITIVE_INFINITY);
}
