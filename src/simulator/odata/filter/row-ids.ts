/** Rows by a comparison of their record ids. They stand in the order of these, so a stretch is found without a look at all. */
import type { Row } from '../../store/row-set.ts';
import type { Comparison } from './parse.ts';

export function rowsBetween(
  rows: readonly Row[],
  operator: Exclude<Comparison, 'ne'>,
  id: number,
): readonly Row[] {
  const from = firstAt(rows, id);
  const beyond = firstAt(rows, Math.floor(id) + 1);
  switch (operator) {
    case 'eq':
      return rows.slice(from, beyond);
    case 'ge':
      return rows.slice(from);
    case 'gt':
      return rows.slice(beyond);
    case 'lt':
      return rows.slice(0, from);
    default:
      return rows.slice(0, beyond);
  }
}

/** Where the first row with this id or a higher one is. */
function firstAt(rows: readonly Row[], id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.id ?? id) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
