/** `serversync cost`: what an installation on AWS costs in a month, reckoned. Asks no server, and AWS only for what a stack published. */
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load.ts';
import { counted } from '../cost/counted.ts';
import { monthCost } from '../cost/month.ts';
import { prices, pricesOf } from '../cost/prices.ts';
import { type KnownRecords, receiversOf, spreadOf } from '../cost/spread.ts';
import type { RunRecord } from '../core/run-record.ts';
import { StateFileError } from '../state/local/state-file-error.ts';
import { publishedOrThrow } from './console/published-trends.ts';
import { costLines, type Source } from './cost-lines.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { openToRead, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { placesOf } from './stack.ts';

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
  /** Records written in a day, on all servers together. */
  readonly writtenPerDay?: number;
  /** Of tables of which there are any. */
  readonly records?: KnownRecords;
  /** Why the rate is not known. */
  readonly note?: string;
};

/** Throws ConfigurationError; with a stack also Refused or AwsStateError. */
export async function costCommand(options: CostOptions): Promise<ExitCode> {
  const { output, stack } = options;
  const configuration = await loadConfiguration(options.configFile);
  const { note, ...known } = await knownOf(options, configuration);
  const ofTables = options.records === undefined ? known.records : undefined;
  const changes = changesOf(known, configuration);
  const records = options.records ?? (ofTables && sumOf(ofTables));
  const load = {
    changesPerDay: options.changesPerDay ?? changes ?? supposedChanges,
    records,
    ...(known.records && { known: known.records }),
  };
  const from = {
    changesPerDay: sourceOf(options.changesPerDay, changes, 'supposed'),
    records: sourceOf(options.records, records, 'unknown'),
  };
  const cost = monthCost(configuration, counted, load);
  if (note !== undefined) output.line(note);
  for (const line of costLines({ configuration, cost, load, from, stack })) output.line(line);
  output.json(() => ({
    exitCode: exitCodes.inStep,
    prices: { ...pricesOf, of: prices },
    load: { changesPerDay: load.changesPerDay, ...(records !== undefined && { records }) },
    from,
    ...(note !== undefined && { note }),
    ...cost,
  }));
  return exitCodes.inStep;
}

const sourceOf = (given: number | undefined, known: number | undefined, otherwise: Source): Source =>
  given === undefined ? (known === undefined ? otherwise : 'measured') : 'given';

const sumOf = (records: KnownRecords): number =>
  [...records.values()].reduce((sum, { heads }) => sum + heads, 0);

/** What was written was written on each receiver: a change counts once. */
function changesOf({ writtenPerDay, records }: Known, configuration: Configuration): number | undefined {
  const receivers = receiversOf(spreadOf(configuration, records));
  if (writtenPerDay === undefined || receivers === 0) return undefined;
  return Math.round(writtenPerDay / receivers);
}

/** A name of a stack is looked up whatever else is given: one that is mistyped is no other stack. */
async function knownOf(options: CostOptions, configuration: Configuration): Promise<Known> {
  if (options.stack !== undefined) await placesOf(options.stack);
  if (options.stack === undefined) return knownHere(options, configuration);
  return options.changesPerDay === undefined ? knownOfStack(options.stack, configuration) : {};
}

/** What its functions published of the last 31 days; its records are not counted: that would read them all. */
async function knownOfStack(stack: string, { servers }: Configuration): Promise<Known> {
  const now = systemClock.now();
  const names = servers.map(({ name }) => name);
  const trends = await publishedOrThrow(stack, names, { from: now - 31 * dayMs, to: now });
  const written = trends.flatMap((one) => one.written);
  const writtenPerDay = rateOf(
    written.map(({ from: startedAt, records }) => ({ startedAt, created: records, updated: 0 })),
    now,
  );
  if (writtenPerDay !== undefined) return { writtenPerDay };
  return { note: `no rate of changes: what stack ${stack} published as written covers less than a day` };
}

/** What the state of this machine tells: changes written by its runs, and records of its tables. Nothing where there is none. */
async function knownHere(place: StatePlace, { tables }: Configuration): Promise<Known> {
  try {
    const state = await openToRead(place);
    try {
      const counts = await Promise.all(
        tables.map(async ({ name }) => [name, await state.records.count(name)] as const),
      );
      const records = new Map(counts.filter(([, { heads }]) => heads > 0));
      const writtenPerDay = rateOf(await state.control.runs(mostRuns), systemClock.now());
      return {
        ...(records.size > 0 && { records }),
        ...(writtenPerDay !== undefined && { writtenPerDay }),
      };
    } finally {
      state.close();
    }
  } catch (error) {
    if (error instanceof StateFileError) return {};
    throw error;
  }
}

type Ran = Pick<RunRecord, 'startedAt' | 'created' | 'updated' | 'removed'>;

/** Written in a day of the last 30; undefined where less than a day is known: a first sync is no rate. */
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
