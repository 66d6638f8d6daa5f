/** The commands `serversync plan` and `verify` on the command line. */
import { type Command, Option } from 'commander';
import { type ChoiceOptions, chosenOf } from './chosen.ts';
import type { Environment } from '../config/credentials.ts';
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

  add('plan', 'what a run would write where; writes nothing')
    .option('--keys', 'with the keys of the records')
    .action(async (options: Options & Choices, command: Command) => {
      refuseStack(options, command);
      const { keys = false, examples = false } = options;
      const limit = options.limit ?? (keys || examples ? usualLimit : 0);
      const place = { ...where(options), environment: process.env, signal: stopSignal(ofChecking) };
      process.exitCode = await planCommand({ ...place, chosen: chosenOf(options), limit, examples });
    });
  const verify = add('verify', 'compare all servers field by field; writes nothing unless told to');
  addVerify<Options>(verify, (options) => ({ ...where(options), environment: process.env }));
}

function addVerify<Options>(command: Command, place: (options: Options) => Place): void {
  command
    .option('--repair', 'mend what is found, by the ways of a run')
    .option('--dry-run', 'with --repair: say what it would do, and write nothing')
    .action(async (options: Options & Choices & Repairing) => {
      refuseStack(options, command);
      const { repair = false, dryRun = false, examples = false, limit = usualLimit } = options;
      const chosen = chosenOf(options);
      const isChanging = repair && !dryRun;
      const signal = isChanging ? stopSignal() : stopSignal(ofChecking);
      const asked = { ...place(options), signal, chosen, repair, dryRun, examples, limit };
      process.exitCode = await verifyCommand(asked);
    });
}

type Repairing = { readonly repair?: boolean; readonly dryRun?: boolean };
type Place = ReturnType<Shared<unknown>['where']> & { readonly environment: Environment };

function refuseStack({ stack }: Choices, command: Command): void {
  if (stack !== undefined)
    command.error(
      `${command.name()} works with the state of this machine: it cannot be asked of a stack on AWS yet. Leave --stack out`,
    );
}
