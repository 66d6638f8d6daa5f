/** What the command line is before any command is in it. */
import { Command } from 'commander';
import { ownVersion, projectFolder } from './own-files.ts';
import { exitsOfRun } from './teach.ts';

/** Throws CommanderError instead of ending the process. */
export const programWith = (): Command =>
  new Command('serversync')
    .description('Keeps tables of two or more FileMaker Servers the same.')
    .version(ownVersion(), '-V, --version', 'which version this is')
    // put-back has a --version of its own.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', () => startHere);

/** A mistake in the line of a command is told with the help of that command. */
export function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(${words} --help tells more)`);
  for (const one of command.commands) pointToHelp(one, `${words} ${one.name()}`);
}

const startHere = `
Exit codes:${exitsOfRun}

Start here:
  serversync demo                 see it work, with two simulated servers
  serversync init                 look at your servers, and write serversync.yaml
  serversync doctor               what is right and wrong with each server
  serversync run --once           sync what serversync.yaml says, once
  serversync status               what waits, what was decided, which clocks are wrong

Each command has --help of its own, with examples. An error ends in a code in
brackets: serversync explain CODE says what it means and what to do.
Accounts come from the environment, SERVERSYNC_<SERVER>_USERNAME and
SERVERSYNC_<SERVER>_PASSWORD, or from the file of serversync accounts set.
README.md, and the pages in docs that messages name, lie in ${projectFolder}`;
