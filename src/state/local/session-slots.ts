/** Session slots: all of a server's in one row. Only one process works with the file, and holds them for as long as it lives. */
import { afterDeath, type HeldSlots, noneHeld } from '../../core/held-slots.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { sessionSlotsOver } from '../session-slots.ts';
import { text, valueOf, type Column } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  read: 'SELECT value FROM held_slots WHERE server = ?',
  list: 'SELECT server, value FROM held_slots',
  put: 'INSERT INTO held_slots (server, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
};

export function sessionSlotsIn(file: StateFile): SessionSlots {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  return sessionSlotsOver({
    update: async (server, change) =>
      file.transaction(() => {
        const slots = change(valueOf(read.get(server), slotsFrom) ?? noneHeld);
        if (slots !== undefined) put.run(server, JSON.stringify(slots));
        return slots !== undefined;
      }),
    heldUntil: () => Number.MAX_SAFE_INTEGER,
  });
}

/** Whoever held slots before this process is dead. To be called within a transaction. */
export function giveUpSlots(file: StateFile, now: EpochMs): void {
  const put = file.prepare(sql.put);
  for (const row of file.prepare(sql.list).all()) {
    const server: ServerName = text(row['server']);
    put.run(server, JSON.stringify(afterDeath(slotsFrom(row['value']), now)));
  }
}

/** Only this file writes them, in a format that was checked. */
const slotsFrom = (column: Column): HeldSlots => JSON.parse(text(column));

/** Whether a session may be open that is told of here. */
export const isAnySlotHeld = (file: StateFile): boolean =>
  file
    .prepare(sql.list)
    .all()
    .some((row) => slotsFrom(row['value']).held.length > 0);
