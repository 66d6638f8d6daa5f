/** Ranges of stamps as filters. */
import { formatWallTime } from '../../core/wall-time.ts';
import type { StampRange } from '../../ports/server.ts';
import type { Columns } from './columns.ts';
import { fieldName } from './url.ts';

export function stampFilter({ stamp }: Columns, range: StampRange): string {
  const field = fieldName(stamp.wireName);
  if (range.kind === 'none') return `${field} eq null`;
  const { from, to } = range;
  const at = (value: number): string => (range.kind === 'wall' ? `${formatWallTime(value)}Z` : String(value));
  return to === undefined ? `${field} ge ${at(from)}` : `${field} ge ${at(from)} and ${field} le ${at(to)}`;
}
