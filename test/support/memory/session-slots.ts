import { afterDeath, type HeldSlot, type HeldSlots, isLeft, noneHeld } from '../../../src/core/held-slots.ts';
import type { ServerName } from '../../../src/core/names.ts';
import type { SessionSlots } from '../../../src/ports/session-slots.ts';
import { sessionSlotsOver } from '../../../src/state/session-slots.ts';

export type MemorySessionSlots = SessionSlots & {
  /** Those of all servers that somebody holds, by the state of each. */
  readonly held: readonly HeldSlot['state'][];
  /** As the slots keep them. */
  readonly tokens: readonly string[];
  /** The process that holds slots dies, and another goes on with what it left. */
  readonly holdersDie: () => void;
};

export function memorySessionSlots(): MemorySessionSlots {
  const stored = new Map<ServerName, HeldSlots>();
  const all = (): readonly HeldSlot[] => [...stored.values()].flatMap(({ held }) => held);
  const slots = sessionSlotsOver({
    update: async (server, change) => {
      const changed = change(stored.get(server) ?? noneHeld);
      if (changed !== undefined) stored.set(server, changed);
      return changed !== undefined;
    },
    heldUntil: () => Number.MAX_SAFE_INTEGER,
  });
  return {
    ...slots,
    get held() {
      return all().flatMap((slot) => (isLeft(slot) ? [] : [slot.state]));
    },
    get tokens() {
      return all().flatMap(({ token }) => token ?? []);
    },
    holdersDie() {
      for (const [server, before] of stored) stored.set(server, afterDeath(before, Number.MAX_SAFE_INTEGER));
    },
  };
}
