/**
 * The session slots of one server as a value, and what becomes of them. A slot that is not held is not in the list.
 *
 * `taken`: nothing was opened yet. `opening`: a session without a token may exist, until FileMaker has closed it by itself.
 * `opened`: a session with a token. `left`: the same, whose holder is dead or gave it up. A holder is dead once its time
 * is over (`heldUntil`): its invocation has ended by then, whatever became of it.
 */
import type { EpochMs } from './names.ts';

export type HeldSlot = {
  readonly number: number;
  /** Another one whenever the slot changes hands. */
  readonly fence: number;
  readonly state: 'taken' | 'opening' | 'opened' | 'left';
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
  const left = held.find(({ state }) => state === 'left');
  const others = held.filter(({ state }) => state !== 'left');
  const counted = left === undefined ? held : others;
  const free = counted.length < capacity ? freeNumber(held, capacity, left) : undefined;
  if (free === undefined) return { slots: { fences, held }, slot: undefined };
  const slot: HeldSlot = {
    number: free,
    fence: fences + 1,
    state: left === undefined ? 'taken' : 'opened',
    openingAt: 0,
    heldUntil,
    ...(left?.token !== undefined && { token: left.token }),
  };
  return { slots: { fences: fences + 1, held: [...held.filter((one) => one !== left), slot] }, slot };
}

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

/** What a dead holder opened is left to others; what it had not begun to open is free; what it was opening waits. */
export function withoutTheDead({ fences, held }: HeldSlots, now: EpochMs, orphanMs: number): HeldSlots {
  let next = fences;
  const living = held.flatMap((one): readonly HeldSlot[] => {
    if (one.state === 'opening') return one.openingAt + orphanMs <= now ? [] : [one];
    if (one.state === 'left' || one.heldUntil > now) return [one];
    return one.state === 'taken' ? [] : [{ ...one, state: 'left', fence: ++next }];
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
  if (mine === undefined || mine.state === 'left') return undefined;
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
