/**
 * Session slots. Only one process works with the file, so a slot that is held when it is opened belongs to a dead one.
 *
 * A slot is `free`, `taken` (nothing was opened yet), `opening` (a session without a token may exist), `opened`, or
 * `left` (by a dead holder, with its token). Its fence counts up whenever it changes hands.
 */
import type { EpochMs, ServerName } from '../../core/names.ts';
import { type SessionSlots, type Slot, SlotLostError } from '../../ports/session-slots.ts';
import { type Row, numeric, text } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  /** What an opening slot of a holder that never came back held open, FileMaker has closed by now. */
  expire: `UPDATE slots SET state = 'free', fence = fence + 1
    WHERE server = ? AND state = 'opening' AND opening_at <= ?`,
  used: 'SELECT * FROM slots WHERE server = ? ORDER BY number',
  take: `INSERT INTO slots (server, number, fence, state, opening_at, token) VALUES (?1, ?2, 1, ?3, 0, ?4)
    ON CONFLICT (server, number) DO UPDATE SET fence = fence + 1, state = ?3, opening_at = 0, token = ?4
    RETURNING fence`,
  set: `UPDATE slots SET state = ?, opening_at = ?, token = ? WHERE server = ? AND number = ? AND fence = ?`,
  leave: `UPDATE slots SET state = 'left', fence = fence + 1
    WHERE server = ? AND number = ? AND fence = ? AND state = 'opened'`,
  free: `UPDATE slots SET state = 'free', token = NULL, fence = fence + 1
    WHERE server = ? AND number = ? AND fence = ?`,
};

export function sessionSlotsIn(file: StateFile): SessionSlots {
  const set = file.prepare(sql.set);
  const free = file.prepare(sql.free);
  const leave = file.prepare(sql.leave);
  const take = takingIn(file);
  const change = (
    { server, number: at, fence }: Slot,
    state: string,
    openingAt: EpochMs,
    token: string | null,
  ) => set.run(state, openingAt, token, server, at, fence).changes === 1;
  return {
    async take(server, capacity, now, orphanMs) {
      return file.transaction(() => take(server, capacity, now - orphanMs));
    },
    async opening(slot, now) {
      if (!change(slot, 'opening', now, null)) throw new SlotLostError(slot);
    },
    async opened(slot, token) {
      if (!change(slot, 'opened', 0, token)) throw new SlotLostError(slot);
    },
    async leave({ server, number: at, fence }) {
      leave.run(server, at, fence);
    },
    async free({ server, number: at, fence }) {
      free.run(server, at, fence);
    },
  };
}

function takingIn(file: StateFile) {
  const expire = file.prepare(sql.expire);
  const used = file.prepare(sql.used);
  const free = file.prepare(sql.free);
  const take = file.prepare(sql.take);
  return (server: ServerName, capacity: number, openedBefore: EpochMs): Slot | undefined => {
    expire.run(server, openedBefore);
    const slots = used.all(server);
    const left = slots.find((row) => row['state'] === 'left');
    const at = freeNumber(slots, capacity, left);
    if (at === undefined) return undefined;
    if (left === undefined) {
      return { server, number: at, fence: numeric(take.get(server, at, 'taken', null)?.['fence']) };
    }
    const token = text(left['token']);
    free.run(server, numeric(left['number']), numeric(left['fence']));
    return { server, number: at, fence: numeric(take.get(server, at, 'opened', token)?.['fence']), token };
  };
}

/**
 * The number to give out. A session that was left comes first, since it exists: under its own number, or under
 * another where the capacity was lowered since. Undefined where the sessions that may exist, and that nobody is
 * about to take over, are as many as the capacity allows.
 */
function freeNumber(slots: readonly Row[], capacity: number, left: Row | undefined): number | undefined {
  const inUse = slots.filter((row) => row['state'] !== 'free');
  const others = inUse.filter((row) => row['state'] !== 'left');
  if ((left === undefined ? inUse : others).length >= capacity) return undefined;
  const own = left === undefined ? undefined : numeric(left['number']);
  if (own !== undefined && own < capacity) return own;
  const taken = new Set(inUse.map((row) => numeric(row['number'])));
  return Array.from({ length: capacity }, (_, at) => at).find((at) => !taken.has(at));
}
