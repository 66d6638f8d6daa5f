/** `serversync run --once`: one pass over everything, told in plain words, ended by an exit code that says how it went. */
import type { Configuration } from '../config/configuration.ts';
import type { Environment } from '../config/credentials.ts';
import type { ServerName } from '../core/names.ts';
import type { Settings } from '../engine/engine.ts';
import { type RunOutcome, runOnce } from '../engine/run.ts';
import type { ServerError } from '../ports/server-errors.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { LagSampler } from './lag-sampler.ts';
import { openProgress } from './progress.ts';
import { duePending } from '../composition/due-pending.ts';
import { type Overview, overviewOf } from '../composition/overview.ts';
import { RunLog } from './run-log.ts';
import { summaryLines } from './summary.ts';
import { systemClock } from '../composition/system-clock.ts';
import { Tally } from './tally.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

export type RunOptions = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly environment: Environment;
  readonly accountsFile?: string;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly settings?: Partial<Settings>;
  /** Records a second that are written on each server; default: as the configuration says. */
  readonly maxRate?: number;
  /** Whether the summary names commands to go on with; default true. */
  readonly hints?: boolean;
};

export type RunResult = {
  readonly exitCode: ExitCode;
  readonly tally: Tally;
  readonly outcome: RunOutcome;
  readonly overview: Overview;
  readonly configuration: Configuration;
  readonly tookMs: number;
};

/** Throws ConfigurationError, StateFileError and ServerError of what keeps it from starting. */
export const runOnceCommand = (options: RunOptions): Promise<RunResult> =>
  runCommand(options, ({ engine }, signal) => runOnce(engine, signal));

/** What a command does with its workplace. */
export type RunWork = (workplace: Workplace, signal: AbortSignal) => Promise<RunOutcome>;

/** The same for other work than a pass over everything. */
export async function runCommand(options: RunOptions, work: RunWork): Promise<RunResult> {
  const tally = new Tally();
  const progress = openProgress(options.output);
  const report = (event: Parameters<Tally['add']>[0]): void => {
    tally.add(event);
    progress.show(event, tally);
  };
  const workplace = await openWorkplace({ ...options, report });
  try {
    const result = await runIn(workplace, tally, work, options.signal);
    progress.end();
    for (const line of summaryLines(result, options.hints ?? true)) options.output.line(line);
    options.output.json(() => resultJson(result));
    return result;
  } finally {
    progress.end();
    await workplace.close();
  }
}

async function runIn(
  workplace: Workplace,
  tally: Tally,
  work: RunWork,
  signal: AbortSignal,
): Promise<RunResult> {
  const { configuration, state } = workplace;
  // In the order of the file, whatever is done first.
  tally.arrange(
    configuration.tables.flatMap(({ name: table, links }) => links.map(({ server }) => ({ table, server }))),
  );
  const log = new RunLog(state.control, tally);
  const { control, lagSamples } = state;
  const sampler = new LagSampler({ configuration, control, lagSamples, tally });
  const outcome = await log.during(signal, () => sampler.during(() => work(workplace, signal)));
  const endedAt = systemClock.now();
  await log.save(
    endedAt,
    [...outcome.failures.values()].map(({ code }) => code),
  );
  const overview = await overviewOf(configuration, state, endedAt);
  return {
    exitCode: exitCodeOf(outcome, overview),
    tally,
    outcome,
    overview,
    configuration,
    tookMs: endedAt - log.startedAt,
  };
}

/** What a command ends with whose servers failed so. */
export const failureExitCode = (failures: ReadonlyMap<ServerName, ServerError>): ExitCode =>
  [...failures.values()].some((error) => error.disposition === 'configuration')
    ? exitCodes.configuration
    : exitCodes.server;

function exitCodeOf(outcome: RunOutcome, overview: Overview): ExitCode {
  if (outcome.failures.size > 0) return failureExitCode(outcome.failures);
  const waits = overview.parked + duePending(overview) + overview.held + overview.halted.length;
  return waits > 0 ? exitCodes.incomplete : exitCodes.inStep;
}

export function resultJson({ exitCode, tally, outcome, overview, tookMs }: RunResult): unknown {
  return {
    exitCode,
    tookMs,
    work: tally.links.map(({ batched: _batched, delivered: _delivered, ...link }) => link),
    clockSteps: tally.steps,
    failures: failuresJson(outcome.failures),
    ...overview,
  };
}

export const failuresJson = (failures: ReadonlyMap<ServerName, ServerError>) =>
  [...failures].map(([server, { code, message, fileMakerCode }]) => ({
    server,
    code,
    message,
    fileMakerCode,
  }));
