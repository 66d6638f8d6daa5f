/** When what a server holds was set, of the fields that changed there: what is known of that goes before what its stamp says. */
import type { Seen } from './head.ts';
import { hull, type Interval, interval } from './interval.ts';
import type { FieldName } from './names.ts';
import type { Base, Observation } from './observation.ts';
import { notBefore } from './stamp.ts';

type Changed = { readonly seen: Observation; readonly base: Base | undefined };

/**
 * When these fields, which changed, were set: after we last read the record, and by its stamp. Where none of them was ever
 * read there, their change may be older than that reading. Files that could not be taken until now were put there when that was first
 * seen, or at a later edit.
 */
export function fieldStamp({ seen, base }: Changed, fields: readonly FieldName[]): Interval {
  if (base === undefined) return seen.changedAt;
  const put = fields.flatMap((field) => base.unread?.[field] ?? []);
  if (put.length > 0 && put.length === fields.length) {
    const first = put.reduce(hull);
    return seen.modId === base.modId ? first : interval(first.lo, Math.max(first.hi, seen.changedAt.hi));
  }
  const isNew = fields.every((field) => base.digests[field] === undefined);
  return isNew ? seen.changedAt : notBefore(seen.changedAt, base.at);
}

/** The marks of files that could not be taken now. */
export function unreadFiles(input: Changed): Pick<Seen, 'unread'> {
  const { unread = [] } = input.seen;
  if (unread.length === 0) return {};
  return { unread: Object.fromEntries(unread.map((field) => [field, fieldStamp(input, [field])])) };
}
