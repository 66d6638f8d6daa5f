/**
 * What an installation costs in a month: what stands there, and what its functions ask for, times the prices.
 *
 * What is asked for was counted (counted.ts) and is scaled by ticks, tables, changes and rows; how long functions take is
 * assumed (assumed.ts). No free tier, no discounts.
 */
import type { Configuration, ServerConfiguration } from '../config/configuration.ts';
import { assumed } from './assumed.ts';
import { installedParts } from './installed-parts.ts';
import { type PriceName, prices } from './prices.ts';
import { added, at, type Counted, noWork, scaled, type Work } from './work.ts';

export type Load = {
  readonly changesPerDay: number;
  /** Records in all tables together, each on every server. */
  readonly records: number;
};

export type CostLine = {
  readonly what: string;
  readonly price: PriceName;
  readonly count: number;
  readonly usd: number;
};

export type MonthCost = {
  readonly always: readonly CostLine[];
  readonly idle: readonly CostLine[];
  readonly changes: readonly CostLine[];
  readonly sweeps: readonly CostLine[];
  readonly stored: readonly CostLine[];
  readonly usd: number;
};

const line = (what: string, price: PriceName, count: number): CostLine => ({
  what,
  price,
  count,
  usd: count * prices[price].usd,
});

/** GB of memory of the functions (infra/function-settings.ts). */
const memoryGb = { reader: 1, measure: 0.5 };

/** What work asks for, in lines; those of nothing are left out. */
export function linesOf(
  work: Work,
  { gb, writesAtOnce = 1 }: { readonly gb: number; readonly writesAtOnce?: number },
): readonly CostLine[] {
  const ms =
    work.requests * assumed.requestMs + (work.serverRequests * assumed.serverRequestMs) / writesAtOnce;
  return [
    line('DynamoDB reads', 'readUnit', work.readUnits),
    line('DynamoDB writes', 'writeUnit', work.writeUnits),
    line('SQS', 'queueRequest', work.queueRequests),
    line('S3 writes', 'objectPut', work.objectPuts),
    line('S3 reads', 'objectGet', work.objectGets),
    line('Lambda invocations', 'invocation', work.invocations),
    line('Lambda time', 'gbSecond', (gb * ms) / 1000),
    line('Traces', 'trace', work.invocations),
    line('Logs', 'logGb', (work.invocations * assumed.logBytes) / 1e9),
    line('Data sent out', 'gbOut', (work.serverRequests * assumed.sentBytes) / 1e9),
  ].filter(({ count }) => count > 0);
}

export const sumOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/** Lines of the same name and price as one. */
export function together(...all: readonly (readonly CostLine[])[]): readonly CostLine[] {
  const byName = Map.groupBy(all.flat(), ({ what }) => what);
  return [...byName.values()].flatMap((lines) => {
    const [first] = lines;
    return first === undefined
      ? []
      : line(
          first.what,
          first.price,
          lines.reduce((sum, { count }) => sum + count, 0),
        );
  });
}

const tablesOn = ({ tables }: Configuration, { name }: Pick<ServerConfiguration, 'name'>): number =>
  tables.filter(({ links }) => links.some(({ server }) => server === name)).length;

const ticksOf = ({ schedule }: Configuration): number =>
  (assumed.month.minutes * 60_000) / schedule.enumerateMs;

function alwaysOf(configuration: Configuration): readonly CostLine[] {
  const parts = installedParts(configuration);
  return [
    line('Custom metrics', 'metric', parts.metrics),
    line('Alarms', 'alarm', parts.alarms),
    line('Composite alarms', 'compositeAlarm', parts.compositeAlarms),
    line('Dashboard', 'dashboard', parts.dashboards),
    line('Secrets', 'secret', parts.secrets),
    line('Keys', 'key', parts.keys),
  ];
}

