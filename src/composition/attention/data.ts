/** Servers that have sent most of what the configuration allows them. */
import { showBudget, showBytes } from '../../config/data-budget.ts';
import { dataOfServers, isNearBudget } from '../data-use.ts';
import type { Finder } from './matter.ts';

export const dataNearBudget: Finder = async ({ configuration, control, now }) => {
  const data = await dataOfServers(configuration, control, now);
  return data.flatMap((one) => {
    const { server, budget, share = 0, day, today, thisMonth } = one;
    if (budget === undefined || !isNearBudget(one)) return [];
    const [bytes, span] = budget.per === 'day' ? [today, `on ${day}`] : [thisMonth, `in ${monthName(day)}`];
    const text = `it sent ${showBytes(bytes)} ${span}: ${Math.floor(share * 100)}% of ${showBudget(budget)}`;
    return [{ kind: 'data', urgency: 'soon', server, text, next: ['status'] }];
  });
};

/** Of a day such as `2026-11-29`: `November 2026`. Whoever reads a letter need not read it in that month. */
const monthName = (day: string): string => monthFormat.format(Date.parse(`${day}T00:00:00Z`));

const monthFormat = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
