/** Ranges of stamps as filters. */
import { formatWallTime, type WallTime } from '../../core/wall-time.ts';
import type { StampRange } from '../../ports/server.ts';
import type { Columns } from './columns.ts';
import { fieldName } from './url.ts';

export function stampFilter({ stamp }: Columns, range: StampRange): string {
  const field = fieldName(stamp.wireName);
  if (range.kind === 'none') return `${field} eq null`;
  const { from, to } = range;
  if (range.kind === 'utcMilliseconds')
    return `${field} ge ${from}${to === undefined ? '' : ` and ${field} le ${to}`}`;
  // A stamp may hold a fraction of the last second.
  const below = to === undefined ? '' : ` and ${field} lt ${at(to + 1000)}`;
  return `${field} ge ${at(from)}${below}`;
}

const at = (wall: WallTime): string => `${formatWallTime(wall)}Z`;
