/** A table of any size, made from numbers: row `n` is always the same. */
import { canonicalValue } from '../src/filemaker/data-api/field-values.ts';

export const fieldNames = ['name', 'country', 'admin_code', 'population', 'latitude', 'longitude'] as const;

export const keyOf = (n: number): string => `C-${String(n).padStart(8, '0')}`;

export const recordIdOf = (n: number): string => String(n + 1);

/** As the server shows it. */
export const wireValues = (n: number): Readonly<Record<string, string>> => ({
  name: `City number ${n} on the river`,
  country: ['DE', 'FR', 'US', 'JP', 'BR'][n % 5] ?? '',
  admin_code: String(n % 97),
  population: String((n * 7919) % 20_000_000),
  latitude: String(((n * 31) % 18_000) / 100 - 90),
  longitude: String(((n * 17) % 36_000) / 100 - 180),
});

export const canonicalValues = (n: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(wireValues(n)).map(([name, value]) => [name, canonicalValue('text', value) ?? '']),
  );
