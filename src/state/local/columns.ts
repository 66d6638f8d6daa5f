/** Readers of single columns and rows. */
import type { SQLOutputValue } from 'node:sqlite';

export type Column = SQLOutputValue | undefined;
export type Row = Readonly<Record<string, SQLOutputValue>>;

export function text(value: Column): string {
  if (typeof value !== 'string') throw new TypeError(`a column holds ${typeof value} where text was stored`);
  return value;
}

export function numeric(value: Column): number {
  if (typeof value !== 'number') throw new TypeError(`a column holds ${typeof value}, not a number`);
  return value;
}

/** The `value` of a row, read as what it was stored as; undefined where there is no row. */
export const valueOf = <Value>(row: Row | undefined, read: (column: Column) => Value): Value | undefined =>
  row === undefined ? undefined : read(row['value']);

export const valuesOf = <Value>(rows: readonly Row[], read: (column: Column) => Value): readonly Value[] =>
  rows.map((row) => read(row['value']));
