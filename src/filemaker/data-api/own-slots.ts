/** Session slots of one object, kept in memory: nobody else opens or takes over its sessions. */
import { changeSlot, type HeldSlot, leaveSlot, noneHeld, takeLeft, takeSlot } from '../../core/held-slots.ts';
import type { ServerName } from '../../core/names.ts';
import { type SessionSlots, type Slot, SlotLostError } from '../../ports/session-slots.ts';

export function ownSlots(): SessionSlots {
  let slots = noneHeld;
  const takeBy =
    (give: typeof takeSlot): SessionSlots['take'] =>
    async (server, capacity, now, orphanMs) => {
      const taken = give(slots, { capacity, now, orphanMs, heldUntil: Number.POSITIVE_INFINITY });
      slots = taken.slots;
      return taken.slot && slotOf(server, taken.slot);
    };
  const changed = (slot: Slot, change: (held: HeldSlot) => HeldSlot | undefined): boolean => {
    const after = changeSlot(slots, slot, change);
    slots = after ?? slots;
    return after !== undefined;
  };
  return {
    take: takeBy(takeSlot),
    takeLeft: takeBy(takeLeft),
    async opening(slot, now) {
      if (!changed(slot, ({ token: _token, ...held }) => ({ ...held, state: 'opening', openingAt: now })))
        throw new SlotLostError(slot);
    },
    async opened(slot, token) {
      if (!changed(slot, (held) => ({ ...held, state: 'opened', token }))) throw new SlotLostError(slot);
    },
    async leave(slot) {
      slots = leaveSlot(slots, slot) ?? slots;
    },
    async free(slot) {
      changed(slot, () => undefined);
    },
  };
}

const slotOf = (server: ServerName, { number, fence, token }: HeldSlot): Slot => ({
  server,
  number,
  fence,
  ...(token !== undefined && { token }),
});
