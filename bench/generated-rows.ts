/** A table of any size, made from numbers: row `n` is always the same. Its fields are those of the practice server's cities. */
import { canonicalValue } from '../src/filemaker/data-api/field-values.ts';
import type { FieldType } from '../src/core/link.ts';

const types = {
  name: 'text',
  country: 'text',
  admin_code: 'text',
  population: 'number',
  latitude: 'number',
  longitude: 'number',
} satisfies Record<string, FieldType>;

type Name = keyof typeof types;

const typeOf = new Map<string, FieldType>(Object.entries(types));

export const fieldNames: readonly string[] = Object.keys(types);

export const keyOf = (n: number): string => `C-${String(n).padStart(8, '0')}`;

/** The row that has this key. */
export const numberOfKey = (key: string): number => Number(key.slice(2));

export const recordIdOf = (n: number): number => n + 1;

/** As a user enters them. */
export const valuesOf = (n: number): Readonly<Record<Name, string>> => ({
  name: `City number ${n} on the river`,
  country: ['DE', 'FR', 'US', 'JP', 'BR'][n % 5] ?? '',
  admin_code: String(n % 97),
  population: String((n * 7919) % 20_000_000),
  latitude: (((n * 31) % 18_000) / 100 - 90).toFixed(2),
  longitude: (((n * 17) % 36_000) / 100 - 180).toFixed(2),
});

export const canonicalValues = (n: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(valuesOf(n)).map(([name, value]) => [
      name,
      canonicalValue(typeOf.get(name) ?? 'text', value) ?? '',
    ]),
  );
