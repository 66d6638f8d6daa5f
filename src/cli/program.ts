/** The command line: what there is, what it means, what it exits with. Each command has a file of its own. */
import { Command } from 'commander';
import { registerAccounts } from './accounts/register.ts';
import { registerConsole } from './console/register.ts';
import { registerConflicts } from './conflicts/register.ts';
import { registerDoctor } from './doctor/register.ts';
import { registerExplain } from './register-explain.ts';
import { registerExport } from './export/register.ts';
import { registerForget } from './forget/register.ts';
import { registerInit } from './init/register.ts';
import { registerHistory } from './history/register.ts';
import { ownVersion, projectFolder } from './own-files.ts';
import { registerAttention } from './register-attention.ts';
import { registerAudit } from './register-audit.ts';
import { registerPause } from './pause/register.ts';
import { registerCost } from './register-cost.ts';
import { registerChecks } from './register-checks.ts';
import { registerHalts } from './register-halts.ts';
import { registerParked } from './register-parked.ts';
import { registerPractice } from './register-practice.ts';
import { registerRun, registerStatus } from './register-run.ts';
import { registerSecrets } from './register-secrets.ts';
import { registerService } from './service/register.ts';
import { exitsOfRun } from './teach.ts';

/** Each group of commands, under the heading that `--help` shows it by. */
const groups: readonly {
  readonly heading: string;
  readonly register: readonly ((program: Command) => void)[];
}[] = [
  { heading: 'Syncing:', register: [registerRun, registerPause] },
  {
    heading: 'Looking and deciding:',
    register: [
      registerAttention,
      registerStatus,
      registerConsole,
      registerHalts,
      registerParked,
      registerAudit,
      registerExplain,
    ],
  },
  { heading: 'Records:', register: [registerConflicts, registerHistory, registerExport, registerForget] },
  { heading: 'Checking:', register: [registerDoctor, registerChecks] },
  {
    heading: 'Setting up:',
    register: [
      registerInit,
      registerAccounts,
      registerService,
      registerSecrets,
      registerCost,
      registerPractice,
    ],
  },
];

/** Throws CommanderError instead of ending the process. */
export function programOf(): Command {
  const program = new Command('serversync')
    .description('Keeps tables of two or more FileMaker Servers the same.')
    .version(ownVersion(), '-V, --version', 'which version this is')
    // put-back has a --version of its own.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', startHere);
  for (const { heading, register } of groups) {
    program.commandsGroup(heading);
    for (const add of register) add(program);
  }
  pointToHelp(program, 'serversync');
  return program;
}

/** A mistake in the line of a command is told with the help of that command. */
function pointToHelp(command: Command, words: string): void {
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
