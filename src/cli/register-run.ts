/** `serversync run`, `sweep` and `status` on the command line. */
import { type Command, Option } from 'commander';
import { type ChoiceOptions, chosenOf } from './chosen.ts';
import { runOnceCommand } from './run-command.ts';
import { type Common, common, type OfStack, ofStack, where, wholeNumber } from './shared.ts';
import { statusCommand } from './status-command.ts';
import { stopSignal } from './stop-signal.ts';
import { sweepCommand } from './sweep-command.ts';
import { exitsOfWaiting, teach } from './teach.ts';
import { watchCommand } from './watch-command.ts';

export function registerRun(program: Command): void {
  const run = common(program.command('run'))
    .description('sync: read what changed on every server, write what is missing on the others')
    .addOption(new Option('--once', 'one pass, then end with an exit code').conflicts('watch'))
    .addOption(
      new Option('--watch', 'go on by the schedule until Ctrl-C (SIGINT or SIGTERM)').conflicts('once'),
    )
    .action(async (options: Common & Passes, command: Command) => {
      if (!options.once && !options.watch)
        command.error('say --once (one pass) or --watch (by the schedule)');
      const asked = { ...where(options), environment: process.env, signal: stopSignal() };
      process.exitCode = options.watch ? await watchCommand(asked) : (await runOnceCommand(asked)).exitCode;
    });
  teach(run, {
    examples: [
      ['serversync run --once', 'one pass by serversync.yaml: for trying, and for cron'],
      ['serversync run --watch', 'goes on until Ctrl-C; stops between two requests and loses nothing'],
    ],
  });
  const sweep = common(program.command('sweep'))
    .description('compare whole tables now: finds deletes, and changes that no stamp shows')
    .option('--table <table>', 'this table only')
    .option('--server <server>', 'on this server only')
    .action(async (options: Common & ChoiceOptions) => {
      const asked = { ...where(options), environment: process.env, signal: stopSignal() };
      process.exitCode = await sweepCommand({ ...asked, chosen: chosenOf(options) });
    });
  teach(sweep, {
    examples: [
      ['serversync sweep', 'all tables on all servers, beside what run --watch does by itself'],
      ['serversync sweep --table contacts --server hq', 'after an import into that file'],
    ],
  });
}

type Passes = { readonly once?: boolean; readonly watch?: boolean };

export function registerStatus(program: Command): void {
  const status = common(program.command('status'))
    .description('what waits, what is parked, conflicts, lag and clocks; asks no server')
    .option('--examples', 'with values of records, to judge halts and conflicts by')
    .option('--limit <number>', 'parked records and conflicts shown at most, latest first', wholeNumber, 20)
    .addOption(ofStack())
    .action(async (options: Common & StatusChoices) => {
      const { limit, examples = false } = options;
      process.exitCode = await statusCommand({ ...where(options), examples, limit });
    });
  teach(status, {
    examples: [
      ['serversync status', 'of the state beside serversync.yaml'],
      ['serversync status --stack ServerSync', 'of what runs on AWS, with your own AWS credentials'],
    ],
    exit: exitsOfWaiting,
  });
}

type StatusChoices = OfStack & { readonly examples?: boolean; readonly limit: number };
