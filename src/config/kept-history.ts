/** For how long the history of records is kept, as people write it: `90 days`, `none`. */
import type { Mistake } from './problem.ts';

export const historyPattern = '^(none|\\d+ days?)$';

const dayMs = 86_400_000;
const mostDays = 3650;

const remedy = `Write a whole number of days, from 1 day to ${mostDays} days, such as "90 days"; or none`;

/** In ms; 0: none is kept. */
export function parseHistory(text: string): number | Mistake {
  if (text === 'none') return 0;
  const [, count] = /^(\d+) days?$/.exec(text) ?? [];
  if (count === undefined) return { code: 'config-days', message: 'not a number of days', remedy };
  const days = Number(count);
  if (days < 1) return { code: 'config-days', message: 'too short', remedy };
  if (days > mostDays) return { code: 'config-days', message: 'too long', remedy };
  return days * dayMs;
}