function idleOf(configuration: Configuration, counted: Counted): readonly CostLine[] {
  const { servers } = configuration;
  const ticks = ticksOf(configuration);
  const { minutes } = assumed.month;
  const read = servers.map((server) => scaled(at(counted.tick, tablesOn(configuration, server)), ticks));
  const looks = servers.map((server) =>
    scaled(at(counted.look, tablesOn(configuration, server)), minutes / 5),
  );
  const measured = scaled(at(counted.measure, configuration.tables.length), (minutes * servers.length) / 2);
  const figures = (minutes * (servers.length + 1) * assumed.figureBytes) / 1e9;
  const starts = minutes + ticks * servers.length;
  return together(
    linesOf(added(noWork, ...read, ...looks), { gb: memoryGb.reader }),
    linesOf({ ...measured, invocations: minutes }, { gb: memoryGb.measure }),
    [
      line('SQS', 'queueRequest', installedParts(configuration).queues * assumed.pollsOfQueue),
      line('Logs', 'logGb', figures),
      line('Schedules', 'schedule', starts),
      line('Secrets read', 'secretCall', ticks * servers.length),
    ],
  );
}

/** Of so many changes, `alone` of which are the only ones of a tick and a table. */
export function changesCost(
  counted: Counted,
  {
    changes,
    alone,
    receivers,
    readAgain,
  }: {
    readonly changes: number;
    readonly alone: number;
    readonly receivers: number;
    readonly readAgain: number;
  },
): readonly CostLine[] {
  const { change } = counted;
  const reading = added(
    scaled(change.read, changes),
    scaled(change.echo, changes * (receivers * (1 + readAgain) + readAgain)),
    scaled(counted.alone.read, alone),
    scaled(counted.alone.echo, alone * (receivers * (1 + readAgain) + readAgain)),
  );
  const writing = added(
    scaled(change.written, changes * receivers),
    scaled(counted.alone.written, alone * receivers),
  );
  return together(
    linesOf(reading, { gb: memoryGb.reader }),
    linesOf(writing, { gb: memoryGb.reader, writesAtOnce: assumed.writesAtOnce }),
  );
}

/** One sweep of so many rows. */
export const sweepCost = (counted: Counted, rows: number): readonly CostLine[] =>
  linesOf(scaled(counted.sweptRow, rows), { gb: memoryGb.reader });

/** The first sync of so many records of one server to another. */
export const firstSyncCost = (counted: Counted, records: number): readonly CostLine[] =>
  linesOf(scaled(counted.firstRow, records), { gb: memoryGb.reader, writesAtOnce: assumed.writesAtOnce });

const sweepsOf = ({ schedule }: Configuration): number => {
  const { sweep } = schedule;
  if (sweep.kind === 'never') return 0;
  return sweep.kind === 'every' ? (assumed.month.minutes * 60_000) / sweep.ms : assumed.month.days;
};

export function monthCost(
  configuration: Configuration,
  counted: Counted,
  { changesPerDay, records }: Load,
): MonthCost {
  const { servers, schedule, tables } = configuration;
  const changes = changesPerDay * assumed.month.days;
  const alone = Math.min(changes, ticksOf(configuration) * servers.length * tables.length);
  const readAgain = Math.min(1, schedule.settleMs / schedule.enumerateMs);
  const bytes = records * (assumed.headBytes + assumed.replicaBytes * servers.length);
  const parts = {
    always: alwaysOf(configuration),
    idle: idleOf(configuration, counted),
    changes: changesCost(counted, { changes, alone, receivers: servers.length - 1, readAgain }),
    sweeps: sweepCost(counted, records * servers.length * sweepsOf(configuration)),
    stored:
      records === 0
        ? []
        : [line('Stored', 'storedGb', bytes / 1e9), line('Recovery', 'recoveryGb', bytes / 1e9)],
  };
  const usd = Object.values(parts).reduce((sum, lines) => sum + sumOf(lines), 0);
  return { ...parts, usd };
}
