/** What the servers sent, in words: their licences may limit it. */
import { isNearBudget, type ServerData } from '../composition/data-use.ts';
import type { Overview } from '../composition/overview.ts';
import { showBudget, showBytes } from '../config/data-budget.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import { columns, localTime } from './words.ts';

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

export type Stopped = {
  readonly server: ServerName;
  readonly since: EpochMs;
  readonly askedAgainAt: EpochMs;
};

/** Servers whose licence lets them send no more. */
export const stoppedOf = (
  servers: readonly { readonly server: ServerName; readonly data: ServerData }[],
): readonly Stopped[] =>
  servers.flatMap(({ server, data: { stoppedSince: since, askedAgainAt } }) =>
    since === undefined || askedAgainAt === undefined ? [] : [{ server, since, askedAgainAt }],
  );

export function stoppedLines(stopped: readonly Stopped[]): readonly string[] {
  if (stopped.length === 0) return [];
  return [
    ...stopped.flatMap(({ server, since, askedAgainAt }) => [
      `STOPPED: ${server} is left alone since ${localTime(since)}: 953, its licence`,
      `    lets it send no more. Asked again once an hour, next ${localTime(askedAgainAt)}`,
    ]),
    '    it goes on by itself, and nothing is lost; other servers go on meanwhile.',
    '    Admin Console, Connectors > FileMaker Data API: Annual Limit, Total Data',
    '    Transmitted by All Hosts, and Annual Reset Date, on which it begins anew;',
    '    more is bought in the Claris Store',
  ];
}

function sentWords(data: ServerData): string {
  const [sent, span] = data.budget?.per === 'day' ? [data.today, 'today'] : [data.thisMonth, 'this month'];
  return `${showBytes(sent)} ${span}: ${budgetWords(data)} (dataBudget)`;
}
