/** From what was thrown to what a person reads and a script gets. Anything unknown is ours: it keeps its stack. */
import { CommanderError } from 'commander';
import { coded } from '../composition/words.ts';
import { ConfigurationError, type Problem } from '../config/problem.ts';
import { RecordBusy } from '../engine/choose.ts';
import { RecordsUnreadable } from '../ports/records.ts';
import { ServerError } from '../ports/server-errors.ts';
import { AwsStateError } from '../state/aws/state-error.ts';
import { StateFileError } from '../state/local/state-file-error.ts';
import { sqliteKind, sqliteKinds } from '../state/local/sqlite-codes.ts';
import { Refused } from './refused.ts';
import { Stopped } from './stop-signal.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';

export type Failure = {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  /** Of a configuration: each with its own code. */
  readonly problems?: readonly Problem[];
};

/** For people; each problem of a configuration ends in its own code. */
export const shownFailure = (failure: Failure): string =>
  failure.problems === undefined ? coded(failure) : failure.message;

const diskFailures: Readonly<Record<number, string>> = {
  [sqliteKinds.full]:
    'the disk that holds the state is full: make room; what was done is kept, run it again to go on',
  [sqliteKinds.ioError]:
    'the disk that holds the state cannot be read or written: see to it; what was done is kept',
};

/** Undefined where it is no failure of a kind that people can mend. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) {
    return {
      exitCode: exitCodes.configuration,
      code: 'usage',
      message: error.message.replace(/^error: /, ''),
    };
  }
  if (error instanceof StateFileError || error instanceof AwsStateError) {
    const exitCode = error.disposition === 'retry' ? exitCodes.incomplete : exitCodes.configuration;
    return { exitCode, code: error.code, message: error.message };
  }
  const disk = diskFailures[sqliteKind(error) ?? 0];
  if (disk !== undefined) return { exitCode: exitCodes.incomplete, code: 'disk-failed', message: disk };
  if (error instanceof ConfigurationError) {
    const { code, message, problems } = error;
    return { exitCode: exitCodes.configuration, code, message, problems };
  }
  if (error instanceof Refused || error instanceof RecordsUnreadable) {
    return { exitCode: exitCodes.configuration, code: error.code, message: error.message };
  }
  if (error instanceof RecordBusy) {
    return { exitCode: exitCodes.incomplete, code: error.code, message: error.message };
  }
  if (error instanceof Stopped) {
    return { exitCode: exitCodes.incomplete, code: 'stopped', message: error.message };
  }
  if (!(error instanceof ServerError)) return undefined;
  const exitCode = error.disposition === 'configuration' ? exitCodes.configuration : exitCodes.server;
  return { exitCode, code: error.code, message: error.message };
}

/** A mistake of this program: all that helps to find it. */
export function unexpected(error: unknown): Failure {
  const message = `this should not happen; what was done so far is kept, and it can be run again\n${stackOf(error)}`;
  return { exitCode: exitCodes.incomplete, code: 'unexpected', message };
}

export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
