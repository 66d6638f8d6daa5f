/** Values that should be of one record each and are held by several, as the last sweep of each table found them. */
import type { Configuration } from '../config/configuration.ts';
import type { DoubledField } from '../core/doubled.ts';
import type { EpochMs, TableName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';

export type DoubledValues = DoubledField & {
  readonly table: TableName;
  /** When the sweep that found them ended. */
  readonly at: EpochMs;
};

/** A table with more records than a sweep could go through in its time. */
export type NotGoneThrough = Pick<DoubledValues, 'table' | 'at'> & { readonly unknown: true };

export type DoubledIn = DoubledValues | NotGoneThrough;

export const areDoubled = (one: DoubledIn): one is DoubledValues => !('unknown' in one);

/** Of fields that are configured so now, in the order of the configuration. Records that were changed since count until the next sweep. */
export async function doubledIn(
  { tables }: Configuration,
  control: Pick<Control, 'sweeps'>,
): Promise<readonly DoubledIn[]> {
  const watched = tables.filter(({ unique }) => unique.length > 0);
  if (watched.length === 0) return [];
  const sweeps = await control.sweeps();
  return watched.flatMap(({ name: table, unique }): readonly DoubledIn[] => {
    const [last] = sweeps
      .flatMap((swept) => (swept.table === table && swept.last?.doubled ? [swept.last] : []))
      .toSorted((a, b) => b.endedAt - a.endedAt);
    if (last?.doubled === undefined) return [];
    const at = last.endedAt;
    if (last.doubled.unknown) return [{ table, at, unknown: true }];
    const shown = last.doubled.fields.filter(({ field }) => unique.includes(field));
    return shown.map((one) => ({ table, at, ...one }));
  });
}
