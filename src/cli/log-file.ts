/**
 * Lines for people into a file instead of the terminal, each with its time; for whoever has no journal. The file is moved aside
 * when it is full, and the oldest goes, so that it never takes more than `most`.
 *
 *   R9  It gets what the terminal gets: no content of a record, no credential.
 */
import { mkdirSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { basename, dirname, join, resolve } from 'node:path';
import { createStream } from 'rotating-file-stream';
import { systemClock } from '../composition/system-clock.ts';
import { failureOf, shownFailure, unexpected } from './failures.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { localTime } from './words.ts';

export type LogBounds = {
  /** When a file is moved aside. */
  readonly bytes: number;
  /** How many are kept beside the one that is written: `sync.log.1` is the latest. */
  readonly kept: number;
};

/** Six files of 10 MB: half a year of a busy sync (assumed), and no disk is filled by it. */
const usual: LogBounds = { bytes: 10_000_000, kept: 5 };

export type LogFile = {
  readonly line: (text: string) => void;
  /** After what was written is in the file. */
  readonly close: () => Promise<void>;
};

/** Throws Refused where it cannot be written. A disk that fills up later ends nothing: lines go to stderr then. */
export async function openLogFile(path: string, { bytes, kept }: LogBounds = usual): Promise<LogFile> {
  const [directory, name] = [dirname(resolve(path)), basename(path)];
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new Refused(
      'log-unwritable',
      `${path} is a folder. Name a file with --log, such as ${join(path, 'serversync.log')}`,
    );
  let isBroken = false;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stream = createStream((index) => (typeof index === 'number' ? `${name}.${index}` : name), {
      path: directory,
      size: `${bytes}B`,
      rotate: kept,
      mode: 0o600,
    });
    await once(stream, 'open');
    stream.on('error', (error) => {
      isBroken = true;
      process.stderr.write(`serversync: ${path} cannot be written any more (${error.message})\n`);
    });
    return {
      line: (text) => {
        if (isBroken) process.stderr.write(`${text}\n`);
        else stream.write(`${dated(text)}\n`);
      },
      close: async () => {
        if (isBroken) return;
        stream.end();
        await once(stream, 'finish');
      },
    };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new Refused(
      'log-unwritable',
      `${path} cannot be written (${String(error.code)}). Give the user who runs the sync the right to write there, or name another file with --log`,
      { cause: error },
    );
  }
}

const dated = (text: string): string =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /.test(text) ? text : `${localTime(systemClock.now())}  ${text}`;

/**
 * Work whose lines go to a file, if one is named; what ends it is told there too, the object of `--json` goes where it went.
 * Throws Refused, or what the work throws.
 */
export async function logged<Options extends { readonly output: Output }, Result>(
  options: Options,
  path: string | undefined,
  work: (options: Options) => Promise<Result>,
): Promise<Result> {
  if (path === undefined) return work(options);
  const log = await openLogFile(path);
  try {
    return await work({ ...options, output: { ...options.output, terminal: false, line: log.line } });
  } catch (error) {
    const failure = failureOf(error) ?? unexpected(error);
    log.line(`serversync: ${shownFailure(failure)} (exit code ${failure.exitCode})`);
    throw error;
  } finally {
    await log.close();
  }
}
