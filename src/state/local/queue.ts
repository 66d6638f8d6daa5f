/**
 * Messages, one for each batch of a server: sending a batch again shows its message at once and makes an earlier
 * receipt of it invalid, so that the file does not grow with repeated sends.
 */
import type { Queue } from '../../ports/queue.ts';
import { numeric, text } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  send: `INSERT INTO messages (server, batch, visible_at, receipt) VALUES (?, ?, 0, 0)
    ON CONFLICT (server, batch) DO UPDATE SET visible_at = 0, receipt = receipt + 1`,
  /** An update takes the file's lock also where it changes nothing, and takes six times as long (measured): empty queues are asked all the time. */
  visible: 'SELECT 1 FROM messages WHERE server = ? AND visible_at <= ? LIMIT 1',
  receive: `UPDATE messages SET visible_at = ?, receipt = receipt + 1 WHERE sequence IN (
      SELECT sequence FROM messages WHERE server = ? AND visible_at <= ? ORDER BY visible_at, sequence LIMIT ?
    ) RETURNING sequence, batch, receipt`,
  acknowledge: 'DELETE FROM messages WHERE server = ? AND sequence = ? AND receipt = ?',
};

export function queueIn(file: StateFile): Queue {
  const send = file.prepare(sql.send);
  const visible = file.prepare(sql.visible);
  const receive = file.prepare(sql.receive);
  const acknowledge = file.prepare(sql.acknowledge);
  return {
    async send(server, batches) {
      file.transaction(() => batches.forEach((batch) => send.run(server, batch)));
    },
    async receive(server, max, visibilityMs, now) {
      if (visible.get(server, now) === undefined) return [];
      const rows = receive.all(now + visibilityMs, server, now, max);
      return rows.map((row) => ({
        batch: text(row['batch']),
        receipt: `${numeric(row['sequence'])}.${numeric(row['receipt'])}`,
      }));
    },
    async acknowledge(server, receipts) {
      file.transaction(() => {
        for (const receipt of receipts) {
          const [sequence, count] = receipt.split('.').map(Number);
          if (sequence !== undefined && count !== undefined) acknowledge.run(server, sequence, count);
        }
      });
    },
  };
}
