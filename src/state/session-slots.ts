/** Session slots over any store that keeps the slots of a server as one value and changes it in one step. */
import {
  changeSlot,
  type HeldSlot,
  type HeldSlots,
  leaveSlot,
  takeLeft,
  takeSlot,
  type Taken,
  type Taking,
} from '../core/held-slots.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import { type SessionSlots, type Slot, SlotLostError } from '../ports/session-slots.ts';

/** What to store instead; undefined to leave all as it is. */
export type SlotChange = (slots: HeldSlots) => HeldSlots | undefined;

export type SlotStore = {
  /** Nothing comes between what `change` is given and what is stored; it may be called again. False where nothing was stored. */
  readonly update: (server: ServerName, change: SlotChange) => Promise<boolean>;
  /** When whoever holds these slots is surely gone. */
  readonly heldUntil: () => EpochMs;
};

export function sessionSlotsOver({ update, heldUntil }: SlotStore): SessionSlots {
  const takeBy =
    (give: (before: HeldSlots, taking: Taking) => Taken): SessionSlots['take'] =>
    async (server, capacity, now, orphanMs) => {
      let given: HeldSlot | undefined;
      await update(server, (before) => {
        const { slots, slot } = give(before, { capacity, now, orphanMs, heldUntil: heldUntil() });
        given = slot;
        return slot && slots;
      });
      return given && slotOf(server, given);
    };
  const changeMine = async (slot: Slot, change: (held: HeldSlot) => HeldSlot): Promise<void> => {
    if (!(await update(slot.server, (slots) => changeSlot(slots, slot, change))))
      throw new SlotLostError(slot);
  };
  return {
    take: takeBy(takeSlot),
    takeLeft: takeBy(takeLeft),
    opening: (slot, now) =>
      changeMine(slot, (held) => withoutToken({ ...held, state: 'opening', openingAt: now })),
    opened: (slot, token) => changeMine(slot, (held) => ({ ...held, state: 'opened', token })),
    async leave(slot) {
      await update(slot.server, (slots) => leaveSlot(slots, slot));
    },
    async free(slot) {
      await update(slot.server, (slots) => changeSlot(slots, slot, () => undefined));
    },
  };
}

const slotOf = (server: ServerName, { number, fence, token }: HeldSlot): Slot => ({
  server,
  number,
  fence,
  ...(token !== undefined && { token }),
});

const withoutToken = ({ token: _token, ...held }: HeldSlot): HeldSlot => held;
