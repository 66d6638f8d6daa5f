/** The command line: what there is, what it means, what it exits with. Each command has a file of its own. */
import type { Command } from 'commander';
import { registerAccounts } from './accounts/register.ts';
import { registerConsole } from './console/register.ts';
import { registerConflicts } from './conflicts/register.ts';
import { registerDoctor } from './doctor/register.ts';
import { registerExplain } from './register-explain.ts';
import { registerExport } from './export/register.ts';
import { registerForget } from './forget/register.ts';
import { registerInit } from './init/register.ts';
import { registerHistory } from './history/register.ts';
import { registerAttention } from './register-attention.ts';
import { registerAudit } from './register-audit.ts';
import { registerPause } from './pause/register.ts';
import { registerCost } from './register-cost.ts';
import { registerChecks } from './register-checks.ts';
import { registerHalts } from './register-halts.ts';
import { registerParked } from './register-parked.ts';
import { registerPractice } from './register-practice.ts';
import { pointToHelp, programWith } from './program-base.ts';
import { registerRun } from './register-run.ts';
import { registerStatus, registerSweep } from './register-status.ts';
import { registerSecrets } from './register-secrets.ts';
import { registerService } from './service/register.ts';
import { registerWebhooks } from './webhooks/register.ts';

/** Each group of commands, under the heading that `--help` shows it by. */
const groups: readonly {
  readonly heading: string;
  readonly register: readonly ((program: Command) => void)[];
}[] = [
  { heading: 'Syncing:', register: [registerRun, registerSweep, registerPause] },
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
  { heading: 'Checking:', register: [registerDoctor, registerChecks, registerWebhooks] },
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
  const program = programWith();
  for (const { heading, register } of groups) {
    program.commandsGroup(heading);
    for (const add of register) add(program);
  }
  pointToHelp(program, 'serversync');
  return program;
}
