/** Runs the command line of this process, and ends it with the exit code that the command or its failure has. */
import { CommanderError } from 'commander';
import { failureOf, unexpected } from './failures.ts';
import { outliveReaders } from './output.ts';
import { programOf } from './program.ts';

async function main(): Promise<void> {
  outliveReaders();
  try {
    await programOf().parseAsync();
  } catch (error) {
    // Help that was asked for.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const failure = failureOf(error) ?? unexpected(error);
    process.exitCode = failure.exitCode;
    // Commander has said already what is wrong with the command line.
    if (!(error instanceof CommanderError)) process.stderr.write(`serversync: ${failure.message}\n`);
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(failure)}\n`);
  }
}

await main();
