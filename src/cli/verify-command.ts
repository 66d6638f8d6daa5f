/**
 * `serversync verify`: whether all servers hold the same, by comparing whole tables field by field. Without `--repair`, and with
 * `--dry-run`, it works through servers that are only read and a copy of the state, so that nothing is changed.
 */
import { haltedIn } from '../composition/overview.ts';
import { loadConfiguration } from '../config/load.ts';
import { systemClock } from '../composition/system-clock.ts';
import { passingClock } from '../engine/dry/passing-clock.ts';
import type { Chosen } from '../engine/run.ts';
import { repair } from '../engine/verify/repair.ts';
import { type Comparison, isSound, type Verified, verify } from '../engine/verify/verify.ts';
import { openLocalState } from '../state/local/local-state.ts';
import type { StateCopy } from '../state/local/state-copy.ts';
import { refuseUnknown } from './chosen.ts';
import { openDryWorkplace } from './dry-workplace.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { noteAct } from './note-act.ts';
import { operatorOf } from './operator.ts';
import type { Output } from './output.ts';
import { planLines, shownWork } from './plan-lines.ts';
import { type PlanReport, reportOf } from './plan-report.ts';
import { readingProgress } from './reading-progress.ts';
import { failureExitCode, failuresJson } from './run-command.ts';
import { RunLog } from './run-log.ts';
import { haltedLines } from './halt-words.ts';
import { openBeside } from './opened-state.ts';
import { openStackCopy } from './stack-copy.ts';
import { sweptByStack } from './sweep-stack.ts';
import { openStackWorkplace, withinMost } from './stack-workplace.ts';
import type { Tally } from './tally.ts';
import { findingsOf, shownComparison, verifyLines } from './verify-lines.ts';
import { coded, count, duration } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';
import { openWorkplaceWith, type Workplace, type WorkplaceOptions } from './workplace.ts';
import { isSamePlace, type PlaceName } from '../engine/engine.ts';

export type VerifyCommandOptions = Omit<WorkplaceOptions, 'report'> & {
  readonly output: Output;
  /** Compared with the state of this stack; its functions repair then. */
  readonly stack?: string;
  readonly chosen: Chosen;
  readonly repair: boolean;
  readonly dryRun: boolean;
  /** Findings shown of each kind, for a table on a server. */
  readonly limit: number;
  readonly examples: boolean;
  /** Who repairs, where it is said. */
  readonly as?: string;
  /** Is given what the JSON has of the comparison. */
  readonly found?: (json: VerifyJson) => void;
};

export type VerifyJson = {
  readonly exitCode: ExitCode;
  readonly tookMs: number;
  readonly compared: readonly ReturnType<typeof shownComparison>[];
  readonly failures: ReturnType<typeof failuresJson>;
};

/** Keys kept of what differs, for a table on a server: some megabytes. */
const mostKept = 10_000;

/** Throws ConfigurationError, StateFileError and ServerError of what keeps it from starting; Refused of a wrong name. */
export function verifyCommand(options: VerifyCommandOptions): Promise<ExitCode> {
  const { stack, repair: isRepair, dryRun } = options;
  if (isRepair && dryRun) return comparing(options);
  if (stack !== undefined) return verifyStack(stack, options);
  return isRepair ? repairing(options) : comparing(options);
}

/** Throws Refused and AwsStateError, too. */
async function verifyStack(stack: string, options: VerifyCommandOptions): Promise<ExitCode> {
  const startedAt = systemClock.now();
  const verified = await comparedWith(stack, options);
  if (!options.repair || findingsOf(verified.comparisons) === 0)
    return tell(options, { startedAt, verified });
  await mendedBy(stack, verified, options);
  const after = await comparedWith(stack, options);
  return tell(options, { startedAt, verified: after, before: verified });
}

/** With a session of its own on each server, which is given back at the end. */
async function comparedWith(stack: string, options: VerifyCommandOptions): Promise<Verified> {
  const watching = readingProgress(options.output);
  const signal = withinMost(options.signal, 'Compare one table at a time (--table)');
  const workplace = await openStackWorkplace(stack, { ...options, report: watching.report, signal });
  try {
    return await compared(workplace, { ...options, signal });
  } finally {
    watching.end();
    await workplace.close();
  }
}

