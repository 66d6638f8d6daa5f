/** One command line carried out: what it throws is said once, to people, and to scripts that asked for `--json`. */
import { type Command, CommanderError } from 'commander';
import { failureOf, shownFailure, unexpected } from './failures.ts';

/** `args`: what follows the name of the program. Sets the exit code of this process. */
export async function carryOut(args: readonly string[]): Promise<void> {
  try {
    const program = await programFor(args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help or the version, as was asked for.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const failure = failureOf(error) ?? unexpected(error);
    process.exitCode = failure.exitCode;
    // Commander has said already what is wrong with the command line.
    if (!(error instanceof CommanderError)) process.stderr.write(`serversync: ${shownFailure(failure)}\n`);
    if (args.includes('--json')) process.stdout.write(`${JSON.stringify(failure)}\n`);
  }
}

async function programFor([name]: readonly string[]): Promise<Command> {
  if (name === 'run') return (await import('./run-program.ts')).runProgramOf();
  return (await import('./program.ts')).programOf();
}
