/** Servers that have sent most of what the configuration allows them. */
import { showBudget, showBytes } from '../../config/data-budget.ts';
import { dataOfServers, isNearBudget } from '../data-use.ts';
import type { Finder } from './matter.ts';

export const dataNearBudget: Finder = async ({ configuration, control, now }) => {
  const data = await dataOfServers(configuration, control, now);
  return data.flatMap((one) => {
    const { server, budget, share = 0, today, thisMonth } = one;
    if (budget === undefined || !isNearBudget(one)) return [];
    const sent = showBytes(budget.per === 'day' ? today : thisMonth);
    const text = `it sent ${sent}: ${Math.floor(share * 100)}% of ${showBudget(budget)}`;
    return [{ kind: 'data', urgency: 'soon', server, text, next: ['status'] }];
  });
};
