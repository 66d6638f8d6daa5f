/** How much a server is meant to send, as people write it: `5 GB per month`. */
import type { DataBudget } from '../core/data-use.ts';
import type { Mistake } from './problem.ts';

export const dataBudgetPattern = '^\\d+(\\.\\d+)? ?(MB|GB|TB) per (day|month)$';

/** Decimal, which is the smaller of what people mean by a unit: the alarm comes sooner rather than later. */
const unitBytes: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** Less is used up by logging in. */
const leastBytes = 1e6;

const remedy =
  'Write a number, MB, GB or TB, and per day or per month, such as "5 GB per month" or "500 MB per day"';

export function parseDataBudget(text: string): DataBudget | Mistake {
  const [, size, unit = '', per] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+) per (\w+)$/.exec(text) ?? [];
  const bytesEach = unitBytes[unit];
  if (size === undefined)
    return { code: 'config-data-budget', message: 'not an amount of data for a span of time', remedy };
  if (bytesEach === undefined)
    return {
      code: 'config-data-budget',
      message: `a budget is counted in MB, GB or TB, not in ${unit}`,
      remedy: `${remedy}; at least 1 MB`,
    };
  if (per === 'year')
    return {
      code: 'config-data-budget',
      message:
        'a budget for a year, which no calendar has: the year of a licence begins on its Annual Reset Date',
      remedy: 'Write a twelfth of it per month, such as "5 GB per month" for 60 GB a year',
    };
  if (per !== 'day' && per !== 'month')
    return { code: 'config-data-budget', message: `not a span that is counted: ${per}`, remedy };
  const bytes = Math.round(Number(size) * bytesEach);
  if (bytes < leastBytes)
    return { code: 'config-data-budget', message: 'too little', remedy: `${remedy}; at least 1 MB` };
  return { bytes, per };
}

/** `4.1 GB`, `512 MB`, `3 kB`: three digits at the most, as the budget counts. */
export function showBytes(bytes: number): string {
  const [unit, size] = shownUnits.findLast(([, each]) => bytes >= each) ?? ['bytes', 1];
  const count = bytes / size;
  return `${count < 9.95 && size > 1 ? Number(count.toFixed(1)) : Math.round(count)} ${unit}`;
}

const shownUnits: readonly (readonly [string, number])[] = [
  ['kB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
];

export const showBudget = ({ bytes, per }: DataBudget): string => `${showBytes(bytes)} per ${per}`;
