/** Values that tell where they are from: each is entered once, into one field. */
import { type Field, fields } from './plan.ts';

/** Amounts of one region lie together, and each is another one all the same. */
export const regionSize = 10_000_000;

const valueOf = (name: string, number: number, field: Field): string =>
  field === 'amount' ? String(number) : `${field} ${name}`;

/** What a person enters in a step. */
export const valuesOf = (
  step: number,
  chosen: readonly Field[],
  region = 0,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    chosen.map((field) => [field, valueOf(`of step ${step}`, region * regionSize + step + 1, field)]),
  );

/** What a record holds before the sync first comes; on two servers the same, or not. */
export function rowOf(
  server: string,
  at: number,
  key: string,
  isShared: boolean,
): Readonly<Record<string, string>> {
  const region = isShared ? (at + numberIn(key)) % 4 : 0;
  const number = region * regionSize + 1_000_000 + at * 1_000 + numberIn(key);
  const values = fields.map((field) => [field, valueOf(`of ${key} on ${server}`, number, field)]);
  return { id: key, ...Object.fromEntries(values) };
}

const numberIn = (key: string): number => Buffer.from(key).reduce((sum, byte) => sum + byte, 0);
