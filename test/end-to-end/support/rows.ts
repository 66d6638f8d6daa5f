/** Rows of contacts: plain ones, and those that are easily spoilt on the way. */
import type { Values } from '../../../src/simulator/description.ts';
import { type Office, type Row, syncedFields } from './office.ts';

/** Values that a careless copy changes. */
const curious: readonly Row[] = [
  { name: `O'Brien "the \\ quick"`, notes: 'first line\rsecond line\rthird' },
  { name: 'Zoë Übergrößenträger Čapek 山田', notes: 'e\u0301 as two code points, \u00e9 as one' },
  { name: '😀👩‍👩‍👧‍👦', notes: '  blanks around  ' },
  { name: '=2', notes: '*@#?!"<>…', amount: '9007199254740993' },
  { name: 'zero', amount: '0' },
  { name: 'empty', amount: '' },
  { name: 'exact', amount: '-12345678901234567890.123456789' },
  { name: 'leap', born: '2024-02-29', opens: '08:30:05', seen: '2024-02-29T23:59:59' },
  { name: 'old', born: '0099-12-31', opens: '00:00:00', seen: '1582-10-15T00:00:00' },
  { name: 'markup', notes: '{"a": [1, "\\u0000"]}\t<b>&amp;</b>' },
];

export const row = (number: number, values: Row = {}): Row => ({
  id: `K-${String(number).padStart(5, '0')}`,
  name: `contact ${number}`,
  notes: `note ${number}`,
  amount: number * 10,
  born: '1999-12-31',
  ...values,
});

/** Numbers `from` to `to - 1`. */
export const rows = (from: number, to: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, at) => row(from + at));

export const curiousRows = (from: number, to: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, at) => row(from + at, curious[(from + at) % curious.length]));

/** What is kept the same, by key. */
export function synced(office: Office): ReadonlyMap<string, Values> {
  return new Map([...office.byKey].map(([key, values]) => [key, only(values)]));
}

/** The rows as an office that was given them shows them. */
export const shownOf = (given: readonly Row[]): ReadonlyMap<string, Values> =>
  new Map(given.map(({ id, ...values }) => [String(id), only(texts(values))]));

const texts = (values: Row): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const only = (values: Values): Values =>
  Object.fromEntries(syncedFields.map((field) => [field, values[field] ?? '']));
