/** What the values of a field look like in a sample. No value leaves this file: only what they are like. */
import type { InspectedRow } from '../ports/inspection.ts';

export type Looks = {
  readonly records: number;
  readonly empty: number;
  /** Values that more than one record has. */
  readonly doubled: number;
  /** `uuid`: as Get ( UUID ) or Get ( UUIDNumber ) make them; `random`: long, of one length, without blanks. */
  readonly form: 'uuid' | 'random' | 'recordId' | 'counting' | 'numbers' | 'other' | 'none';
};

export function looksOf(field: string, rows: readonly InspectedRow[]): Looks {
  const values = rows.map((row) => row.values[field] ?? '');
  const filled = values.filter((value) => value !== '');
  return {
    records: rows.length,
    empty: values.length - filled.length,
    doubled: doubledIn(filled),
    form: formOf(field, rows, filled),
  };
}

/** FileMaker takes texts without regard to case. */
function doubledIn(values: readonly string[]): number {
  const same = Map.groupBy(values, (value) => value.toLowerCase());
  return [...same.values()].filter((of) => of.length > 1).length;
}

function formOf(field: string, rows: readonly InspectedRow[], filled: readonly string[]): Looks['form'] {
  if (filled.length === 0) return 'none';
  if (filled.every((value) => uuid.test(value) || uuidNumber.test(value))) return 'uuid';
  const numbers = filled.map(numberIn);
  if (numbers.every((number) => number !== undefined) && sharedAffix(filled)) {
    const isRecordId = rows.every(({ recordId, values }) => ['', recordId].includes(values[field] ?? ''));
    if (isRecordId && filled.length > 2) return 'recordId';
    return isCounting(numbers) ? 'counting' : 'numbers';
  }
  const lengths = new Set(filled.map(({ length }) => length));
  const isRandom = lengths.size === 1 && filled.every((value) => random.test(value));
  return isRandom ? 'random' : 'other';
}

const uuid = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
/** Get ( UUIDNumber ): 24 bytes of chance as digits. */
const uuidNumber = /^[1-9]\d{19,}$/;
/** Such as ULID, or the 22 signs of a UUID in base 64. */
const random = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}$/;
const ending = /^(\D*)(\d{1,15})$/;

const numberIn = (value: string): number | undefined => {
  const digits = ending.exec(value)?.[2];
  return digits === undefined ? undefined : Number(digits);
};

/** `C-0001`, `C-0002`: one beginning for all. */
const sharedAffix = (values: readonly string[]): boolean =>
  new Set(values.map((value) => ending.exec(value)?.[1])).size === 1;

/** In order of creation each higher than the one before, but for few (imports come in any order). */
function isCounting(numbers: readonly number[]): boolean {
  if (numbers.length < 3) return false;
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  return steps.filter((step) => step > 0).length >= 0.9 * steps.length;
}

/** Get ( CurrentTimeUTCMilliseconds ), milliseconds since year 1, of the years 1997 to 2060. */
export function areUtcMilliseconds(field: string, rows: readonly InspectedRow[]): boolean {
  const filled = rows.map(({ values }) => values[field] ?? '').filter((value) => value !== '');
  return filled.length > 0 && filled.every((value) => Number(value) > 63e12 && Number(value) < 65e12);
}
