/** Conflicts that are held until a person chooses. */
import type { Conflict } from '../../core/conflict.ts';
import type { Finder, Matter } from './matter.ts';
import { count } from '../words.ts';

/** More than anybody reads; how many there are is said beyond it too. */
const mostRead = 10_000;

export const conflictsHeld: Finder = async ({ control }) => {
  const open = await control.conflicts(mostRead, { open: true });
  return [...Map.groupBy(open, ({ table }) => table)].map(([table, of]) => heldOf(table, of));
};

const heldOf = (table: string, of: readonly Conflict[]): Matter => ({
  kind: 'held',
  urgency: 'now',
  since: Math.min(...of.map(({ at }) => at)),
  table,
  count: of.length,
  text: `${count(of.length, 'conflict waits', 'conflicts wait')} for your choice`,
  next: ['conflicts', 'list', '--held', '--table', table],
});
