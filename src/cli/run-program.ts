/**
 * The command line with `run` alone in it: it stays in memory for months, and all other commands, with what they need of AWS and the
 * console, would lie beside it for nothing (20 MB, measured).
 */
import type { Command } from 'commander';
import { pointToHelp, programWith } from './program-base.ts';
import { registerRun } from './register-run.ts';

/** Throws CommanderError instead of ending the process. */
export function runProgramOf(): Command {
  const program = programWith();
  registerRun(program);
  pointToHelp(program, 'serversync');
  return program;
}
