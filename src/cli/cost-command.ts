/** `serversync cost`: what an installation on AWS costs in a month, reckoned. Asks no server, and AWS only for what a stack published. */
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load.ts';
import { counted } from '../cost/counted.ts';
import { type CostLine, monthCost, type MonthCost, sumOf } from '../cost/month.ts';
import { prices, pricesOf } from '../cost/prices.ts';
import type { RunRecord } from '../core/run-record.ts';
import { StateFileError } from '../state/local/state-file-error.ts';
import { count } from '../composition/words.ts';
import { publishedTrends } from './console/published-trends.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { openToRead, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';

export type CostOptions = StatePlace & {
  readonly output: Output;
  readonly changesPerDay?: number;
  readonly records?: number;
};

/** Where nothing is given and nothing is known: an office. */
const supposedChanges = 1_000;

const dayMs = 86_400_000;
const mostRuns = 100_000;

type Known = {
  readonly changesPerDay?: number;
  readonly records?: number;
  /** Why it is not known. */
  readonly note?: string;
};

/** Throws ConfigurationError. */
export async function costCommand(options: CostOptions): Promise<ExitCode> {
  const { output } = options;
  const configuration = await loadConfiguration(options.configFile);
  const isGiven = options.changesPerDay !== undefined && options.records !== undefined;
  const known = isGiven ? {} : await knownOf(options, configuration);
  const load = {
    changesPerDay: options.changesPerDay ?? known.changesPerDay ?? supposedChanges,
    records: options.records ?? known.records ?? 0,
  };
  const from = {
    changesPerDay: sourceOf(options.changesPerDay, known.changesPerDay),
    records: sourceOf(options.records, known.records),
  };
  const cost = monthCost(configuration, counted, load);
  if (known.note !== undefined) output.line(known.note);
  for (const line of textOf(configuration, cost, load, from)) output.line(line);
  output.json(() => ({
    exitCode: exitCodes.inStep,
    prices: { ...pricesOf, of: prices },
    load,
    from,
    ...(known.note !== undefined && { note: known.note }),
    ...cost,
  }));
  return exitCodes.inStep;
}

type Source = 'given' | 'measured' | 'supposed';

const sourceOf = (given: number | undefined, known: number | undefined): Source =>
  given === undefined ? (known === undefined ? 'supposed' : 'measured') : 'given';

const knownOf = (options: CostOptions, configuration: Configuration): Promise<Known> =>
  options.stack === undefined
    ? knownHere(options, configuration)
    : knownOfStack(options.stack, configuration);

/** What its functions published of the last 31 days; its records are not counted: that would read them all. */
async function knownOfStack(stack: string, { servers }: Configuration): Promise<Known> {
  const now = systemClock.now();
  const names = servers.map(({ name }) => name);
  const { servers: trends, note } = await publishedTrends(stack, names, { from: now - 31 * dayMs, to: now });
  const written = trends.flatMap((one) => one.written);
  const rate = rateOf(
    written.map(({ from: startedAt, records }) => ({ startedAt, created: records, updated: 0 })),
    now,
  );
  if (rate !== undefined) return { changesPerDay: rate };
  return {
    note: note ?? `no rate of changes: what stack ${stack} published as written covers less than a day`,
  };
}

/** What the state of this machine tells: changes written by its runs, and records of its tables. Nothing where there is none. */
async function knownHere(place: StatePlace, { tables }: Configuration): Promise<Known> {
  try {
    const state = await openToRead(place);
    try {
      const counts = await Promise.all(tables.map(({ name }) => state.records.count(name)));
      const rate = rateOf(await state.control.runs(mostRuns), systemClock.now());
      const records = counts.reduce((sum, { heads }) => sum + heads, 0);
      return { records, ...(rate !== undefined && { changesPerDay: rate }) };
    } finally {
      state.close();
    }
  } catch (error) {
    if (error instanceof StateFileError) return {};
    throw error;
  }
}

type Ran = Pick<RunRecord, 'startedAt' | 'created' | 'updated' | 'removed'>;

/** Of the last 30 days; undefined where less than a day is known: a first sync is no rate. */
export function rateOf(runs: readonly Ran[], now: number): number | undefined {
  const first = Math.min(...runs.map(({ startedAt }) => startedAt));
  const since = Math.max(first + dayMs, now - 30 * dayMs);
  const days = (now - since) / dayMs;
  if (runs.length === 0 || days < 1) return undefined;
  const written = runs
    .filter(({ startedAt }) => startedAt >= since)
    .reduce((sum, { created, updated, removed = 0 }) => sum + created + updated + removed, 0);
  return Math.round(written / days);
}

const said: Readonly<Record<Source, string>> = {
  given: 'as given',
  measured: 'as it was measured',
  supposed: 'supposed: give another',
};

const groups: readonly (readonly [keyof Omit<MonthCost, 'usd'>, string])[] = [
  ['always', 'What stands there'],
  ['idle', 'Looking, though nothing changes'],
  ['changes', 'Changes'],
  ['sweeps', 'Sweeps'],
  ['stored', 'What is held'],
];

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const usd = (value: number): string => money.format(value).padStart(10);

function textOf(
  { servers, tables }: Configuration,
  cost: MonthCost,
  { changesPerDay, records }: { readonly changesPerDay: number; readonly records: number },
  from: Readonly<Record<'changesPerDay' | 'records', Source>>,
): readonly string[] {
  const site = `${count(servers.length, 'server', 'servers')}, ${count(tables.length, 'table', 'tables')}`;
  return [
    `A month on AWS with ${site}, US dollars, reckoned and not billed:`,
    `  changes a day: ${number.format(changesPerDay)} (${said[from.changesPerDay]}, --changes-per-day)`,
    `  records:       ${number.format(records)} (${said[from.records]}, --records)`,
    '',
    ...groups.flatMap(([group, heading]) => groupLines(heading, cost[group])),
    `${'In all'.padEnd(58)}${usd(cost.usd)}`,
    '',
    `Prices of ${pricesOf.region} on ${pricesOf.asOf}, without free tier and discounts; other regions differ.`,
    'Requests were counted, on emulators; how long functions take is assumed, not measured on AWS.',
    'Not in it: a NAT gateway, a key of your own, tax, and the first sync. docs/aws.md says more.',
  ];
}

function groupLines(heading: string, lines: readonly CostLine[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    `${heading.padEnd(58)}${usd(sumOf(lines))}`,
    ...lines.map(
      (line) => `  ${line.what.padEnd(24)}${number.format(line.count).padStart(20)}${usd(line.usd)}`,
    ),
    '',
  ];
}
