/** `serversync doctor`: what is right and what is wrong with each server, before a run is made or beside one. Needs no state. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { count } from '../../composition/words.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { accountsFileOf, readAccountsFile, withAccounts } from '../../config/accounts-file.ts';
import type { Configuration, ServerConfiguration } from '../../config/configuration.ts';
import { credentialsFromEnvironment, type Environment } from '../../config/credentials.ts';
import { loadConfiguration } from '../../config/load.ts';
import { ConfigurationError } from '../../config/problem.ts';
import { findingsOf, worstOf } from '../../doctor/doctor.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { LookOptions } from '../../doctor/look.ts';
import { knownFieldsIn } from '../../doctor/renamed.ts';
import { probeName } from '../../doctor/write-probe.ts';
import type { Chosen } from '../../engine/run.ts';
import { type LocalState, openLocalState } from '../../state/local/local-state.ts';
import { StateFileError } from '../../state/local/state-file-error.ts';
import { isLocked, lockFileName, lockState, type StateLock } from '../../state/local/state-lock.ts';
import { refuseUnknown } from '../chosen.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { stateDirectoryOf } from '../workplace.ts';
import { closingLine, findingLines } from './lines.ts';

export type DoctorCommandOptions = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly environment: Environment;
  readonly accountsFile?: string;
  readonly output: Output;
  readonly chosen: Chosen;
  readonly writeProbe: boolean;
  /** Looked at from inside this stack, which is looked at too. */
  readonly stack?: string;
  /** Of a stack: whether an alarm is raised to see whether it arrives. */
  readonly testAlarm?: boolean;
  readonly signal: AbortSignal;
};

/** Throws ConfigurationError, Refused of a wrong name, and with `writeProbe` StateFileError while a run is at work; of a stack AwsStateError. */
export async function doctorCommand(options: DoctorCommandOptions): Promise<ExitCode> {
  const { output, chosen, writeProbe, signal } = options;
  const startedAt = systemClock.now();
  const configuration = await loadConfiguration(options.configFile);
  refuseUnknown(configuration, chosen);
  const { stack } = options;
  if (stack !== undefined) return stackDoctor(stack, configuration, options, startedAt);
  if (options.testAlarm) throw new Refused('not-tested', noAlarms);
  const directory = stateDirectoryOf(options.configFile, options.stateDirectory);
  const isAtWork = !writeProbe && hasState(directory) && isLocked(directory);
  const lock = writeProbe ? lockOf(directory) : undefined;
  const state = stateToRead(directory);
  try {
    const asked = askedOf(configuration, chosen);
    output.line(openingLine(asked, writeProbe));
    const findings = await findingsOf(
      {
        configuration,
        ...asked,
        clock: systemClock,
        writeProbe,
        ...(isAtWork && { noSessions: sessionsInUse }),
        ...(state && { known: knownFieldsIn(state.control), webhooks: state.control }),
        reach: reachOf(options),
      },
      signal,
    );
    return tell(findings, configuration, options, startedAt);
  } finally {
    state?.close();
    lock?.release();
  }
}

/** None where nobody ran yet; one that cannot be read keeps nobody from looking at servers. */
function stateToRead(directory: string): LocalState | undefined {
  try {
    return openLocalState({ directory, now: () => systemClock.now(), readOnly: true });
  } catch (error) {
    if (error instanceof StateFileError) return undefined;
    throw error;
  }
}

const noAlarms =
  'alarms that are mailed are those of a stack: name it with --stack. On one machine they are lines of serversync status and of the log';

async function stackDoctor(
  stack: string,
  configuration: Configuration,
  options: DoctorCommandOptions,
  startedAt: number,
): Promise<ExitCode> {
  const { output, chosen, signal } = options;
  const { servers } = askedOf(configuration, chosen);
  output.line(
    `looking at stack ${stack}, and from inside it at ${count(servers.length, 'server')}, one after the other: up to some minutes each`,
  );
  // What asks AWS is loaded where it is asked.
  const { stackFindings } = await import('./stack-command.ts');
  const findings = await stackFindings(
    { ...options, testAlarm: options.testAlarm === true, stack, configuration, servers },
    signal,
  );
  return tell(findings, configuration, options, startedAt);
}

function tell(
  findings: readonly Finding[],
  configuration: Configuration,
  { output, signal }: DoctorCommandOptions,
  startedAt: number,
): ExitCode {
  const tookMs = systemClock.now() - startedAt;
  for (const line of findingLines(findings, configuration)) output.line(line);
  output.line('');
  output.line(closingLine(findings, tookMs));
  const exitCode = signal.aborted ? exitCodes.incomplete : exits[worstOf(findings)];
  output.json(() => ({ exitCode, tookMs, findings }));
  return exitCode;
}

const exits: Readonly<Record<ReturnType<typeof worstOf>, ExitCode>> = {
  proven: exitCodes.inStep,
  warning: exitCodes.incomplete,
  configuration: exitCodes.configuration,
  server: exitCodes.server,
};

const sessionsInUse =
  'how many sessions are given: a run is at work here, and has some of those that are configured';

/** Where nobody ran yet there is nothing to lock, and nothing is made. */
const hasState = (directory: string): boolean => existsSync(join(directory, lockFileName));

const lockOf = (directory: string): StateLock | undefined =>
  hasState(directory) ? lockState(directory) : undefined;

type Asked = Pick<Configuration, 'servers' | 'tables'>;

const askedOf = ({ servers, tables }: Configuration, { server, table }: Chosen): Asked => ({
  servers: servers.filter(({ name }) => name === (server ?? name)),
  tables: tables.filter(({ name }) => name === (table ?? name)),
});

function openingLine({ servers, tables }: Asked, writeProbe: boolean): string {
  const looking = `looking at ${count(servers.length, 'server')}, ${count(tables.length, 'table')}`;
  if (!writeProbe) return `${looking}; nothing is written`;
  return `${looking}; in each table that is written a record is made and deleted again, its key begins with ${probeName} (where that fits)`;
}

function reachOf({
  configFile,
  accountsFile,
  environment,
}: DoctorCommandOptions): (server: ServerConfiguration) => Pick<LookOptions, 'address' | 'account'> {
  const stored = readAccountsFile(accountsFileOf(configFile, accountsFile), {
    isRequired: accountsFile !== undefined,
  });
  const accounts = withAccounts(environment, stored);
  return ({ name, url, caFile }) => ({
    address: {
      name,
      url,
      clock: systemClock,
      random: Math.random,
      retry: { attempts: 3 },
      ...(caFile !== undefined && { caFile }),
    },
    account: accountIn(accounts, name),
  });
}

/** One that is missing is a finding of its server, and keeps nobody from looking at the others. */
function accountIn(accounts: Environment, name: string): LookOptions['account'] {
  try {
    const account = credentialsFromEnvironment([name], accounts).get(name);
    if (account !== undefined) return account;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { problems } = error;
    const missing = problems.map(({ place, message }) => `${place}: ${message}`).join('; ');
    return { missing, remedy: problems.at(-1)?.remedy ?? '' };
  }
  return { missing: `there is no account for ${name}`, remedy: '' };
}
