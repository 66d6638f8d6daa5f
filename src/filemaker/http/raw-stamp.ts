/** The stamp of a row, from its canonical value. */
import type { FieldType } from '../../core/link.ts';
import type { RawStamp } from '../../core/stamp.ts';
import { parseWallTime } from '../../core/wall-time.ts';

/** A stamp that cannot be read counts as empty: such a record is found by the sweep alone. */
export function rawStamp(type: FieldType, value: string): RawStamp {
  if (type === 'number') {
    const number = Number(value);
    return value === '' || !Number.isFinite(number) ? empty : { kind: 'utcMilliseconds', value: number };
  }
  // Stamps count in whole seconds; a fraction is cut off.
  const wall = parseWallTime(value.slice(0, 19));
  return wall === undefined ? empty : { kind: 'wall', wall };
}

const empty: RawStamp = { kind: 'empty' };
