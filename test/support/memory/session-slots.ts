import type { ServerName } from '../../../src/core/names.ts';
import type { SessionSlots, Slot } from '../../../src/ports/session-slots.ts';

type Held = {
  slot: Slot;
  state: 'taken' | 'opening' | 'opened' | 'left';
  openingAt: number;
  token?: string;
};

export type MemorySessionSlots = SessionSlots & {
  /** The process that holds slots dies, and another goes on with what it left. */
  readonly holdersDie: () => void;
};

export function memorySessionSlots(): MemorySessionSlots {
  const held = new Set<Held>();
  let fences = 0;
  const inUse = (server: ServerName): readonly Held[] =>
    [...held].filter((one) => one.slot.server === server).toSorted((a, b) => a.slot.number - b.slot.number);
  const expire = (openedBefore: number): void => {
    for (const one of held) {
      if (one.state === 'opening' && one.openingAt <= openedBefore) held.delete(one);
    }
  };
  const find = (slot: Slot): Held | undefined => [...held].find((one) => one.slot.fence === slot.fence);
  const mine = (slot: Slot): Held => {
    const one = find(slot);
    if (one === undefined) throw new Error(`slot ${slot.number} of ${slot.server} has another holder`);
    return one;
  };
  return {
    async take(server, capacity, now, orphanMs) {
      expire(now - orphanMs);
      const of = inUse(server);
      const left = of.find((one) => one.state === 'left');
      const counted = left === undefined ? of : of.filter((one) => one.state !== 'left');
      if (counted.length >= capacity) return undefined;
      if (left) held.delete(left);
      const token = left?.token === undefined ? {} : { token: left.token };
      const slot: Slot = { server, number: firstFree(inUse(server)), fence: ++fences, ...token };
      held.add({ slot, state: left ? 'opened' : 'taken', openingAt: 0, ...token });
      return slot;
    },
    async opening(slot, now) {
      const one = mine(slot);
      one.state = 'opening';
      one.openingAt = now;
      delete one.token;
    },
    async opened(slot, token) {
      const one = mine(slot);
      one.state = 'opened';
      one.token = token;
    },
    async leave(slot) {
      const one = find(slot);
      if (one?.state !== 'opened') return;
      one.slot = { ...one.slot, fence: ++fences };
      one.state = 'left';
    },
    async free(slot) {
      const one = find(slot);
      if (one) held.delete(one);
    },
    holdersDie() {
      for (const one of held) {
        one.slot = { ...one.slot, fence: ++fences };
        if (one.state === 'taken') held.delete(one);
        if (one.state === 'opened') one.state = 'left';
      }
    },
  };
}

/** Below the capacity, since fewer than that are counted and a session that was left is the lowest of its like. */
function firstFree(of: readonly Held[]): number {
  const used = new Set(of.map((one) => one.slot.number));
  let number = 0;
  while (used.has(number)) number += 1;
  return number;
}
