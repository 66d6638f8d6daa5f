/** Says by name where a listing of a whole table shows fewer records than the server says it has. */
import { type AccountView, type Counts, surer, unseenOf } from '../core/account-view.ts';
import type { Engine, Place } from './engine.ts';
import type { Fetch } from './pager.ts';

/** What the answers of one listing say of it. */
export class ListedView {
  #counts: Counts | undefined;

  /** The same pages, looked at on their way. */
  watching(fetch: Fetch): Fetch {
    return async (range) => {
      const page = await fetch(range);
      const { foundCount: seen, totalCount: total } = page;
      if (total !== undefined) this.#counts = surer(this.#counts, { seen, total });
      return page;
    };
  }

  /** Undefined where no answer told how many there are. */
  get counts(): Counts | undefined {
    return this.#counts;
  }
}

/** Keeps what a listing that came to its end showed, and says so where it is otherwise than it was. */
export async function keepView(engine: Engine, place: Place, { counts }: ListedView): Promise<void> {
  if (counts === undefined) return;
  const { plan, link } = place;
  const of = { table: plan.name, server: link.server };
  const before = await engine.control.accountView(of.table, of.server);
  if (isTold(before, counts)) return;
  await engine.control.putAccountView({ ...of, ...counts, at: engine.clock.now() });
  if (unseenOf(counts) > 0) engine.report({ kind: 'rows-unseen', ...of, ...counts });
}

/** While all are seen it is no news how many they are. */
function isTold(before: AccountView | undefined, now: Counts): boolean {
  if (before === undefined || unseenOf(before) === 0) return unseenOf(now) === 0;
  return before.seen === now.seen && before.total === now.total;
}
