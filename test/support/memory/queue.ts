import type { BatchId } from '../../../src/core/batch.ts';
import type { ServerName } from '../../../src/core/names.ts';
import type { Queue } from '../../../src/ports/queue.ts';

type Entry = { readonly server: ServerName; readonly batch: BatchId; visibleAt: number; receipt: string };

/** Every send makes a message of its own, as SQS does: a batch that is sent twice is shown twice. */
export function memoryQueue(): Queue {
  const entries = new Set<Entry>();
  let receipts = 0;
  const nextReceipt = (): string => `r${++receipts}`;
  return {
    async send(server, batches) {
      for (const batch of batches) entries.add({ server, batch, visibleAt: 0, receipt: nextReceipt() });
    },
    async receive(server, max, visibilityMs, now) {
      const shown = [...entries].filter((entry) => entry.server === server && entry.visibleAt <= now);
      return shown.slice(0, max).map((entry) => {
        entry.visibleAt = now + visibilityMs;
        entry.receipt = nextReceipt();
        return { batch: entry.batch, receipt: entry.receipt };
      });
    },
    async acknowledge(server, given) {
      for (const entry of entries) {
        if (entry.server === server && given.includes(entry.receipt)) entries.delete(entry);
      }
    },
  };
}