/**
 * By sweeps of the stack's functions: the clock of this machine is not theirs, and what was announced, and what servers' clocks
 * show, is reckoned by theirs. So nothing is written from here.
 */
async function mendedBy(stack: string, found: Verified, options: VerifyCommandOptions): Promise<void> {
  const { configFile, output, signal } = options;
  const configuration = await loadConfiguration(configFile);
  const places = found.comparisons.filter((one) => findingsOf([one]) > 0);
  const isFound = (at: PlaceName): boolean => places.some((one) => isSamePlace(one, at));
  await sweptByStack(configuration, isFound, { stack, configFile, output, signal, settled: true });
  const state = await openBeside({ ...options, stack });
  try {
    await noteAct(state, actOf(found, options));
  } finally {
    state.close();
  }
}

async function comparing(options: VerifyCommandOptions): Promise<ExitCode> {
  const { stack } = options;
  const startedAt = systemClock.now();
  const watching = readingProgress(options.output);
  const remedy = 'Compare one table at a time (--table)';
  const signal = stack === undefined ? options.signal : withinMost(options.signal, remedy);
  const reporting = { ...options, report: watching.report, signal };
  const workplace =
    stack === undefined
      ? await openDryWorkplace(reporting, { existing: true })
      : await openStackCopy(stack, reporting);
  try {
    const found = await compared(workplace, { ...options, signal });
    const planned = options.repair
      ? await plannedRepair(workplace, found, { ...options, signal }, startedAt)
      : undefined;
    watching.end();
    return tell(options, { startedAt, verified: found, ...(planned && { planned }) });
  } finally {
    watching.end();
    await workplace.close();
  }
}

/** What a repair would write. */
async function plannedRepair(
  { engine, configuration, state }: Pick<Workplace<StateCopy>, 'engine' | 'configuration' | 'state'>,
  found: Verified,
  { chosen, limit, signal }: VerifyCommandOptions,
  startedAt: number,
): Promise<PlanReport> {
  const haltedBefore = await haltedIn(configuration, state.control);
  await repair({ ...engine, clock: passingClock(engine.clock) }, found, signal);
  const { control, planned } = state;
  // What is found on one server is mended on others.
  const { server: _server, ...everywhere } = chosen;
  return reportOf({ configuration, control, planned, chosen: everywhere, limit, startedAt, haltedBefore });
}

async function repairing(options: VerifyCommandOptions): Promise<ExitCode> {
  const startedAt = systemClock.now();
  const watching = readingProgress(options.output);
  const workplace = await openWorkplaceWith(
    { ...options, report: watching.report },
    {
      openState: (directory) => openLocalState({ directory, existing: true, now: () => systemClock.now() }),
      through: (server) => server,
    },
  );
  try {
    const { configuration, state } = workplace;
    refuseUnknown(configuration, options.chosen);
    const log = new RunLog(state.control, watching.tally);
    const { before, verified } = await log.during(options.signal, () => mended(workplace, options));
    await log.save(systemClock.now());
    if (before) {
      const { actsMs } = configuration.retention;
      const by = { control: state.control, operator: await operatorOf(options), actsMs };
      await noteAct(by, actOf(before, options));
    }
    const halted = await haltedIn(configuration, state.control);
    watching.end();
    const lines = [...writtenLines(watching.tally), ...halted.flatMap((one) => haltedLines(one, undefined))];
    return tell(options, { startedAt, verified, lines, ...(before && { before }) });
  } finally {
    watching.end();
    await workplace.close();
  }
}

const actOf = ({ comparisons }: Verified, { chosen }: VerifyCommandOptions) => ({
  what: 'repair' as const,
  ...chosen,
  records: findingsOf(comparisons),
});

/** Compared, and where anything was found mended and compared once more. */
async function mended(
  workplace: Workplace,
  options: VerifyCommandOptions,
): Promise<{ readonly verified: Verified; readonly before?: Verified }> {
  const before = await compared(workplace, options);
  if (findingsOf(before.comparisons) === 0) return { verified: before };
  await repair(workplace.engine, before, options.signal);
  return { verified: await compared(workplace, options), before };
}

async function compared(
  { engine, configuration }: Pick<Workplace, 'engine' | 'configuration'>,
  { chosen, limit, signal, output }: VerifyCommandOptions,
): Promise<Verified> {
  refuseUnknown(configuration, chosen);
  const pause = duration(engine.settings.settleMs);
  output.line(`comparing; what differs is looked at again after ${pause}, before it counts`);
  return verify(engine, chosen, { limit, mostKept }, signal);
}

