/** `serversync sweep` and `status` on the command line. */
import { type Command, Option } from 'commander';
import { accountsOption, type OfAccounts, reaching } from './accounts/options.ts';
import { type ChoiceOptions, chosenOf } from './chosen.ts';
import { type Common, common, type OfStack, ofStack, where, wholeNumber } from './shared.ts';
import { statusCommand } from './status-command.ts';
import { watchStatusCommand } from './status-watch.ts';
import { ofFollowing, ofShowing, stopSignal } from './stop-signal.ts';
import { sweepCommand } from './sweep-command.ts';
import { sweepStackCommand } from './sweep-stack.ts';
import { exitsOfWaiting, teach } from './teach.ts';

export function registerSweep(program: Command): void {
  const sweep = common(program.command('sweep'))
    .description('compare whole tables now: finds deletes, and changes that no stamp shows')
    .option('--table <table>', 'this table only')
    .option('--server <server>', 'on this server only')
    .addOption(ofStack().conflicts('accounts'))
    .addOption(accountsOption())
    .action(async (options: Common & OfStack & OfAccounts & ChoiceOptions) => {
      const chosen = chosenOf(options);
      const { stack } = options;
      if (stack !== undefined) {
        const asked = { ...where(options), stack, chosen, signal: stopSignal(ofFollowing) };
        process.exitCode = await sweepStackCommand(asked);
        return;
      }
      const asked = { ...where(options), ...reaching(options), signal: stopSignal() };
      process.exitCode = await sweepCommand({ ...asked, chosen });
    });
  teach(sweep, {
    examples: [
      ['serversync sweep', 'all tables on all servers, beside what run --watch does by itself'],
      ['serversync sweep --table contacts --server hq', 'after an import into that file'],
      ['serversync sweep --stack ServerSync', 'has the functions of a stack do it now, and waits for them'],
    ],
  });
}

export function registerStatus(program: Command): void {
  const status = common(program.command('status'))
    .description('a row for each table and server, clocks, and what a person has to see to; asks no server')
    .addOption(
      new Option('--watch', 'draw it anew every 2 seconds (of a stack: 5) until Ctrl-C').conflicts('json'),
    )
    .option('--examples', 'with values of records, to judge halts and conflicts by')
    .option(
      '--limit <number>',
      'conflicts, latest first, and causes of parked records shown at most; with --json also parked records',
      wholeNumber,
      20,
    )
    .addOption(ofStack())
    .action(async (options: Common & StatusChoices) => {
      const { limit, examples = false } = options;
      if (options.watch) {
        const signal = stopSignal(ofShowing);
        process.exitCode = await watchStatusCommand({
          ...where(options),
          examples,
          limit,
          screen: process.stdout,
          signal,
        });
        return;
      }
      process.exitCode = await statusCommand({ ...where(options), examples, limit });
    });
  teach(status, {
    examples: [
      ['serversync status', 'of the state beside serversync.yaml'],
      ['serversync status --watch', 'the same, drawn anew until Ctrl-C: beside a run that is at work'],
      ['serversync status --stack ServerSync', 'of what runs on AWS, with your own AWS credentials'],
    ],
    exit: exitsOfWaiting,
  });
}

type StatusChoices = OfStack & {
  readonly examples?: boolean;
  readonly limit: number;
  readonly watch?: boolean;
};
