/** What the servers sent, in words: their licences may limit it. */
import { isNearBudget, type ServerData } from '../composition/data-use.ts';
import type { Overview } from '../composition/overview.ts';
import { showBudget, showBytes } from '../config/data-budget.ts';
import { columns } from './words.ts';

export const dataLines = ({ servers }: Pick<Overview, 'servers'>): readonly string[] =>
  columns([
    ['server', 'sent today', 'sent this month', 'budget'],
    ...servers.map(({ server, data }) => [
      server,
      showBytes(data.today),
      showBytes(data.thisMonth),
      budgetWords(data),
    ]),
  ]);

const budgetWords = ({ budget, share }: ServerData): string =>
  budget === undefined || share === undefined ? '-' : `${percent(share)} of ${showBudget(budget)}`;

/** Cut off rather than rounded: 100% is the whole. */
const percent = (share: number): string => `${Math.floor(share * 100)}%`;

export function dataAlarmLines({ servers }: Pick<Overview, 'servers'>): readonly string[] {
  const near = servers.flatMap(({ server, data }) =>
    isNearBudget(data) ? [`ALARM: ${server} sent ${sentWords(data)}`] : [],
  );
  const remedy = '    nothing stops for it. What to look at: docs/day-two.md, "The licence\'s data quota"';
  return [...near, ...(near.length > 0 ? [remedy] : [])];
}

function sentWords(data: ServerData): string {
  const [sent, span] = data.budget?.per === 'day' ? [data.today, 'today'] : [data.thisMonth, 'this month'];
  return `${showBytes(sent)} ${span}: ${budgetWords(data)} (dataBudget)`;
}
