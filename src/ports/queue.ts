/**
 * Messages that say "this batch row, that server". At least once, in no order, possibly late: a message is only
 * a hint, the row is the truth. SQS has all of this; so has the local one.
 */
import type { BatchId } from '../core/batch.ts';
import type { EpochMs, ServerName } from '../core/names.ts';

export type Message = {
  readonly batch: BatchId;
  /** Gives the message back to `acknowledge`; valid for one receipt. */
  readonly receipt: string;
};

export interface Queue {
  /** After return every batch has a message that a later `receive` may show. Sending again is safe. */
  send(server: ServerName, batches: readonly BatchId[]): Promise<void>;

  /**
   * Up to `max` messages, hidden from others until `now + visibilityMs`; shown again after that unless
   * acknowledged. Returns at once; empty where there is none.
   */
  receive(server: ServerName, max: number, visibilityMs: number, now: EpochMs): Promise<readonly Message[]>;

  /**
   * The message is not shown again. A receipt that is no longer valid changes nothing, or takes the later showing of the
   * same message: a hint less.
   */
  acknowledge(server: ServerName, receipts: readonly string[]): Promise<void>;
}
