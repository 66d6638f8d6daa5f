/**
 * A server's share of a table: which records belong there, judged by what the head holds and by nothing else. FileMaker is never asked: its
 * finds depend on an index and its language, and every process has to come to the same answer at the same version of a head.
 */
import { comparedDecimals, isDecimal } from './decimal.ts';
import type { Head, Replica } from './head.ts';
import type { FieldName, Key } from './names.ts';

/** What becomes of a record that is on the server and outside its share: it stays as it is there, or is removed there. */
export type Leave = 'keep' | 'remove';

export type Share = {
  readonly leave: Leave;
  /** As a find: a record belongs where one of them matches; one that omits takes its own out of what those before it found. */
  readonly requests: readonly ShareRequest[];
};

/** Every one of its criteria has to match. */
export type ShareRequest = { readonly omit: boolean; readonly criteria: readonly ShareCriterion[] };

export type ShareCriterion = {
  readonly field: FieldName;
  /** It is the key, which no head has among its fields. */
  readonly isKey?: true;
  readonly test: ValueTest;
};

export type ValueTest =
  | { readonly kind: 'empty' }
  | { readonly kind: 'filled' }
  /** The whole text, without regard to case. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'span'; readonly type: SpanType; readonly from?: Bound; readonly to?: Bound };

export type SpanType = 'number' | 'date' | 'time' | 'timestamp';

/** A canonical value; `isOpen`: it is not part of the span itself. */
export type Bound = { readonly value: string; readonly isOpen?: true };

/** `unknown`: the share rests on a field of which the head does not tell yet. */
export type Standing = 'inside' | 'outside' | 'unknown';

type Sharing = { readonly share?: Share };

export const standingOf = ({ share }: Sharing, head: Pick<Head, 'key' | 'fields'>): Standing =>
  share === undefined ? 'inside' : standingBy(share, head.key, (field) => head.fields[field]?.value);

export const isOutside = (link: Sharing, head: Pick<Head, 'key' | 'fields'>): boolean =>
  standingOf(link, head) === 'outside';

/**
 * Whether what is there of it is no part of the sync: it is outside, or it had left and was deleted elsewhere, and what the share rests on was
 * forgotten since.
 */
export const isApart = (
  link: Sharing,
  head: Pick<Head, 'key' | 'fields' | 'deleted'>,
  replica: Pick<Replica, 'left'> | undefined,
): boolean => {
  const standing = standingOf(link, head);
  const isForgotten = head.deleted?.bare === true && replica?.left === true;
  return standing === 'outside' || (standing === 'unknown' && isForgotten);
};

/** Of a record by its canonical values; undefined is one that nothing tells of. */
export function standingBy(
  { requests }: Share,
  key: Key,
  valueOf: (field: FieldName) => string | undefined,
): Standing {
  let isInside = requests[0]?.omit === true;
  for (const { omit, criteria } of requests) {
    let matches = true;
    for (const { field, isKey, test } of criteria) {
      const value = isKey ? key : valueOf(field);
      if (value === undefined) return 'unknown';
      matches &&= passes(test, value);
    }
    if (matches) isInside = !omit;
  }
  return isInside ? 'inside' : 'outside';
}

/** Case counts for nothing, as in FileMaker; accents and blanks do, since there that depends on the language of the index. */
export const foldedText = (text: string): string => text.normalize('NFC').toLowerCase();

export function passes(test: ValueTest, value: string): boolean {
  switch (test.kind) {
    case 'empty':
      return value === '';
    case 'filled':
      return value !== '';
    case 'text':
      return foldedText(value) === test.text;
    case 'span':
      return isOfType(test.type, value) && isWithin(test, value);
  }
}

/** It ends before it begins: no value is in it. */
export const isReversed = ({ type, from, to }: ValueTest & { readonly kind: 'span' }): boolean =>
  from !== undefined && to !== undefined && orders[type](from.value, to.value) > 0;

const isWithin = ({ type, from, to }: ValueTest & { readonly kind: 'span' }, value: string): boolean =>
  isOnSide(compared(type, value, from), from) && isOnSide(-compared(type, value, to), to);

const isOnSide = (order: number, bound: Bound | undefined): boolean =>
  bound === undefined || order > 0 || (order === 0 && bound.isOpen !== true);

const compared = (type: SpanType, value: string, bound: Bound | undefined): number =>
  bound === undefined ? 0 : orders[type](value, bound.value);

const orders: Readonly<Record<SpanType, (a: string, b: string) => number>> = {
  number: comparedDecimals,
  date: byText,
  timestamp: byText,
  time: (a, b) => secondsOf(a) - secondsOf(b),
};

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

const dateShape = /^\d{4}-\d{2}-\d{2}$/;
const timeShape = /^\d+:\d{2}:\d{2}(\.\d+)?$/;
const timestampShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$/;

/** FileMaker keeps text in fields of every type: what is no value of its type is in no span. */
function isOfType(type: SpanType, value: string): boolean {
  if (type === 'number') return isDecimal(value);
  return { date: dateShape, time: timeShape, timestamp: timestampShape }[type].test(value);
}
