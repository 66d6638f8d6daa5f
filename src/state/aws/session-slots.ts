/**
 * Session slots: all of a server's in one item, so that what is counted and what is taken is one write, also while two
 * versions with different numbers of sessions are alive.
 *
 * The token of a session lies in the item for as long as the session may live (docs/security.md).
 */
import type { EpochMs, ServerName } from '../../core/names.ts';
import {
  changeSlot,
  type HeldSlot,
  type HeldSlots,
  leaveSlot,
  noneHeld,
  takeSlot,
} from '../../core/held-slots.ts';
import { type SessionSlots, type Slot, SlotLostError } from '../../ports/session-slots.ts';
import { asNumber, numberOf } from './attributes.ts';
import { follows } from './conditions.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsStateError } from './state-error.ts';
import { attributesOf, type Table } from './table.ts';

export type SlotOptions = {
  /** When whoever holds these slots is surely gone: the end of the invocation, with the time that AWS takes to end it. */
  readonly heldUntil: () => EpochMs;
};

/** As many may want a slot of one server at once, and each waits a moment longer than the one before: seldom more than 5. */
const mostTries = 60;

type Stored = { readonly rev: number; readonly slots: HeldSlots };

export function sessionSlotsIn(table: Table, { heldUntil }: SlotOptions): SessionSlots {
  /** `change` gives what to store, or undefined to leave all as it is. */
  const update = async (
    server: ServerName,
    change: (slots: HeldSlots) => HeldSlots | undefined,
  ): Promise<boolean> => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      if (tries > 0) await sleep(Math.random() * Math.min(200, 10 * tries));
      const { rev, slots } = await read(table, server);
      const changed = change(slots);
      if (changed === undefined) return false;
      if (await write(table, server, rev, changed)) return true;
    }
    throw contended(server);
  };
  const changeMine = async (slot: Slot, change: (held: HeldSlot) => HeldSlot): Promise<void> => {
    if (!(await update(slot.server, (slots) => changeSlot(slots, slot, change))))
      throw new SlotLostError(slot);
  };
  return {
    async take(server, capacity, now, orphanMs) {
      let given: HeldSlot | undefined;
      await update(server, (before) => {
        const { slots, slot } = takeSlot(before, { capacity, now, orphanMs, heldUntil: heldUntil() });
        given = slot;
        return slot && slots;
      });
      return given && slotOf(server, given);
    },
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

const slotKey = (server: ServerName) => ({ pk: 'slots', sk: `server ${server}` });

async function read(table: Table, server: ServerName): Promise<Stored> {
  const item = await table.get(slotKey(server));
  const text = item?.['slots']?.S;
  if (item === undefined || text === undefined) return { rev: 0, slots: noneHeld };
  // Only this file writes it, in a format that was checked.
  const slots: HeldSlots = JSON.parse(text);
  return { rev: numberOf(item, 'rev'), slots };
}

function write(table: Table, server: ServerName, rev: number, slots: HeldSlots): Promise<boolean> {
  const item = {
    ...attributesOf(slotKey(server)),
    rev: asNumber(rev + 1),
    slots: { S: JSON.stringify(slots) },
  };
  return table.put(item, follows('rev', rev));
}

const slotOf = (server: ServerName, { number, fence, token }: HeldSlot): Slot => ({
  server,
  number,
  fence,
  ...(token !== undefined && { token }),
});

const withoutToken = ({ token: _token, ...held }: HeldSlot): HeldSlot => held;

const contended = (server: ServerName): AwsStateError =>
  new AwsStateError(
    'state-busy',
    `the session slots of server ${server}`,
    `others changed them each time, tried ${mostTries} times`,
    'Nothing is lost: what was not done is done by a later run',
  );
