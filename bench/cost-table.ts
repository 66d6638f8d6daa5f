/** The figures of docs/aws.md: what a month costs in which nothing changes, and what a million of each kind of work costs. */
import { parseConfiguration } from '../src/config/load.ts';
import { counted } from '../src/cost/counted.ts';
import { changesCost, type CostLine, firstSyncCost, monthCost, sumOf, sweepCost } from '../src/cost/month.ts';

const million = 1_000_000;

const link = (name: string) => [name, { layout: 'Sync' }] as const;
const each = (name: string) =>
  [name, { url: `https://${name}.example.com`, database: 'Main', timeZone: 'UTC' }] as const;

function configurationOf(servers: number, tables: number) {
  const names = Array.from({ length: servers }, (_, at) => `server${at + 1}`);
  const table = (at: number) =>
    [
      `table${at}`,
      { key: 'id', modified: 'at', fields: ['name'], servers: Object.fromEntries(names.map(link)) },
    ] as const;
  const text = JSON.stringify({
    version: 1,
    servers: Object.fromEntries(names.map(each)),
    tables: Object.fromEntries(Array.from({ length: tables }, (_, at) => table(at))),
    alarms: { email: 'ops@example.com' },
  });
  return parseConfiguration(text, 'serversync.yaml');
}

const usd = (value: number): string => value.toFixed(2);

const part = (lines: readonly CostLine[], ...names: readonly string[]): string =>
  usd(sumOf(lines.filter(({ what }) => names.includes(what))));

const row = (what: string, lines: readonly CostLine[]): string =>
  `| ${[
    what,
    part(lines, 'DynamoDB reads'),
    part(lines, 'DynamoDB writes'),
    part(lines, 'Lambda time', 'Lambda invocations'),
    usd(sumOf(lines)),
  ].join(' | ')} |`;

function idleTable(): readonly string[] {
  const sites = [
    [2, 3],
    [2, 10],
    [10, 10],
    [50, 10],
  ] as const;
  return [
    '| A month in which nothing changes | What stands there | Looking | In all |',
    '|---|---|---|---|',
    ...sites.map(([servers, tables]) => {
      const {
        always,
        idle,
        usd: all,
      } = monthCost(configurationOf(servers, tables), counted, {
        changesPerDay: 0,
        records: 0,
      });
      return `| ${servers} servers, ${tables} tables | ${usd(sumOf(always))} | ${usd(sumOf(idle))} | ${usd(all)} |`;
    }),
  ];
}

/** `alone`: how many of a million are the only change of a tick. */
const changes = (alone: number) =>
  changesCost(counted, { changes: million, alone, receivers: 1, readAgain: 0.4 });

export const costTables = (): string =>
  [
    ...idleTable(),
    '',
    '| A million, with 2 servers | DynamoDB reads | DynamoDB writes | Lambda | In all |',
    '|---|---|---|---|---|',
    row('changes, hundreds in a tick', changes(0)),
    row('changes, each alone in its tick', changes(million)),
    row('records of a first sync', firstSyncCost(counted, million)),
    row('rows of one sweep of one server', sweepCost(counted, million)),
    row('rows swept each night for a month', sweepCost(counted, 30 * million)),
  ].join('\n');

const marks = ['<!-- costs: npm run bench:cost -->', '<!-- end of costs -->'] as const;

/** The page with these tables between its two marks. */
export function withCosts(page: string): string {
  const [before = '', rest = ''] = page.split(marks[0]);
  const [, after] = rest.split(marks[1]);
  if (after === undefined) throw new Error(`docs/aws.md has no ${marks.join(' … ')}`);
  return `${before}${marks[0]}\n${costTables()}\n${marks[1]}${after}`;
}
