/** The overview: what `status` and `attention` tell, at one instant. */
import { resolve } from 'node:path';
import { mattersOf } from '../../composition/attention/attention.ts';
import { failingNow } from '../../composition/attention/failing.ts';
import { webhookProblems } from '../../composition/webhooks/standing.ts';
import type { Configuration } from '../../config/configuration.ts';
import { carriedFiles } from '../../composition/carried-files.ts';
import { commandLine } from '../../composition/command-line.ts';
import { type Overview, overviewOf, type ServerState } from '../../composition/overview.ts';
import { placeRows } from '../../composition/place-rows.ts';
import { apiOf, reasonOf } from '../../composition/server-reasons.ts';
import { activePauses } from '../../core/pause.ts';
import type { FailingServer, RunRecord } from '../../core/run-record.ts';
import type { LastRun, OverviewAnswer, Place, ServerRow } from '../../console/api/overview.ts';
import type { Records } from '../../ports/records.ts';
import type { StatePlace } from '../opened-state.ts';
import { stateDirectoryOf } from '../workplace.ts';
import { filesFolderIn } from '../status-command.ts';
import type { Seen } from './seeing.ts';

export type Viewer = {
  readonly place: StatePlace;
  /** As whom acts are put down. */
  readonly operator: string;
  /** Counting all records takes a while where there are many. */
  readonly count: Records['count'];
};

export async function overviewAnswer(
  { configuration, state, now }: Seen,
  { place, operator, count }: Viewer,
): Promise<OverviewAnswer> {
  const { control } = state;
  const isStack = place.stack !== undefined;
  const overview = await overviewOf(configuration, { control, records: { ...state.records, count } }, now);
  const look = { configuration, control, now, isStack };
  const [last] = isStack ? [] : await control.runs(1);
  const parked = overview.parked === 0 ? [] : await control.parked(Number.MAX_SAFE_INTEGER);
  const [rows, matters, failing, pauses, containers] = await Promise.all([
    placeRows(look, overview),
    mattersOf(look),
    failingNow(look),
    control.pauses(),
    carriedFiles(configuration, control, parked, filesFolderIn(configuration, place)),
  ]);
  return {
    at: now,
    place: placeOf(place),
    operator,
    isAtWork: !isStack && state.isAtWork(),
    ...(last && { lastRun: lastRunOf(last) }),
    everyMs: configuration.schedule.enumerateMs,
    alarms: { lagMs: configuration.alarms.lagMs, skewMs: configuration.alarms.skewMs },
    sums: sumsOf(overview),
    places: rows.map(({ code, ...row }) => ({
      ...row,
      ...heldBy(overview, row),
      ...(code !== undefined && { failing: reasonOf(code, apiOf(configuration, row.server)) }),
    })),
    servers: overview.servers.map((one) => ({
      ...serverRow(one, overview, failing),
      ...wokenOf(configuration, overview, one.server),
    })),
    containers,
    tables: overview.tables.map(({ table, records }) => ({ table, records })),
    matters: matters.map(({ next, ...matter }) => ({ ...matter, command: commandLine(next, place) })),
    pauses: activePauses(pauses, now).map(({ at, ...pause }) => ({ ...pause, since: at })),
  };
}

const placeOf = ({ stack, configFile, stateDirectory }: StatePlace): Place =>
  stack === undefined
    ? {
        kind: 'machine',
        configFile: resolve(configFile),
        stateDirectory: stateDirectoryOf(configFile, stateDirectory),
      }
    : { kind: 'stack', stack, configFile: resolve(configFile) };

const lastRunOf = ({ id: _id, failing: _failing, removed = 0, ...run }: RunRecord): LastRun => ({
  ...run,
  removed,
});

const sumsOf = ({ pending, parked, held, conflicts, halted, paused }: Overview): OverviewAnswer['sums'] => ({
  pending,
  parked,
  held,
  conflicts,
  halted: halted.length,
  paused: paused.length,
});

/** What the server is known to hold. */
function heldBy(
  { tables }: Overview,
  { table, server }: { readonly table: string; readonly server: string },
): Pick<OverviewAnswer['places'][number], 'records' | 'hasShare'> {
  const links = tables.find((one) => one.table === table)?.servers ?? [];
  const { records = 0, hasShare } = links.find((one) => one.server === server) ?? {};
  return { records, ...(hasShare && { hasShare }) };
}

function wokenOf(
  configuration: Configuration,
  { webhooks }: Overview,
  server: string,
): Pick<ServerRow, 'woken'> {
  const state = webhooks.find((one) => one.server === server);
  if (state === undefined || state.outcome === 'removed') return {};
  const trouble = webhookProblems(configuration, webhooks).find((one) => one.server === server)?.text;
  const lastCallAt = state.calls?.lastAt;
  return {
    woken: {
      webhooks: state.tables.length,
      ...(lastCallAt !== undefined && { lastCallAt }),
      ...(trouble !== undefined && { trouble }),
    },
  };
}

function serverRow(
  {
    server,
    api,
    wake,
    pending,
    lagMs,
    data,
    clockOffsetMs,
    clockMeasuredAt,
    stampsOffMs,
    clockStep,
  }: ServerState,
  { skewMs }: Overview,
  failing: readonly FailingServer[],
): ServerRow {
  const skew = skewMs.find(({ of }) => of === server);
  const fails = failing.find((one) => one.server === server);
  return {
    server,
    api,
    wake,
    pending,
    lagMs,
    ...(clockOffsetMs &&
      clockMeasuredAt !== undefined && {
        clock: {
          offset: clockOffsetMs,
          measuredAt: clockMeasuredAt,
          ...(stampsOffMs !== undefined && { stampsOffMs }),
          ...(clockStep && { step: clockStep }),
        },
      }),
    ...(skew && { skew: { against: skew.against, ms: skew.ms } }),
    sent: {
      today: data.today,
      thisMonth: data.thisMonth,
      ...(data.share !== undefined && { share: data.share }),
    },
    ...(fails && { failing: { since: fails.since, code: fails.code, words: reasonOf(fails.code, api) } }),
  };
}
