/**
 * Which field can be the key of a table: the same on every server, never changed, never given twice. What can be seen of it
 * over the API are its name, that FileMaker fills it, and a sample of its values; uniqueness itself is not told.
 */
import type { FieldName, ServerName } from '../core/names.ts';
import type { MatchedField } from './matching-fields.ts';
import { keyNamed, stampOf } from './names.ts';
import type { SeenTable } from './seen.ts';
import { looksOf, type Looks } from './values.ts';

export type KeyCandidate = { readonly field: MatchedField; readonly reasons: readonly string[] };
export type RefusedKey = { readonly field: MatchedField; readonly why: string };

export type Keys = {
  /** The best first. Those that only a person can answer for are `possible`. */
  readonly fit: readonly KeyCandidate[];
  readonly possible: readonly KeyCandidate[];
  /** Those that one would think of, by name or because FileMaker fills them. */
  readonly refused: readonly RefusedKey[];
};

type Judged = {
  readonly field: MatchedField;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly refusal?: string;
  readonly isFit: boolean;
  readonly isThoughtOf: boolean;
};

/** `tables`: the table on each server; `chosen`: by a person: what speaks against it is always told. */
export function judgeKeys(
  fields: readonly MatchedField[],
  tables: readonly SeenTable[],
  chosen?: FieldName,
): Keys {
  const judged = fields
    .filter((field) => canBeKey(field) && (!isNamedStamp(field) || field.name === chosen))
    .map((field) => judge(field, tables))
    .map((one) => (one.field.name === chosen ? { ...one, isThoughtOf: true } : one))
    .toSorted((a, b) => b.score - a.score);
  const unfit = fields.filter((field) => field.name === chosen && !canBeKey(field));
  const taken = judged.filter(({ refusal }) => refusal === undefined);
  return {
    fit: taken.filter(({ isFit }) => isFit).map(({ field, reasons }) => ({ field, reasons })),
    possible: taken
      .filter(({ isFit, isThoughtOf }) => !isFit && isThoughtOf)
      .map(({ field, reasons }) => ({ field, reasons })),
    refused: [
      ...judged.flatMap(({ field, refusal, isThoughtOf }) =>
        refusal !== undefined && isThoughtOf ? [{ field, why: refusal }] : [],
      ),
      ...unfit.map((field) => ({ field, why: unfitWords })),
    ],
  };
}

const unfitWords =
  'a key is a plain text or number field that FileMaker keeps: no date or time, no calculation, no global, no repetitions';

/** As a run takes it, whatever its name says. */
export const canBeKey = ({ on }: MatchedField): boolean =>
  [...on.values()].every(
    ({ type, kind, global, repetitions }) =>
      (type === 'text' || type === 'number') && kind === 'normal' && !global && repetitions === 1,
  );

const isNamedStamp = ({ name, on }: MatchedField): boolean =>
  [...on.values()].some(({ type }) => stampOf(name, type) !== undefined);

function judge(field: MatchedField, tables: readonly SeenTable[]): Judged {
  const looks = tables.map(({ seen, sample }) => ({
    server: seen.server,
    of: looksOf(field.on.get(seen.server)?.name ?? field.name, sample.rows),
  }));
  const on = [...field.on.values()];
  const isFilled = on.every(({ autoEnter }) => autoEnter);
  const named = keyNamed(field.name, tables[0]?.seen.layout ?? '');
  const form = formOf(looks.map(({ of }) => of));
  const isFit =
    (form === 'uuid' && named !== 'foreign') ||
    (form === 'random' && named === 'own') ||
    isEmptyKey(form, isFilled, named);
  const refusal = looks.flatMap(({ server, of }) => refusalOf(server, of) ?? [])[0];
  const counted = looks.reduce((sum, { of }) => sum + of.records, 0);
  return {
    field,
    score: scoreOf(named, form) + (isFilled ? 2 : 0) + (on.every(({ notEmpty }) => notEmpty) ? 1 : 0),
    reasons: [
      forms[form](counted),
      ...filledWords(field),
      ...(on.every(({ notEmpty }) => notEmpty) ? ['it may not be empty'] : []),
    ],
    ...(refusal !== undefined && { refusal }),
    isFit,
    isThoughtOf: named === 'own' || (isFilled && isKeyLike(form)),
  };
}

function filledWords({ on }: MatchedField): readonly string[] {
  const not = [...on].flatMap(([server, { autoEnter }]) => (autoEnter ? [] : [server]));
  if (not.length === 0) return ['FileMaker fills it by itself'];
  return [
    `FileMaker does not fill it by itself on ${not.join(', ')}: records that are made there need a key`,
  ];
}

/** What one may take for a key where FileMaker fills it: ids, or numbers. */
const isKeyLike = (form: Looks['form']): boolean => form !== 'none' && form !== 'other';

/** Without any record the name and the auto-enter have to do. */
const isEmptyKey = (form: Looks['form'], isFilled: boolean, named: 'own' | 'foreign' | undefined): boolean =>
  form === 'none' && isFilled && named === 'own';

const scoreOf = (named: 'own' | 'foreign' | undefined, form: Looks['form']): number =>
  (named === 'own' ? 4 : named === 'foreign' ? -4 : 0) + (form === 'uuid' ? 5 : form === 'random' ? 3 : 0);

/** The form on the servers that hold records. */
function formOf(looks: readonly Looks[]): Looks['form'] {
  const forms = [...new Set(looks.map(({ form }) => form).filter((form) => form !== 'none'))];
  return forms.length === 0 ? 'none' : forms.length === 1 ? (forms[0] ?? 'other') : 'other';
}

function refusalOf(server: ServerName, { records, empty, doubled, form }: Looks): string | undefined {
  if (form === 'recordId')
    return `it holds FileMaker's own record id, which imports and migrations change, and which both offices count from 1`;
  if (form === 'counting') return 'numbers that count up: two offices give the same number to two records';
  if (form === 'numbers') return 'short numbers: two offices may give the same one to two records';
  if (doubled > 0) return `${doubled} of its values are held by more than one record of ${server}`;
  if (empty > 0) return `${empty} of ${records} records looked at on ${server} have none`;
  return undefined;
}

const forms: Readonly<Record<Looks['form'], (records: number) => string>> = {
  uuid: (records) => `UUIDs, unique and filled in the ${records} records looked at`,
  random: (records) => `long ids, unique and filled in the ${records} records looked at`,
  other: (records) => `unique and filled in the ${records} records looked at, but no UUID`,
  none: () => 'there is no record to tell by, only its name',
  recordId: () => 'record ids',
  counting: () => 'numbers that count up',
  numbers: () => 'numbers',
};
