/**
 * Whether what a server holds is what it should hold, by content and not by what is known of it: for a comparison that trusts
 * nothing (verify). Two servers that differ from each other differ from the head on one side at least.
 *
 * No difference: what waits for a person, what a server made of our own write, what a server that is never written lacks, what
 * the policy leaves where it was deleted, what is kept outside a server's share.
 */
import { lastHeld, type LastHeld } from './absence.ts';
import { withKnownFiles } from './files.ts';
import type { Head, Replica } from './head.ts';
import { type Link, receives, type TablePlan } from './link.ts';
import type { EpochMs, FieldName } from './names.ts';
import type { Observation } from './observation.ts';
import { isApart, standingOf } from './share.ts';

export type DifferenceWhy =
  /** Somebody changed or made it there, and it was not read since. */
  | 'not-read'
  /** The same, on a server whose changes do not count. */
  | 'only-receives'
  /** It is as it is known to be, and not where it should be. */
  | 'behind'
  /** It changed though its modId did not, after it was read or written. */
  | 'same-mod-id'
  /** It is not what we wrote, and was not read since: the server may have made that of it by itself. */
  | 'not-as-written'
  /** It was there, and nobody has noticed yet that it is not. */
  | 'gone-there';

export type Difference =
  | { readonly kind: 'missing' | 'extra'; readonly why: DifferenceWhy }
  | { readonly kind: 'different'; readonly fields: readonly FieldName[]; readonly why: DifferenceWhy };

/** What is known of a record on a server. */
export type Compared = {
  readonly plan: TablePlan;
  readonly link: Link;
  readonly head: Head | undefined;
  readonly replica: Replica | undefined;
};

/** When what changed there was last read through, 0 for never: by a reading of changes, by a sweep. */
export type LastRead = { readonly changes: EpochMs; readonly sweep: EpochMs };

/** Whether the row is the one that is known, whatever it holds; two rows with one key may hold the same. */
export function isKnownRow({ link, head, replica }: Compared, { recordId }: Observation): boolean {
  return lastHeld(head, replica, link.server)?.recordId === recordId;
}

/** Of a record that the server shows; undefined where it is as it should be. */
export function differenceOf(of: Compared, shown: Observation, read: LastRead): Difference | undefined {
  const { link, head, replica } = of;
  const known = lastHeld(head, replica, link.server);
  // Files are not read for it: in a row that is as it was known they are what they were.
  const seen = withKnownFiles(withKnownFiles(shown, replica, head), head?.seen[link.server], head);
  const isAsKnown = known?.recordId === seen.recordId && known.modId === seen.modId;
  const unread = link.role === 'receive' ? 'only-receives' : 'not-read';
  if (head === undefined) return { kind: 'extra', why: unread };
  if (receives(link) && isApart(link, head, replica)) return differenceOutside(of, isAsKnown, unread);
  if (head.deleted !== undefined && !mayStay(of, known, seen))
    return { kind: 'extra', why: isAsKnown ? 'behind' : unread };
  const fields = head.deleted !== undefined ? [] : differingFields(of, known, seen);
  if (fields.length === 0) return undefined;
  if (!isAsKnown) return { kind: 'different', fields, why: unread };
  if (fields.every((field) => seen.unread?.includes(field) || known.digests[field] === seen.digests[field]))
    return { kind: 'different', fields, why: 'behind' };
  const isUnread = replica?.own === true && !isReadSince(replica, seen, read);
  return { kind: 'different', fields, why: isUnread ? 'not-as-written' : 'same-mod-id' };
}

/** Of a record that the server does not show; undefined where it need not. */
export function absenceOf({ plan, link, head, replica }: Compared): Difference | undefined {
  if (head === undefined || head.deleted !== undefined || isElsewhere(link, head)) return undefined;
  const known = lastHeld(head, replica, link.server);
  if (plan.deletes === 'ignore' && (known !== undefined || replica?.gone)) return undefined;
  if (known !== undefined) return { kind: 'missing', why: 'gone-there' };
  return receives(link) ? { kind: 'missing', why: 'behind' } : undefined;
}

const differenceOutside = (
  { link }: Compared,
  isAsKnown: boolean,
  unread: DifferenceWhy,
): Difference | undefined =>
  link.share?.leave === 'remove' ? { kind: 'extra', why: isAsKnown ? 'behind' : unread } : undefined;

/** Nothing of it is to be there, or it cannot be told yet. */
const isElsewhere = (link: Link, head: Head): boolean => standingOf(link, head) !== 'inside';

/** A record that was deleted elsewhere, on a server that is not to delete it; it is looked at whether it was read there. */
function mayStay({ plan, link }: Compared, known: LastHeld | undefined, seen: Observation): boolean {
  if (receives(link)) return plan.deletes === 'ignore';
  return known !== undefined && known.recordId === seen.recordId && known.modId === seen.modId;
}

function differingFields(
  { plan, link, head, replica }: Compared,
  known: LastHeld | undefined,
  { recordId, digests, unread = [] }: Observation,
): readonly FieldName[] {
  const names = plan.fields.map(({ name }) => name);
  return names.filter((name) => {
    const wanted = head?.fields[name];
    if (wanted?.held !== undefined) return false;
    // A file that could not be taken went nowhere, and nothing is written over it.
    if (unread.includes(name)) return true;
    // What is never written is compared with what was read of it.
    const agreed = receives(link) ? wanted?.digest : (known?.digests[name] ?? wanted?.digest);
    if (digests[name] === (agreed ?? '')) return false;
    const isOurs = replica?.recordId === recordId && replica.digests[name] === digests[name];
    return !(isOurs && replica.sent?.[name] === wanted?.digest);
  });
}

/** By a reading of changes only where the stamp tells of our write: otherwise it did not show there. */
const isReadSince = ({ at, until }: Replica, { changedAt }: Observation, read: LastRead): boolean =>
  read.sweep > until || (read.changes > until && changedAt.hi >= at);
