/** What one look at a record shows, beside the record: how old it is at the most, and how it was had. */
import type { EpochMs } from '../../core/names.ts';
import type { Columns, RowState } from './columns.ts';

/** A row as one answer showed it. It is as it was at some time from `askedAt` on. */
type Showing = {
  readonly askedAt: EpochMs;
  /** At `Table(ROWID=n)`. */
  readonly isByRowId: boolean;
};

export type RowShown = Showing & { readonly row: unknown };

export type Look = Showing & RowState;

export const lookOf = (columns: Columns, { row, ...showing }: RowShown): Look => ({
  ...showing,
  ...columns.state(row),
});
