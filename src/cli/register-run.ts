/** `serversync run`, `sweep` and `status` on the command line. */
import { type Command, Option } from 'commander';
import { accountsOption, type OfAccounts, reaching } from './accounts/options.ts';
import { type ChoiceOptions, chosenOf } from './chosen.ts';
import type { ExitCode } from './exit-code.ts';
import { logged } from './log-file.ts';
import { type RunOptions, runOnceCommand } from './run-command.ts';
import { type Common, common, type OfStack, ofStack, rate, where, wholeNumber } from './shared.ts';
import { statusCommand } from './status-command.ts';
import { watchStatusCommand } from './status-watch.ts';
import { ofFollowing, ofShowing, stopSignal } from './stop-signal.ts';
import { sweepCommand } from './sweep-command.ts';
import { sweepStackCommand } from './sweep-stack.ts';
import { exitsOfWaiting, teach } from './teach.ts';
import { watchCommand } from './watch-command.ts';

export function registerRun(program: Command): void {
  const run = common(program.command('run'))
    .description('sync: read what changed on every server, write what is missing on the others')
    .addOption(new Option('--once', 'one pass, then end with an exit code').conflicts('watch'))
    .addOption(
      new Option('--watch', 'go on by the schedule until Ctrl-C (SIGINT or SIGTERM)').conflicts('once'),
    )
    .addOption(accountsOption())
    .option(
      '--max-rate <records>',
      'the most records a second that are written on each server, whatever its maxRate; default: as configured',
      rate,
    )
    .option('--log <file>', 'lines go there, each with its time; moved aside at 10 MB, 5 are kept')
    .action(async (options: Common & Passes, command: Command) => {
      if (!options.once && !options.watch)
        command.error('say --once (one pass) or --watch (by the schedule)');
      const { maxRate } = options;
      const limit = maxRate === undefined ? {} : { maxRate };
      const asked = { ...where(options), ...reaching(options), ...limit, signal: stopSignal() };
      process.exitCode = await logged(asked, options.log, options.watch ? watchCommand : once);
    });
  teach(run, {
    examples: [
      ['serversync run --once', 'one pass by serversync.yaml: for trying, and for cron'],
      ['serversync run --watch', 'goes on until Ctrl-C; stops between two requests and loses nothing'],
      ['serversync run --watch --log sync.log', 'the same, with its lines in a file'],
      ['serversync run --once --max-rate 20', 'a first sync by day: leaves each server time for its users'],
    ],
  });
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

type Passes = OfAccounts & {
  readonly once?: boolean;
  readonly watch?: boolean;
  readonly log?: string;
  readonly maxRate?: number;
};

const once = async (asked: RunOptions): Promise<ExitCode> => (await runOnceCommand(asked)).exitCode;

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
