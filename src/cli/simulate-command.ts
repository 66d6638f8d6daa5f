/** `serversync simulate`: a practice server, until it is stopped. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readDescription } from '../simulator/description-schema.ts';
import { practiceAccount, practiceServer } from '../simulator/practice.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/description.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { aborted } from './stop-signal.ts';

export type SimulateOptions = {
  readonly file?: string;
  readonly port?: string;
  readonly output: Output;
  readonly signal: AbortSignal;
};

/** Throws Refused. */
export async function simulateCommand({ file, port, output, signal }: SimulateOptions): Promise<ExitCode> {
  const description = described(file);
  const simulator = await start(
    description,
    port === undefined ? (description.port ?? usualPort) : portOf(port),
  );
  output.line(`a simulated FileMaker Server listens at ${simulator.url}`);
  if (file === undefined) {
    const { name, password } = practiceAccount;
    output.line(
      `database Main, layout Contacts_Sync (over OData: table Contacts), account ${name}, password ${password}`,
    );
  }
  output.line(
    'what a user would do there, and trouble to order: POST to /simulator/... (docs/simulator.md). Ctrl-C ends it.',
  );
  await aborted(signal);
  await simulator.close();
  return exitCodes.inStep;
}

function portOf(text: string): number {
  const port = text === '' ? Number.NaN : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Refused(
    'simulation-refused',
    `--port is ${text}: give a whole number from 0 (any free port) to 65535`,
  );
}

function described(file: string | undefined): SimulatorOptions {
  if (file === undefined) return practiceServer;
  try {
    return readDescription(parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const remedy = 'Name a description as in docs/simulator.md, or leave --file out for a table of contacts';
    throw new Refused('simulation-refused', `--file is ${file}: ${messageOf(cause).trim()}\n    ${remedy}`, {
      cause,
    });
  }
}

const usualPort = 8080;

async function start(description: SimulatorOptions, port: number): Promise<Simulator> {
  try {
    return await startSimulator({ ...description, port });
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause))
      throw new Refused('simulation-refused', `the description cannot be simulated: ${messageOf(cause)}`, {
        cause,
      });
    const remedy = 'Give another one with --port, or 0 for any that is free';
    throw new Refused('simulation-refused', `cannot listen on port ${port}: ${messageOf(cause)}. ${remedy}`, {
      cause,
    });
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
