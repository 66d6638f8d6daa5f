/**
 * `serversync plan`: what a run would write where. The run itself is played, over servers that are only read and a copy of the
 * state; neither a server nor the state is changed, but for the sessions that are opened and closed again.
 */
import { type Change, changesIn } from '../composition/changes.ts';
import { haltedIn } from '../composition/overview.ts';
import { pausedIn, Standstills } from '../composition/paused-places.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import type { EpochMs } from '../core/names.ts';
import { passingClock } from '../engine/dry/passing-clock.ts';
import { isSamePlace } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import { type Chosen, type RunOutcome, runOnce } from '../engine/run.ts';
import type { Control } from '../ports/control.ts';
import { isChosen, refuseUnknown } from './chosen.ts';
import { openDryWorkplace } from './dry-workplace.ts';
import { openStackCopy } from './stack-copy.ts';
import { withinMost } from './stack-workplace.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { type Paused, pausedLines } from './pause/lines.ts';
import {
  changeLines,
  type Circumstances,
  type PlannedChanges,
  plannedChanges,
  WholeReadings,
} from './plan-changes.ts';
import { plannedEndWords, plannedHaltWords, planLines, shownWork } from './plan-lines.ts';
import { type PlanReport, reportOf } from './plan-report.ts';
import { readingProgress } from './reading-progress.ts';
import { failureExitCode, failuresJson } from './run-command.ts';
import { coded, count, duration } from '../composition/words.ts';
import type { WorkplaceOptions } from './workplace.ts';

export type PlanOptions = Omit<WorkplaceOptions, 'report'> & {
  readonly output: Output;
  /** A run of this stack's functions is played. */
  readonly stack?: string;
  readonly chosen: Chosen;
  /** Records shown of each kind at most; 0: none. */
  readonly limit: number;
  /** Values of records are shown too. */
  readonly examples: boolean;
  /** Is given what the JSON has. */
  readonly found?: (json: PlanJson) => void;
};

export type PlanJson = PlannedChanges &
  ReturnType<typeof shown> & {
    readonly exitCode: ExitCode;
    readonly tookMs: number;
    readonly paused: Paused['paused'];
    readonly failures: ReturnType<typeof failuresJson>;
  };

/** Throws ConfigurationError, StateFileError, AwsStateError and ServerError of what keeps it from starting; Refused of a wrong name. */
export async function planCommand(options: PlanOptions): Promise<ExitCode> {
  const { output, chosen, limit, stack } = options;
  const startedAt = systemClock.now();
  const progress = readingProgress(output);
  const signal =
    stack === undefined ? options.signal : withinMost(options.signal, 'Run it again when less waits there');
  const readings = new WholeReadings();
  const report = (event: EngineEvent): void => {
    progress.report(event);
    readings.add(event);
  };
  const reporting = { ...options, report, signal };
  const workplace =
    stack === undefined
      ? await openDryWorkplace(reporting, { existing: false })
      : await openStackCopy(stack, reporting);
  try {
    const { engine, configuration, state } = workplace;
    refuseUnknown(configuration, chosen);
    const { control, planned } = state;
    const haltedBefore = await haltedIn(configuration, control);
    const plans = [...engine.tables.values()].map(({ plan }) => plan);
    const changes = await changesIn(configuration, plans, state);
    const outcome = await runOnce({ ...engine, clock: passingClock(engine.clock) }, signal);
    progress.end();
    const gathering = { configuration, control, planned, chosen, limit, startedAt, haltedBefore };
    const found = await reportOf(gathering);
    const exitCode = exitCodeOf(found, outcome);
    const tookMs = systemClock.now() - startedAt;
    const asked = plannedChanges(changes, progress.tally, readings.all, (one) => isChosen(chosen, one));
    const paused = await pausedNow(configuration, control, startedAt);
    const beside = await besideOf(configuration, control, changes, paused, found);
    const before = [...changeLines(asked, beside), ...pausedLines(paused, stack)];
    for (const line of [...before, ...linesOf(found, outcome, tookMs, { ...options, ...beside })])
      output.line(line);
    const json = {
      exitCode,
      tookMs,
      ...asked,
      paused: paused.paused,
      ...shown(found, options),
      failures: failuresJson(outcome.failures),
    };
    output.json(() => json);
    options.found?.(json);
    return exitCode;
  } finally {
    progress.end();
    await workplace.close();
  }
}

const pausedNow = async (configuration: Configuration, control: Control, now: EpochMs): Promise<Paused> => ({
  paused: await pausedIn(configuration, control, await Standstills.read(configuration, control, now)),
  tables: configuration.tables.map(({ name, links }) => ({ table: name, servers: links })),
});

/** What the run that was played came to at servers that join. */
async function besideOf(
  { tables }: Configuration,
  control: Control,
  changes: readonly Change[],
  { paused }: Paused,
  { work }: PlanReport,
): Promise<Circumstances> {
  const joining = changes.filter((one) => one.kind === 'joins');
  const read = await Promise.all(
    joining.map(async (one) => ((await control.watermark(one.table, one.server)) === undefined ? [] : one)),
  );
  const places = tables.reduce((sum, { links }) => sum + links.length, 0);
  return {
    isFirst: joining.length === changes.length && joining.length === places,
    isPaused: (place) => paused.some((one) => isSamePlace(one, place)),
    isFilled: (place) => work.some((one) => one.creates > 0 && isSamePlace(one, place)),
    isRead: (place) => read.flat().some((one) => isSamePlace(one, place)),
  };
}

const sumOf = ({ work }: PlanReport): number =>
  work.reduce((sum, { creates, edits, deletes }) => sum + creates + edits + deletes, 0);

/** What is halted, or would be held, is for a person to see to, as what would be written is. */
function exitCodeOf(report: PlanReport, { failures }: RunOutcome): ExitCode {
  if (failures.size > 0) return failureExitCode(failures);
  const waits = report.halted.length + report.conflicts.length + report.parked.length;
  return sumOf(report) + waits > 0 ? exitCodes.incomplete : exitCodes.inStep;
}

function linesOf(
  report: PlanReport,
  { failures }: RunOutcome,
  tookMs: number,
  { examples, limit, isPaused }: PlanOptions & Circumstances,
): readonly string[] {
  const records = sumOf(report);
  const servers = report.work.filter(({ creates, edits, deletes }) => creates + edits + deletes > 0);
  const on = count(new Set(servers.map(({ server }) => server)).size, 'server');
  const verdict =
    records === 0 ? 'A run would write nothing' : `A run would write ${count(records, 'record')} on ${on}`;
  return [
    ...planLines(report, { examples, limit, isPaused }),
    ...[...failures.values()].map((error) => `failed: ${coded(error)}`),
    '',
    `${verdict}. Nothing was written now, in ${duration(tookMs)}.`,
    ...(records === 0
      ? []
      : ['What a server refuses, or makes of a value by itself, shows only when it is', 'written.']),
  ];
}

/** No value of a record is in it. */
const shown = (report: PlanReport, { limit }: PlanOptions) => ({
  ...report,
  work: report.work.map((work) => shownWork(work, limit)),
  conflicts: report.conflicts.map((one) => ({ ...one, words: plannedEndWords(one) })),
  halted: report.halted.map((one) => ({ ...one, words: plannedHaltWords(one) })),
  conflicting: report.conflicting.map(({ table, key, field }) => ({ table, key, field })),
});
