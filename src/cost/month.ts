/**
 * What an installation costs in a month: what stands there, and what its functions ask for, times the prices.
 *
 * What is asked for was counted (counted.ts) and is scaled by ticks, tables, changes and rows; how long functions take is
 * assumed (assumed.ts). No free tier, no discounts.
 */
import { dutiesOf } from '../config/aws-parts.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ServerName } from '../core/names.ts';
import { assumed } from './assumed.ts';
import { installedParts } from './installed-parts.ts';
import { type PriceName, prices } from './prices.ts';
import { type KnownRecords, type Spread, type SpreadTable, spreadOf } from './spread.ts';
import { added, at, type Counted, noWork, scaled, type Work } from './work.ts';

export type Load = {
  /** Records that were edited, wherever; each counts once, however many servers receive it. */
  readonly changesPerDay: number;
  /** Records in all tables together, each counted once; undefined: nobody knows, and sweeps and what is held are left out. */
  readonly records: number | undefined;
  /** Of single tables, where that was counted. */
  readonly known?: KnownRecords;
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

type TablesOn = { readonly all: number; readonly sent: number };

function tablesOn({ tables }: Configuration, name: ServerName): TablesOn {
  const links = tables.flatMap((table) => table.links.filter(({ server }) => server === name));
  return { all: links.length, sent: links.filter(({ role }) => role !== 'receive').length };
}

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
    line('Keys of your own', 'key', parts.customerKeys),
  ].filter(({ count }) => count > 0);
}

/** A tick of a server that only receives finds nothing to read, and asks no server. */
function tickOf({ tick, tickOfReceiver }: Counted, { all, sent }: TablesOn): Work {
  if (sent === 0) return at(tickOfReceiver, all);
  return added(at(tick, sent), scaled(tickOfReceiver.perTable, all - sent));
}

function idleOf(configuration: Configuration, counted: Counted): readonly CostLine[] {
  const { servers, aws } = configuration;
  const ticks = ticksOf(configuration);
  const { minutes } = assumed.month;
  const linked = servers.map(({ name }) => tablesOn(configuration, name)).filter(({ all }) => all > 0);
  const reading = servers.filter(({ name }) => dutiesOf(configuration, name).sends).length;
  const read = linked.map((tables) => scaled(tickOf(counted, tables), ticks));
  const looks = linked.map(({ all }) => scaled(at(counted.look, all), minutes / 5));
  const measured = scaled(at(counted.measure, configuration.tables.length), (minutes * servers.length) / 2);
  const figures = (minutes * (servers.length + 1) * assumed.figureBytes) / 1e9;
  const { queues } = installedParts(configuration);
  const keyRequests = assumed.keyRequests.ofTables + queues * assumed.keyRequests.ofQueue;
  return together(
    linesOf(added(noWork, ...read, ...looks), { gb: memoryGb.reader }),
    linesOf({ ...measured, invocations: minutes }, { gb: memoryGb.measure }),
    [
      line('SQS', 'queueRequest', queues * assumed.pollsOfQueue),
      line('Logs', 'logGb', figures),
      line('Schedules', 'schedule', minutes + ticks * linked.length),
      line('Secrets read', 'secretCall', ticks * reading),
      ...(aws.kmsKey === undefined ? [] : [line('Uses of your key', 'keyRequest', keyRequests)]),
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
    echoing = receivers,
    readAgain,
  }: {
    readonly changes: number;
    readonly alone: number;
    /** On how many servers each is written. */
    readonly receivers: number;
    /** How many of these are read. */
    readonly echoing?: number;
    readonly readAgain: number;
  },
): readonly CostLine[] {
  const { change } = counted;
  const echoes = echoing * (1 + readAgain) + readAgain;
  const reading = added(
    scaled(change.read, changes),
    scaled(change.echo, changes * echoes),
    scaled(counted.alone.read, alone),
    scaled(counted.alone.echo, alone * echoes),
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

function changesOf(
  configuration: Configuration,
  counted: Counted,
  spread: Spread,
  changesPerDay: number,
): readonly CostLine[] {
  const { settleMs, enumerateMs } = configuration.schedule;
  const readAgain = Math.min(1, settleMs / enumerateMs);
  const costOf = ({ part, senders, receivers, echoing }: SpreadTable): readonly CostLine[] => {
    const changes = changesPerDay * assumed.month.days * part;
    const alone = Math.min(changes, ticksOf(configuration) * senders);
    return changesCost(counted, { changes, alone, receivers, echoing, readAgain });
  };
  return together(...spread.map(costOf));
}

/** Of the records, on how many servers each is, on average. */
const placesOf = (spread: Spread): number =>
  spread.reduce(
    (sum, { part, links }) => sum + part * links.reduce((parts, link) => parts + link.part, 0),
    0,
  );

function storedOf(records: number, places: number): readonly CostLine[] {
  const bytes = records * (assumed.headBytes + assumed.replicaBytes * places);
  return [line('Stored', 'storedGb', bytes / 1e9), line('Recovery', 'recoveryGb', bytes / 1e9)];
}

export function monthCost(
  configuration: Configuration,
  counted: Counted,
  { changesPerDay, records = 0, known }: Load,
): MonthCost {
  const spread = spreadOf(configuration, known);
  const places = placesOf(spread);
  const parts = {
    always: alwaysOf(configuration),
    idle: idleOf(configuration, counted),
    changes: changesOf(configuration, counted, spread, changesPerDay),
    sweeps: sweepCost(counted, records * places * sweepsOf(configuration)),
    stored: records === 0 ? [] : storedOf(records, places),
  };
  const usd = Object.values(parts).reduce((sum, lines) => sum + sumOf(lines), 0);
  return { ...parts, usd };
}
