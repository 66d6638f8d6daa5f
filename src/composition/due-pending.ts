/** What should be on its server by now: what a command ends with 1 for. */
import { isSamePlace, type PlaceName } from '../engine/engine.ts';
import type { WaitingChildren } from '../engine/waiting.ts';
import type { Overview } from './overview.ts';

export type Due = Pick<Overview, 'pending' | 'waiting'> & {
  readonly paused: readonly (PlaceName & { readonly waiting: number })[];
  readonly tables: readonly {
    readonly table: string;
    readonly servers: readonly { readonly server: string; readonly role: string }[];
  }[];
};

/** Keys: what is paused waits on purpose, and so do children whose parents are paused. */
export function duePending(due: Due): number {
  const paused = due.paused.reduce((sum, one) => sum + one.waiting, 0);
  const children = [...withPausedParents(due)].reduce((sum, { records }) => sum + records, 0);
  return due.pending - paused - children;
}

/** Those that are not paused themselves. */
function withPausedParents({ paused, waiting, tables }: Due): ReadonlySet<WaitingChildren> {
  const isPaused = (table: string, server: string): boolean =>
    paused.some((one) => isSamePlace(one, { table, server }));
  const isHeldUp = (parent: string, at: string): boolean =>
    // A parent may come from any server that sends.
    (tables.find(({ table }) => table === parent)?.servers ?? []).some(
      ({ server, role }) => (server === at || role !== 'receive') && isPaused(parent, server),
    );
  const children = waiting.filter(({ table, server }) => !isPaused(table, server));
  const held = new Set(children.filter(({ parent, server }) => isHeldUp(parent, server)));
  // Children of children wait with them: what is added is gone through too.
  for (const { table, server } of held)
    for (const one of children) if (one.parent === table && one.server === server) held.add(one);
  return held;
}
