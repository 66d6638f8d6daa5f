/**
 * Writes of one record, one after the other as far as this process makes them. OData has no precondition: of two that look at the record
 * side by side neither would be refused, and both be done. So who comes second looks when the first is done, and finds it moved.
 */
import type { RecordId } from '../../core/names.ts';

export class RecordTurns {
  readonly #last = new Map<RecordId, Promise<void>>();

  /** The work, when none of these is at work any more that came before. */
  async alone<Result>(ids: readonly RecordId[], work: () => Promise<Result>): Promise<Result> {
    const before = ids.flatMap((id) => this.#last.get(id) ?? []);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const id of ids) this.#last.set(id, promise);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      for (const id of ids) if (this.#last.get(id) === promise) this.#last.delete(id);
      resolve();
    }
  }
}
