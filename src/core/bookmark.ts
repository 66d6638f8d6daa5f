/** How far a long reading came that had to stop: whoever goes on begins there. */
import type { MeetingExample } from './first-meeting.ts';
import type { EpochMs, FieldName, RecordId, ServerName, TableName } from './names.ts';
import type { Watermark } from './watermark.ts';

/** Where a listing goes on: an offset, and the records that were last seen, since others may have moved up meanwhile. */
export type ListPlace = { readonly offset: number; readonly seen: readonly RecordId[] };

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
      }
    /** `watermark`: the one to put when all was read. */
    | { readonly kind: 'first-read'; readonly place: ListPlace; readonly watermark: Watermark }
    /** `from`: all stamps below this are read, in the unit of the table's stamps. */
    | { readonly kind: 'changes'; readonly from: number; readonly watermark: Watermark }
  );

export function isFor(bookmark: Bookmark | undefined, fields: readonly FieldName[]): boolean {
  return bookmark !== undefined && JSON.stringify(bookmark.fields) === JSON.stringify(fields);
}
