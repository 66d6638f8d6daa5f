/** What a process that died left in the file, put right before this one begins: the lock says that it is dead. */
import type { EpochMs } from '../../core/names.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  /** Its sessions with a token can be taken over. */
  opened: `UPDATE slots SET state = 'left', fence = fence + 1 WHERE state = 'opened'`,
  /** No login was sent for these. */
  taken: `UPDATE slots SET state = 'free', fence = fence + 1 WHERE state = 'taken'`,
  /** A clock that was set back meanwhile must not keep them for longer than a session lives. */
  opening: `UPDATE slots SET opening_at = ?1 WHERE state = 'opening' AND opening_at > ?1`,
  /** Nobody works on what it had received. */
  messages: 'UPDATE messages SET visible_at = 0, receipt = receipt + 1 WHERE visible_at > 0',
  leases: 'DELETE FROM leases',
};

export function clearLeftBehind(file: StateFile, now: EpochMs): void {
  const statements = [sql.opened, sql.taken, sql.messages, sql.leases].map((one) => file.prepare(one));
  const opening = file.prepare(sql.opening);
  file.transaction(() => {
    for (const statement of statements) statement.run();
    opening.run(now);
  });
}
