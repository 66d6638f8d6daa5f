/** `serversync simulate`: a practice server, until it is stopped. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readDescription } from '../simulator/description-schema.ts';
import { practiceAccount, practiceServer } from '../simulator/practice.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';

export type SimulateOptions = {
  readonly file?: string;
  readonly port: string;
  readonly output: Output;
  readonly signal: AbortSignal;
};

export async function simulateCommand({ file, port, output, signal }: SimulateOptions): Promise<ExitCode> {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    output.line(`--port is ${port}: give a whole number from 0 (any free port) to 65535`);
    return exitCodes.configuration;
  }
  const described = file === undefined ? practiceServer : readDescription(parse(readFileSync(file, 'utf8')));
  const simulator = await startSimulator({ ...described, port: number });
  output.line(`a simulated FileMaker Server listens at ${simulator.url}`);
  if (file === undefined) {
    const { name, password } = practiceAccount;
    output.line(`database Main, layout Contacts_Sync, account ${name}, password ${password}`);
  }
  output.line(
    'what a user would do there, and trouble to order: POST to /simulator/... (docs/simulator.md). Ctrl-C ends it.',
  );
  await aborted(signal);
  await simulator.close();
  return exitCodes.inStep;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
