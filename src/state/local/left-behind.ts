/** What a process that died left in the file, put right before this one begins: the lock says that it is dead. */
import type { EpochMs } from '../../core/names.ts';
import { giveUpSlots } from './session-slots.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  /** Nobody works on what it had received. */
  messages: 'UPDATE messages SET visible_at = 0, receipt = receipt + 1 WHERE visible_at > 0',
  leases: 'DELETE FROM leases',
};

export function clearLeftBehind(file: StateFile, now: EpochMs): void {
  const statements = [sql.messages, sql.leases].map((one) => file.prepare(one));
  file.transaction(() => {
    for (const statement of statements) statement.run();
    giveUpSlots(file, now);
  });
}
