/** `serversync status`: what the state says, without a request to any server. */
import { loadConfiguration } from '../config/load.ts';
import type { Configuration } from '../config/configuration.ts';
import { identityOf } from '../config/identity.ts';
import type { Conflict, Parked } from '../core/conflict.ts';
import type { Meeting } from '../core/first-meeting.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { EpochMs } from '../core/names.ts';
import { ruleOf, shortRule } from './conflicts/lines.ts';
import { dataLines } from './data-lines.ts';
import { doubledLines } from './doubled-lines.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { duePending } from '../composition/due-pending.ts';
import { type Overview, overviewOf } from '../composition/overview.ts';
import { type StackFindings, stackFindings, stackLines } from './status-stack.ts';
import { type OpenedState, openToRead, type StatePlace } from './opened-state.ts';
import { alarmLines, clockLines, haltLines, heldLines, stepLines } from './summary.ts';
import { systemClock } from '../composition/system-clock.ts';
import { pausedLines } from './pause/lines.ts';
import { count, duration } from '../composition/words.ts';
import { columns } from './words.ts';
import { wrapped } from './wrapped.ts';

export type StatusOptions = StatePlace & {
  readonly output: Output;
  /** Shows values of records: halted first meetings and the losers of conflicts. */
  readonly examples: boolean;
  /** Parked records and conflicts shown at most, latest first; the JSON has the same. */
  readonly limit: number;
};

export async function statusCommand(options: StatusOptions): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const shown = await readAll(configuration, state, options);
    for (const line of linesOf(shown, options)) options.output.line(line);
    const exitCode = exitCodeOf(shown);
    const { overview, last, stack, parked, conflicts } = shown;
    options.output.json(() => ({
      exitCode,
      ...overview,
      lastRun: last,
      ...(stack && shownFindings(stack.findings)),
      parkedRecords: parked,
      latestConflicts: conflicts.map(withoutValues),
    }));
    return exitCode;
  } finally {
    state.close();
  }
}

type Shown = {
  readonly configuration: Configuration;
  readonly now: EpochMs;
  readonly overview: Overview;
  readonly parked: readonly Parked[];
  readonly conflicts: readonly Conflict[];
  readonly meetings: readonly Meeting[];
  readonly last: RunRecord | undefined;
  readonly isAtWork: boolean;
  /** Of a deployed stack, which has no runs. */
  readonly stack: { readonly name: string; readonly findings: StackFindings } | undefined;
};

async function readAll(
  configuration: Configuration,
  { control, records, isAtWork }: OpenedState,
  { limit, stack: name }: StatusOptions,
): Promise<Shown> {
  const now = systemClock.now();
  const overview = await overviewOf(configuration, { control, records }, now);
  const findings = stackFindings(overview, await control.breakers(), configuration, now);
  const [last] = await control.runs(1);
  return {
    configuration,
    now,
    overview,
    parked: await control.parked(limit),
    conflicts: await control.conflicts(limit),
    meetings: await control.meetings(),
    last,
    isAtWork: isAtWork(),
    stack: name === undefined ? undefined : { name, findings },
  };
}

function linesOf(shown: Shown, { examples }: StatusOptions): readonly string[] {
  const { configuration, now, overview, stack } = shown;
  return [
    ...(stack === undefined ? lastRunLines(shown.last, shown.isAtWork, now) : []),
    ...serverLines(overview),
    '',
    ...tableLines(overview, now),
    '',
    ...dataLines(overview),
    '',
    ...clockLines(overview),
    ...stepLines(overview),
    ...alarmLines(overview, configuration),
    ...pausedLines(overview, stack?.name),
    ...(stack === undefined ? [] : stackLines(stack.findings, { stack: stack.name, configuration, now })),
    ...parkedLines(shown.parked, overview.parked),
    ...waitingLines(overview),
    ...conflictLines(shown, examples),
    ...heldLines(overview, stack?.name),
    ...haltLines(overview, stack?.name),
    ...doubledLines(overview, stack?.name),
    ...leftLines(overview),
    ...(examples ? exampleLines(shown.meetings) : []),
  ];
}

const leftLines = ({ left }: Overview): readonly string[] =>
  left.length === 0
    ? []
    : [
        '',
        ...wrapped(
          `not in the configuration any more: ${left.map(({ table, server }) => `${table} on ${server}`).join(', ')}. ` +
            'What is known of it is kept, so that it can come back, until serversync forget',
          '',
        ),
      ];

function exitCodeOf({ overview, last, stack }: Shown): ExitCode {
  if (last === undefined && stack === undefined) return exitCodes.configuration;
  const { failing = [], unread = [] } = stack?.findings ?? {};
  const failures = failing.length + unread.length + (last?.failures.length ?? 0);
  const waits = overview.parked + duePending(overview) + overview.held + overview.halted.length + failures;
  return waits > 0 ? exitCodes.incomplete : exitCodes.inStep;
}

