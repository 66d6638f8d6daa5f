/**
 * Fields that count: of changes that did not see each other the sum stands, not the newest.
 *
 *   R2  A change counts once. It is measured against the amount that its server was last known to hold; that is stored in the
 *       same write as the head which counted it, so whoever sees the state again sees no change.
 *   R3  Our own write is no change. Where one may have been made just before a change, the change is measured against
 *       it, and what the head held is kept as in a conflict (R5): if the write was never made, the sum is wrong.
 *
 * Exact: canonical decimals, calculated as whole numbers of their smallest place. Empty counts as 0. Text that is no number
 * has no sum, nor a change of which it is not known what it changed: the policy of the table decides, as for any field.
 */
import type { Sending } from './batch.ts';
import { digestOf, type Values } from './digest.ts';
import type { HeadField } from './head.ts';
import type { FieldPlan } from './link.ts';
import type { FieldName } from './names.ts';
import type { Base, Observation } from './observation.ts';

export type Sum = {
  /** What the field comes to. */
  readonly value: string;
  /** The change that was added. */
  readonly added: string;
  /** Our own write may not have been made before the change. */
  readonly isDoubted: boolean;
};

/** An amount that is kept beside digests is a number that people count with; a longer one is known by its digest alone. Assumed. */
const mostDigits = 64;

const decimal = /^-?\d+(\.\d+)?$/;

export const isAdded = (fields: readonly FieldPlan[], name: FieldName): boolean =>
  fields.some((field) => field.name === name && field.merge === 'add');

const isAmount = (value: string): boolean =>
  value === '' || (decimal.test(value) && value.length <= mostDigits);

/** For what takes the place of this value. */
export function countedFrom(
  fields: readonly FieldPlan[],
  name: FieldName,
  before: HeadField | undefined,
): Pick<HeadField, 'counted'> {
  const counted = before?.counted ?? before?.value;
  return counted !== undefined && isAdded(fields, name) && isAmount(counted) ? { counted } : {};
}

/** What is kept of these values beside their digests. */
export function amountsOf(fields: readonly FieldPlan[], values: Values): { readonly amounts?: Values } {
  if (!fields.some(({ merge }) => merge === 'add')) return {};
  const known = fields
    .filter(({ name, merge }) => merge === 'add' && values[name] !== undefined)
    .map(({ name }) => [name, values[name] ?? ''] as const)
    .filter(([, value]) => value !== '' && isAmount(value));
  return known.length === 0 ? {} : { amounts: Object.fromEntries(known) };
}

export type Counting = {
  readonly seen: Observation;
  readonly base: Base | undefined;
  readonly sending: readonly Sending[];
};

/** What the server holds is our own write. Somebody may come back to an amount that we wrote before: then only what was written since is. */
export const isOwnWrite = (
  fields: readonly FieldPlan[],
  { seen, base, sending }: Counting,
  name: FieldName,
): boolean =>
  sending
    .filter((entry) => !isAdded(fields, name) || mayFollow(entry, base))
    .some((entry) => entry.digests[name] === seen.digests[name]);

export const summed = ({ value, added }: Sum): Pick<HeadField, 'value' | 'digest' | 'added'> => ({
  value,
  digest: digestOf(value),
  added,
});

/** Of what is announced: that which may have been made after the base was there, or still be made. */
const mayFollow = (sending: Sending, base: Base | undefined): boolean => {
  const modId = modIdBefore(sending);
  return sending.unconditional === true || modId === undefined || base === undefined || modId >= base.modId;
};

/** Of the record as it has to be for the write to have an effect. */
const modIdBefore = ({ create, modId }: Sending): number | undefined => (create ? -1 : modId);

/** Undefined where the server changed what the head holds, and where it cannot be calculated. */
export function sumOf(of: Counting, name: FieldName, head: HeadField): Sum | undefined {
  const { seen, base } = of;
  const ours = lastWriteBefore(of, name);
  if (ours === undefined && base?.digests[name] === head.digest) return undefined;
  const from = amountIn(ours ?? base, name, head);
  const added = minus(seen.values[name] ?? '', from);
  const value = plus(head.value, added);
  if (added === undefined || value === undefined) return undefined;
  return { value, added, isDoubted: ours !== undefined };
}

/**
 * The last announced write of the field that may have been made before somebody changed it: the record has one commit more than
 * ours and theirs need. With fewer ours was not made, and never will be, since it carries the modId; or will be on top of theirs.
 */
function lastWriteBefore({ seen, base, sending }: Counting, name: FieldName): Sending | undefined {
  return sending.findLast((one) => {
    const known = modIdBefore(one) ?? Number.NEGATIVE_INFINITY;
    const before = one.unconditional === true && base !== undefined ? Math.max(known, base.modId) : known;
    return one.digests[name] !== undefined && mayFollow(one, base) && seen.modId > before + 1;
  });
}

function amountIn(
  known: Pick<Base, 'digests' | 'amounts'> | undefined,
  name: FieldName,
  { counted }: Pick<HeadField, 'counted'>,
): string | undefined {
  const digest = known?.digests[name];
  if (digest === undefined) return undefined;
  if (digest === '') return '';
  return (
    known?.amounts?.[name] ?? (counted !== undefined && digestOf(counted) === digest ? counted : undefined)
  );
}

/** Undefined where one of them is no number. */
export function plus(one: string | undefined, other: string | undefined): string | undefined {
  const [a, b] = [parsed(one), parsed(other)];
  if (a === undefined || b === undefined) return undefined;
  const scale = Math.max(a.scale, b.scale);
  return written(inPlaces(a, scale) + inPlaces(b, scale), scale);
}

export function minus(one: string | undefined, other: string | undefined): string | undefined {
  const b = parsed(other);
  return b === undefined ? undefined : plus(one, written(-b.digits, b.scale));
}

/** `digits` in units of `scale` places after the point. */
type Amount = { readonly digits: bigint; readonly scale: number };

function parsed(value: string | undefined): Amount | undefined {
  if (value === '') return { digits: 0n, scale: 0 };
  if (value === undefined || !decimal.test(value)) return undefined;
  const [whole = '', fraction = ''] = value.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

const inPlaces = ({ digits, scale }: Amount, places: number): bigint =>
  digits * 10n ** BigInt(places - scale);

function written(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : '';
  const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const whole = all.slice(0, all.length - scale);
  const fraction = all.slice(all.length - scale).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
