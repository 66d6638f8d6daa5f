/** The commands `serversync plan` and `verify` on the command line. */
import type { Command } from 'commander';
import { accountsOption, type OfAccounts, reaching } from './accounts/options.ts';
import { type ChoiceOptions, chosenOf } from './chosen.ts';
import { planCommand } from './plan-command.ts';
import { asOption } from './operator.ts';
import { type As, type Common, common, ofStack, where, wholeNumber } from './shared.ts';
import { ofChecking, stopSignal } from './stop-signal.ts';
import { exitsOfChecking, teach } from './teach.ts';
import { verifyCommand } from './verify-command.ts';

/** Records shown of each kind unless the number is given. */
const usualLimit = 20;

type Choices = ChoiceOptions &
  OfAccounts &
  As & {
    readonly keys?: boolean;
    readonly examples?: boolean;
    readonly limit?: number;
    readonly stack?: string;
    readonly repair?: boolean;
    readonly dryRun?: boolean;
  };

export function registerChecks(program: Command): void {
  const add = (name: string, description: string): Command =>
    common(program.command(name))
      .description(description)
      .option('--table <table>', 'of this table only')
      .option('--server <server>', 'on this server only')
      .option('--limit <number>', 'records shown of each kind at most (default: 20)', wholeNumber)
      .option('--examples', 'with values of records')
      .addOption(accountsOption());

  const plan = add('plan', 'what a run would write where; writes nothing')
    .addOption(ofStack())
    .option('--keys', 'with the keys of the records')
    .action(async (options: Common & Choices) => {
      process.exitCode = await planCommand({
        ...where(options),
        ...reaching(options),
        ...planAsked(options),
      });
    });
  const verify = add('verify', 'compare all servers field by field; writes nothing unless told to')
    .option('--repair', 'mend what is found, by the ways of a run')
    .option('--dry-run', 'with --repair: say what it would do, and write nothing')
    .addOption(ofStack())
    .addOption(asOption())
    .action(async (options: Common & Choices) => {
      if (options.dryRun && !options.repair)
        verify.error('say what it is a dry run of: --repair --dry-run. Without --repair nothing is written');
      process.exitCode = await verifyCommand({
        ...where(options),
        ...reaching(options),
        ...verifyAsked(options),
      });
    });
  teach(plan, {
    examples: [
      ['serversync plan', 'how many records a run would write where, and what it would decide'],
      ['serversync plan --table contacts --keys', 'with the records it is about'],
      [
        'serversync plan --stack ServerSync',
        'of a stack, by its state; also before a changed file is deployed',
      ],
    ],
    exit: exitsOfChecking(
      'a run would write nothing',
      `it would write something, or something is for a person to see to: a
     conflict, a halt, a record that would be parked; or the plan was stopped,
     or a run is at work with the same state`,
    ),
  });
  teach(verify, {
    examples: [
      ['serversync verify', 'all tables, all servers; tells what differs and why'],
      ['serversync verify --repair --dry-run', 'and what mending it would write'],
      ['serversync verify --stack ServerSync', 'from this machine, by what the stack knows; it goes on'],
      [
        'serversync verify --stack ServerSync --repair',
        'has its functions sweep what differs, and compares once more',
      ],
    ],
    exit: exitsOfChecking(
      'the same everywhere, but for what is under way',
      `something differs, with --repair: still, or could not be compared; or it
     was stopped, or a run is at work with the same state`,
    ),
  });
}

function planAsked(options: Choices) {
  const { keys = false, examples = false } = options;
  const limit = options.limit ?? (keys || examples ? usualLimit : 0);
  return { chosen: chosenOf(options), limit, examples, signal: stopSignal(ofChecking) };
}

function verifyAsked(options: Choices) {
  const { repair = false, dryRun = false, examples = false, limit = usualLimit } = options;
  const signal = repair && !dryRun ? stopSignal() : stopSignal(ofChecking);
  return { chosen: chosenOf(options), repair, dryRun, limit, examples, signal };
}