function lastRunLines(run: RunRecord | undefined, atWork: boolean, now: EpochMs): readonly string[] {
  if (run === undefined) return ['no run has begun its work yet: start one with serversync run --once', ''];
  const ago = `${duration(now - (run.endedAt ?? run.startedAt))} ago`;
  const done = doneWords(run);
  if (run.endedAt === undefined && atWork) return [`a run began ${ago} and is at work: ${done} so far`, ''];
  if (run.endedAt === undefined)
    return [`the last run began ${ago} and did not come to its end; run it again to go on`, ''];
  const failed = run.failures.length > 0 ? `, failed: ${run.failures.join(', ')}` : '';
  return [`the last run ended ${ago}: ${done}${failed}`, ''];
}

function doneWords({ created, updated, removed = 0 }: RunRecord): string {
  const figures = [
    [created, 'created'],
    [updated, 'updated'],
    ...(removed > 0 ? [[removed, 'deleted'] as const] : []),
  ] as const;
  return figures.map(([number, what]) => `${number.toLocaleString('en-US')} ${what}`).join(', ');
}

const serverLines = ({ servers, skewMs, paused, tables }: Overview): readonly string[] =>
  columns([
    ['server', 'waiting', 'lag', 'skew'],
    ...servers.map(({ server, pending, lagMs }) => {
      const skew = skewMs.find(({ of }) => of === server);
      const stands = tables.flatMap((table) => table.servers).filter((one) => one.server === server);
      const isPaused =
        stands.length > 0 && paused.filter((one) => one.server === server).length === stands.length;
      const lag = lagMs === 0 ? 'none' : duration(lagMs);
      return [server, count(pending, 'record'), isPaused ? 'paused' : lag, skewWords(skew)];
    }),
  ]);

function skewWords(skew: Overview['skewMs'][number] | undefined): string {
  if (skew === undefined) return '-';
  if (Math.abs(skew.ms) < leastShownMs) return `none against ${skew.against}`;
  return `${duration(skew.ms)} ${skew.ms < 0 ? 'behind' : 'ahead of'} ${skew.against}`;
}

/** Less than this would be shown as 0.0 s. */
const leastShownMs = 50;

const tableLines = ({ tables }: Overview, now: EpochMs): readonly string[] =>
  columns([
    ['table', 'server', 'role', 'records', 'read up to'],
    ...tables.flatMap(({ table, servers, records: all }) =>
      servers.map(({ server, role, records, readUpTo, hasShare }) => [
        table,
        server,
        role,
        `${records.toLocaleString('en-US')}${hasShare ? ` of ${all.toLocaleString('en-US')}` : ''}`,
        readUpTo === undefined ? '-' : `${duration(now - readUpTo)} ago`,
      ]),
    ),
  ]);

/** They are among those that are not delivered yet. */
export function waitingLines({ waiting }: Pick<Overview, 'waiting'>): readonly string[] {
  const lines = waiting.map(({ table, server, parent, records }) => {
    const wait = records === 1 ? 'waits for its parent' : 'wait for their parents';
    return `${count(records, 'record')} of ${table} ${wait} in ${parent} on ${server}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function parkedLines(parked: readonly Parked[], all: number): readonly string[] {
  if (all === 0) return [];
  const lines = parked.map(
    ({ table, server, key, reason }) => `    ${table} on ${server}, ${key}: ${reason}`,
  );
  return ['', `${count(all, 'record')} parked:`, ...lines, ...more(all - parked.length)];
}

function conflictLines({ conflicts, overview, stack }: Shown, values: boolean): readonly string[] {
  const all = overview.conflicts;
  if (all === 0) return [];
  const lines = conflicts.map((conflict) => {
    const { table, key, field, winner, loser } = conflict;
    const what = values ? `: ${shownSide(winner)} over ${shownSide(loser)}` : '';
    return `    ${table}, ${key}, ${field}: ${winner.server} over ${loser.server}${what} (${shortRule[ruleOf(conflict)]})`;
  });
  const hint = values
    ? []
    : [`    the values: serversync conflicts list${stack === undefined ? '' : ` --stack ${stack.name}`}`];
  return ['', `${count(all, 'losing value')} kept:`, ...lines, ...more(all - conflicts.length), ...hint];
}

const shownSide = ({ value, deleted }: Conflict['winner']): string =>
  deleted ? '(record deleted)' : JSON.stringify(value);

const more = (left: number): readonly string[] =>
  left > 0 ? [`    and ${left.toLocaleString('en-US')} more (--limit shows more of them)`] : [];

const exampleLines = (meetings: readonly Meeting[]): readonly string[] =>
  meetings
    .filter(({ state }) => state === 'halted')
    .flatMap(({ table, server, shared, differing, examples }) => [
      `${table} on ${server}: ${differing.toLocaleString('en-US')} of ${count(shared, 'shared record')} differ, such as`,
      ...examples.flatMap(({ key, fields }) => [
        `    ${key}`,
        ...fields.map(
          ({ field, here, head }) =>
            `        ${field}: ${JSON.stringify(here)} here, ${JSON.stringify(head)} elsewhere`,
        ),
      ]),
    ]);

const withoutValues = ({ winner, loser, choices: _choices, ...rest }: Conflict): unknown => ({
  ...rest,
  winner: winner.server,
  loser: loser.server,
});

const shownFindings = ({ failing, unread }: StackFindings) => ({
  failing: failing.map(({ rev: _rev, trial: _trial, ...rest }) => rest),
  unread,
});
