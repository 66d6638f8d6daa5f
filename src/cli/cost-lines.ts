/** What `serversync cost` says to people. */
import type { Configuration } from '../config/configuration.ts';
import type { CostLine, Load, MonthCost } from '../cost/month.ts';
import { sumOf } from '../cost/month.ts';
import { type PriceName, pricesOf } from '../cost/prices.ts';
import { count } from '../composition/words.ts';

export type Source = 'given' | 'measured' | 'supposed' | 'unknown';

export type CostTold = {
  readonly configuration: Configuration;
  readonly cost: MonthCost;
  readonly load: Load;
  readonly from: { readonly changesPerDay: Source; readonly records: Source };
  /** Where it is of a stack. */
  readonly stack: string | undefined;
};

export function costLines({ configuration, cost, load, from, stack }: CostTold): readonly string[] {
  const { servers, tables } = configuration;
  const site = `${count(servers.length, 'server', 'servers')}, ${count(tables.length, 'table', 'tables')}`;
  return [
    `A month on AWS with ${site}, in US dollars, as reckoned:`,
    `  changes a day: ${shown(load.changesPerDay)} (${said[from.changesPerDay]}--changes-per-day N)`,
    ...recordsLines(load, from.records, stack),
    ...shareLines(configuration, load),
    '',
    ...groups.flatMap(([group, heading]) => groupLines(heading, cost[group])),
    ...(load.records === undefined ? leftOut : []),
    `${(load.records === undefined ? 'In all, without these' : 'In all').padEnd(wide)}${usd(cost.usd)}`,
    '',
    `Prices of ${pricesOf.region} on ${pricesOf.asOf}, without free tier and discounts; other`,
    'regions differ. Requests were counted, on emulators; how long functions take is',
    'assumed, not measured on AWS.',
    'Not in it: the first sync, ways to your servers (a NAT gateway, a VPN), large',
    'values, tax, and more: docs/aws.md, "Cost", has the list.',
  ];
}

/** What goes before the option that gives another. */
const said: Readonly<Record<Source, string>> = {
  given: 'as given by ',
  measured: 'as it was measured; another: ',
  supposed: 'supposed; give yours: ',
  unknown: 'give them: ',
};

function recordsLines({ records }: Load, source: Source, stack: string | undefined): readonly string[] {
  if (records !== undefined) return [`  records:       ${shown(records)} (${said[source]}--records N)`];
  const first = `  records:       not known (${said.unknown}--records N)`;
  if (stack === undefined) return [first];
  return [first, `                 serversync status --stack ${stack} counts them`];
}

const shareLines = ({ tables }: Configuration, { known }: Load): readonly string[] =>
  known === undefined && tables.some(({ links }) => links.some(({ share }) => share !== undefined))
    ? ['  shares:        supposed to be equal parts of their table, one alone all of it']
    : [];

const leftOut = [
  'Sweeps, and what is held: not reckoned, as the number of records is not known.',
  'Give it with --records N.',
  '',
] as const;

const groups: readonly (readonly [keyof Omit<MonthCost, 'usd'>, string])[] = [
  ['always', 'What stands there'],
  ['idle', 'Looking, though nothing changes'],
  ['changes', 'Changes'],
  ['sweeps', 'Sweeps'],
  ['stored', 'What is held'],
];

/** What a line's figure counts. */
const units: Readonly<Record<PriceName, readonly [one: string, many: string]>> = {
  readUnit: ['read unit', 'read units'],
  writeUnit: ['write unit', 'write units'],
  storedGb: ['GB', 'GB'],
  recoveryGb: ['GB', 'GB'],
  invocation: ['start', 'starts'],
  gbSecond: ['GB-second', 'GB-seconds'],
  queueRequest: ['request', 'requests'],
  objectPut: ['request', 'requests'],
  objectGet: ['request', 'requests'],
  metric: ['metric', 'metrics'],
  alarm: ['alarm', 'alarms'],
  compositeAlarm: ['alarm', 'alarms'],
  dashboard: ['dashboard', 'dashboards'],
  logGb: ['GB', 'GB'],
  trace: ['trace', 'traces'],
  schedule: ['start', 'starts'],
  secret: ['secret', 'secrets'],
  secretCall: ['request', 'requests'],
  gbOut: ['GB', 'GB'],
  natHour: ['hour', 'hours'],
  key: ['key', 'keys'],
  keyRequest: ['request', 'requests'],
};

/** Where dollars begin. */
const wide = 58;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });
const shown = (value: number): string => (value < 10 ? small : whole).format(value);
const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const usd = (value: number): string => `$${money.format(value)}`.padStart(11);

function groupLines(heading: string, lines: readonly CostLine[]): readonly string[] {
  if (lines.length === 0) return [];
  return [`${heading.padEnd(wide)}${usd(sumOf(lines))}`, ...lines.map(lineOf), ''];
}

function lineOf(line: CostLine): string {
  const figure = shown(line.count);
  const unit = units[line.price][figure === '1' ? 0 : 1];
  return `  ${line.what.padEnd(20)}${figure.padStart(16)} ${unit}`.padEnd(wide) + usd(line.usd);
}
