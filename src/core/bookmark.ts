/** How far a long reading came that had to stop: whoever goes on begins there. */
import type { MeetingExample } from './first-meeting.ts';
import type { EpochMs, FieldName, RecordId, ServerName, TableName } from './names.ts';
import type { Watermark } from './watermark.ts';

/** Where a listing goes on: an offset, and the records that were last seen, since others may have moved up meanwhile. */
export type ListPlace = { readonly offset: number; readonly seen: readonly RecordId[] };

/** Where a reading of changes goes on, in the unit of the table's stamps. */
export type ChangesPlace = {
  /** All stamps below this are read. */
  readonly from: number;
  /** Of the stamps from there on up to `to` (absent: all), what comes before this place is read. */
  readonly within?: { readonly to?: number; readonly place: ListPlace };
};

type Common = {
  readonly table: TableName;
  readonly server: ServerName;
  /** What was read: a reading of other fields begins anew. */
  readonly fields: readonly FieldName[];
  /** When the first part of the reading began. */
  readonly startedAt: EpochMs;
};

export type Bookmark = Common &
  (
    | {
        readonly kind: 'meeting';
        readonly place: ListPlace;
        readonly shared: number;
        readonly differing: number;
        readonly examples: readonly MeetingExample[];
        /** Of a server with a share: rows that were listed, and those of them that would be removed. */
        readonly rows?: number;
        readonly leaving?: number;
      }
    /** `watermark`: the one to put when all was read. */
    | { readonly kind: 'first-read'; readonly place: ListPlace; readonly watermark: Watermark }
    | ({ readonly kind: 'changes'; readonly watermark: Watermark } & ChangesPlace)
  );

export function isFor(bookmark: Bookmark | undefined, fields: readonly FieldName[]): boolean {
  return bookmark !== undefined && JSON.stringify(bookmark.fields) === JSON.stringify(fields);
}
