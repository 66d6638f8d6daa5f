/** `serversync console`: the page for whoever looks after the sync, on this machine alone, until Ctrl-C. */
import { fileURLToPath } from 'node:url';
import type { Assets } from '../../console/assets.ts';
import { pageFiles } from '../../console/page-build.ts';
import { openConsole, type RunningConsole } from '../../console/server.ts';
import { newToken } from '../../console/token.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { operatorOf } from '../operator.ts';
import type { Output } from '../output.ts';
import { stackOf } from '../failures.ts';
import { Refused } from '../refused.ts';
import { aborted } from '../stop-signal.ts';
import { failedBy } from './failed.ts';
import { consoleOf } from './handlers.ts';
import type { JobPlace } from './jobs.ts';
import { openInBrowser } from './open-in-browser.ts';
import { Seeing } from './seeing.ts';

export type ConsoleOptions = JobPlace & {
  readonly output: Output;
  /** 0: any that is free. */
  readonly port: number;
  /** Whether a browser is opened. */
  readonly open: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
};

/** Throws Refused, ConfigurationError, StateFileError or AwsStateError of what keeps it from starting. */
export async function consoleCommand(options: ConsoleOptions): Promise<ExitCode> {
  const { output, signal } = options;
  await looked(options);
  const operator = await operatorOf(options);
  const failureOf = failedBy((error) => output.line(`a mistake of the console: ${stackOf(error)}`));
  const { handlers, close } = consoleOf({ ...options, operator }, failureOf);
  try {
    const running = await listening({ ...options, handlers, failureOf });
    try {
      tell(running, options, operator);
      await aborted(signal);
    } finally {
      await running.close();
    }
  } finally {
    await close();
  }
  output.line('the console has ended');
  return exitCodes.inStep;
}

/** What keeps every look away is told here, where somebody reads it. */
async function looked(options: ConsoleOptions): Promise<void> {
  const seeing = new Seeing(options);
  try {
    await seeing.look(async () => undefined);
  } finally {
    await seeing.close();
  }
}

type Parts = Pick<Parameters<typeof openConsole>[0], 'handlers' | 'failureOf'>;

async function listening(options: ConsoleOptions & Parts): Promise<RunningConsole> {
  const { port, handlers, failureOf } = options;
  try {
    return await openConsole({ port, token: newToken(), handlers, failureOf, assets: await assets() });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new Refused(
        'port-taken',
        `another program listens on port ${port}: another console perhaps. Name another one with --port, or none`,
        { cause: error },
      );
    if (code === 'EACCES')
      throw new Refused('port-taken', `port ${port} is not for users: name one from 1024 on`, {
        cause: error,
      });
    throw error;
  }
}

/** As they were packed beside the program, else made now from their sources. */
async function assets(): Promise<Assets> {
  const files = await pageFiles(fileURLToPath(new URL('console', import.meta.url)));
  return new Map(files.map(({ name, contentType, body }) => [`/${name}`, { type: contentType, body }]));
}

function tell({ address }: RunningConsole, { output, open }: ConsoleOptions, operator: string): void {
  output.line('The console is at');
  output.line(`    ${address}`);
  output.line('for a browser on this machine; whoever has that address may see values of');
  output.line(`records, and decide as ${operator}. Ctrl-C ends it.`);
  output.json(() => ({ exitCode: exitCodes.inStep, address }));
  if (open)
    openInBrowser(address, () => output.line('no browser could be opened: open the address yourself'));
}