const writtenLines = ({ links }: Tally): readonly string[] =>
  links.flatMap(({ table, server, created, updated, removed }) =>
    created + updated + removed === 0
      ? []
      : [`${table} on ${server}: ${created} created, ${updated} updated, ${removed} deleted`],
  );

type Told = {
  readonly startedAt: number;
  readonly verified: Verified;
  /** As it was before the repair. */
  readonly before?: Verified;
  readonly lines?: readonly string[];
  readonly planned?: PlanReport;
};

function tell(options: VerifyCommandOptions, told: Told): ExitCode {
  const { output, limit, examples } = options;
  const { verified, before, lines = [], planned } = told;
  const exitCode = exitCodeOf(verified);
  const tookMs = systemClock.now() - told.startedAt;
  for (const line of [
    ...verifyLines((before ?? verified).comparisons, examples),
    ...lines,
    ...(before === undefined
      ? []
      : ['', 'after the repair:', ...verifyLines(verified.comparisons, examples)]),
    ...(planned === undefined
      ? []
      : ['', 'a repair would do this:', ...planLines(planned, { examples, limit })]),
    ...[...verified.failures.values()].map((error) => `failed: ${coded(error)}`),
    '',
    ...verdict(options, told, tookMs),
  ])
    output.line(line);
  const json = {
    exitCode,
    tookMs,
    compared: verified.comparisons.map(shownComparison),
    failures: failuresJson(verified.failures),
  };
  output.json(() => ({
    ...json,
    ...(before && { before: before.comparisons.map(shownComparison) }),
    ...(planned && { planned: planned.work.map((work) => shownWork(work, limit)) }),
  }));
  options.found?.(json);
  return exitCode;
}

function exitCodeOf({ comparisons, failures }: Verified): ExitCode {
  if (failures.size > 0) return failureExitCode(failures);
  return comparisons.every(isSound) ? exitCodes.inStep : exitCodes.incomplete;
}

function verdict(
  { repair: isRepair, dryRun, stack }: VerifyCommandOptions,
  { verified: { comparisons }, before }: Told,
  tookMs: number,
): readonly string[] {
  const left = findingsOf(comparisons);
  const rows = comparisons.reduce((sum, one) => sum + one.rows, 0);
  const took = `${count(rows, 'row')} compared in ${duration(tookMs)}`;
  const isMoving = comparisons.some(({ underWay }) => underWay > 0);
  if (comparisons.every(isSound))
    return [`The same everywhere${isMoving ? ', but for what is under way' : ''}: ${took}.`];
  const isChanging = isRepair && !dryRun;
  if (left === 0) return [`The same where it was compared; the rest was not: ${took}.`];
  return [
    `Not the same: ${count(left, 'finding')}${before === undefined ? '' : ' left'}, ${took}.${isChanging ? '' : ' Nothing was written.'}`,
    ...nextLines(comparisons, { isRepair, stack }),
  ];
}

/** What mends what is left. */
function nextLines(
  comparisons: readonly Comparison[],
  { isRepair, stack }: { readonly isRepair: boolean; readonly stack: string | undefined },
): readonly string[] {
  const hidden = comparisons.reduce((sum, one) => sum + one.hidden, 0);
  const parked = comparisons.reduce((sum, one) => sum + one.parked, 0);
  const isMendable = findingsOf(comparisons) > hidden + parked;
  const of = stack === undefined ? '' : ` --stack ${stack}`;
  const silent = comparisons.some(({ findings }) => findings.some(({ why }) => why === 'same-mod-id'));
  return [
    ...(isMendable && !isRepair ? [`To mend them: serversync verify --repair${of}`] : []),
    ...(hidden > 0
      ? wrapped(
          `No repair helps where the account may not see ${count(hidden, 'record')}: serversync parked list${of}`,
          '',
        )
      : []),
    ...(parked > 0
      ? wrapped(
          `What is parked (${count(parked, 'record')}) waits until it is mended: serversync parked list${of}`,
          '',
        )
      : []),
    ...(silent && isRepair && stack !== undefined
      ? ['What changed though its modification count did not is mended by an edit there.']
      : []),
  ];
}
