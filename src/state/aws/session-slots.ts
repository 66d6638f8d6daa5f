/**
 * Session slots: all of a server's in one item, so that what is counted and what is taken is one write, also while two
 * versions with different numbers of sessions are alive.
 *
 * What this process stored last is tried first: mostly nobody changed it since, and one request is enough.
 * The token of a session lies in the item for as long as the session may live (docs/security.md).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type HeldSlots, isLeft, noneHeld } from '../../core/held-slots.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { sessionSlotsOver, type SlotChange } from '../session-slots.ts';
import { asNumber, numberOf } from './attributes.ts';
import { follows } from './conditions.ts';
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
  const lastStored = new Map<ServerName, Stored>();
  const updating = new Map<ServerName, Promise<boolean>>();

  const changed = async (
    server: ServerName,
    { rev, slots }: Stored,
    change: SlotChange,
  ): Promise<'stored' | 'left' | 'moved'> => {
    lastStored.delete(server);
    const next = change(slots);
    if (next === undefined) return 'left';
    if (!(await write(table, server, rev, next))) return 'moved';
    lastStored.set(server, { rev: rev + 1, slots: next });
    return 'stored';
  };

  const updateAlone = async (server: ServerName, change: SlotChange): Promise<boolean> => {
    const before = lastStored.get(server);
    if (before !== undefined && (await changed(server, before, change)) === 'stored') return true;
    for (let tries = 0; tries < mostTries; tries += 1) {
      if (tries > 0) await sleep(Math.random() * Math.min(200, 10 * tries));
      const became = await changed(server, await read(table, server), change);
      if (became !== 'moved') return became === 'stored';
    }
    throw contended(server);
  };

  /** One after the other: several logins of this process at once would only be in each other's way. */
  const update = (server: ServerName, change: SlotChange): Promise<boolean> => {
    const mine = (updating.get(server) ?? Promise.resolve(true)).then(() => updateAlone(server, change));
    updating.set(
      server,
      mine.catch(() => false),
    );
    return mine;
  };

  const slots = sessionSlotsOver({ update, heldUntil });
  return {
    ...slots,
    async takeLeft(server, ...rest) {
      const before = lastStored.get(server);
      if (before !== undefined && !before.slots.held.some(isLeft)) return undefined;
      return slots.takeLeft(server, ...rest);
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

const contended = (server: ServerName): AwsStateError =>
  new AwsStateError(
    'state-busy',
    `the session slots of server ${server}`,
    `others changed them each time, tried ${mostTries} times`,
    'Nothing is lost: what was not done is done by a later run',
  );
