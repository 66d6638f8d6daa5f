import type { BatchId } from '../../../src/core/batch.ts';
import type { EpochMs, ServerName } from '../../../src/core/names.ts';
import type { Message, Queue } from '../../../src/ports/queue.ts';

type Stored = { readonly server: ServerName; readonly batch: BatchId; visibleAt: EpochMs; receipt: string };

export class MemoryQueue implements Queue {
  #messages: Stored[] = [];
  #receipts = 0;

  async send(server: ServerName, batches: readonly BatchId[]): Promise<void> {
    for (const batch of batches) this.#messages.push({ server, batch, visibleAt: 0, receipt: '' });
  }

  async receive(
    server: ServerName,
    max: number,
    visibilityMs: number,
    now: EpochMs,
  ): Promise<readonly Message[]> {
    const shown = this.#messages
      .filter((message) => message.server === server && message.visibleAt <= now)
      .slice(0, max);
    return shown.map((message) => {
      this.#receipts += 1;
      message.visibleAt = now + visibilityMs;
      message.receipt = String(this.#receipts);
      return { batch: message.batch, receipt: message.receipt };
    });
  }

  async acknowledge(server: ServerName, receipts: readonly string[]): Promise<void> {
    this.#messages = this.#messages.filter(
      (message) => message.server !== server || !receipts.includes(message.receipt),
    );
  }
}
