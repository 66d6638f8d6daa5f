/** `serversync status`: what the state says, without a request to any server. */
import { carriedFiles } from '../composition/carried-files.ts';
import { duePending } from '../composition/due-pending.ts';
import { overviewOf } from '../composition/overview.ts';
import { placeRows } from '../composition/place-rows.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import type { Conflict } from '../core/conflict.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { type OpenedState, openToRead, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { type Shown, statusLines } from './status-lines.ts';
import { type StackFindings, stackFindings } from './status-stack.ts';
import { filesFolderOf, stateDirectoryOf } from './workplace.ts';

export type StatusOptions = StatePlace & {
  readonly output: Output;
  /** Shows values of records: halted first meetings and the losers of conflicts. */
  readonly examples: boolean;
  /** Causes of what is parked and conflicts shown at most; in the JSON, parked records and conflicts, latest first. */
  readonly limit: number;
};

export async function statusCommand(options: StatusOptions): Promise<ExitCode> {
  const shown = await statusNow(options);
  for (const line of statusLines(shown, options.examples)) options.output.line(line);
  const exitCode = exitCodeOf(shown);
  const { overview, places, last, stack, parked, conflicts, files } = shown;
  options.output.json(() => ({
    exitCode,
    places,
    ...overview,
    containers: files,
    lastRun: last,
    ...(stack && shownFindings(stack.findings)),
    parkedRecords: parked.slice(0, options.limit),
    latestConflicts: conflicts.map(withoutValues),
  }));
  return exitCode;
}

/** Throws ConfigurationError, Refused, StateFileError or AwsStateError. */
export async function statusNow(options: StatePlace & Pick<StatusOptions, 'limit'>): Promise<Shown> {
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    return await readAll(configuration, state, options);
  } finally {
    state.close();
  }
}

async function readAll(
  configuration: Configuration,
  { control, records, isAtWork }: OpenedState,
  { limit, ...place }: StatePlace & Pick<StatusOptions, 'limit'>,
): Promise<Shown> {
  const { stack: name } = place;
  const now = systemClock.now();
  const overview = await overviewOf(configuration, { control, records }, now);
  const findings = stackFindings(overview, await control.breakers(), configuration, now);
  const [last] = await control.runs(1);
  const parked = await control.parked(Number.MAX_SAFE_INTEGER);
  return {
    configuration,
    now,
    overview,
    places: await placeRows({ configuration, control, now, isStack: name !== undefined }, overview),
    parked,
    files: await carriedFiles(configuration, control, parked, filesFolderIn(configuration, place)),
    limit,
    conflicts: await control.conflicts(limit),
    meetings: await control.meetings(),
    last,
    isAtWork: isAtWork(),
    stack: name === undefined ? undefined : { name, findings },
  };
}

/** A stack has a bucket. */
export const filesFolderIn = (
  configuration: Configuration,
  { stack, configFile, stateDirectory }: StatePlace,
): string | undefined =>
  stack === undefined
    ? filesFolderOf(configuration, stateDirectoryOf(configFile, stateDirectory))
    : undefined;

function exitCodeOf({ overview, last, stack }: Shown): ExitCode {
  if (last === undefined && stack === undefined) return exitCodes.configuration;
  const { failing = [], unread = [] } = stack?.findings ?? {};
  const failures = failing.length + unread.length + (last?.failures.length ?? 0);
  const waits = overview.parked + duePending(overview) + overview.held + overview.halted.length + failures;
  return waits > 0 ? exitCodes.incomplete : exitCodes.inStep;
}

const withoutValues = ({ winner, loser, choices: _choices, ...rest }: Conflict): unknown => ({
  ...rest,
  winner: winner.server,
  loser: loser.server,
});

const shownFindings = ({ failing, unread }: StackFindings) => ({
  failing: failing.map(({ rev: _rev, trial: _trial, ...rest }) => rest),
  unread,
});
