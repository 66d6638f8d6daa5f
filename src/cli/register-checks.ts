/** The commands `serversync plan` and `verify` on the command line. */
import { type Command, Option } from 'commander';
import { type ChoiceOptions, chosenOf } from './chosen.ts';
import type { Shared } from './conflicts/register.ts';
import { planCommand } from './plan-command.ts';
import { ofChecking, stopSignal } from './stop-signal.ts';
import { verifyCommand } from './verify-command.ts';

/** Records shown of each kind unless the number is given. */
const usualLimit = 20;

type Choices = ChoiceOptions & {
  readonly keys?: boolean;
  readonly examples?: boolean;
  readonly limit?: number;
  readonly stack?: string;
  readonly repair?: boolean;
  readonly dryRun?: boolean;
};

const others = `
  2  the configuration, a layout or the state directory has to change first
  3  a server could not be reached, is no FileMaker Server, or refused the
     account`;

const exitHelp = {
  plan: `
Exit codes:
  0  a run would write nothing
  1  it would write something, or something is for a person to see to: a
     conflict, a halt, a record that would be parked; or the plan was stopped,
     or a run is at work with the same state${others}`,
  verify: `
Exit codes:
  0  the same everywhere, but for what is under way
  1  something differs, with --repair: still, or could not be compared; or it
     was stopped, or a run is at work with the same state${others}`,
} as const;

export function registerChecks<Options>(
  program: Command,
  { common, wholeNumber, where }: Pick<Shared<Options>, 'common' | 'wholeNumber' | 'where'>,
): void {
  const add = (name: keyof typeof exitHelp, description: string): Command =>
    common(program.command(name))
      .description(description)
      .addHelpText('after', exitHelp[name])
      .option('--table <table>', 'of this table only')
      .option('--server <server>', 'on this server only')
      .option('--limit <number>', 'records shown of each kind at most (default: 20)', wholeNumber)
      .option('--examples', 'with values of records')
      // Refused below, in words that say why.
      .addOption(new Option('--stack <name>').hideHelp());

  const environment = process.env;
  const plan = add('plan', 'what a run would write where; writes nothing')
    .option('--keys', 'with the keys of the records')
    .action(async (options: Options & Choices) => {
      refuseStack(options, plan);
      process.exitCode = await planCommand({ ...where(options), environment, ...planAsked(options) });
    });
  const verify = add('verify', 'compare all servers field by field; writes nothing unless told to')
    .option('--repair', 'mend what is found, by the ways of a run')
    .option('--dry-run', 'with --repair: say what it would do, and write nothing')
    .action(async (options: Options & Choices) => {
      refuseStack(options, verify);
      process.exitCode = await verifyCommand({ ...where(options), environment, ...verifyAsked(options) });
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

function refuseStack({ stack }: Choices, command: Command): void {
  if (stack !== undefined)
    command.error(
      `${command.name()} works with the state of this machine: it cannot be asked of a stack on AWS yet. Leave --stack out`,
    );
}
