/** `serversync run` on the command line. */
import { type Command, Option } from 'commander';
import { accountsOption, type OfAccounts, reaching } from './accounts/options.ts';
import type { ExitCode } from './exit-code.ts';
import { logged } from './log-file.ts';
import { type RunOptions, runOnceCommand } from './run-command.ts';
import { type Common, common, rate, where } from './shared.ts';
import { stopSignal } from './stop-signal.ts';
import { teach } from './teach.ts';
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
}

type Passes = OfAccounts & {
  readonly once?: boolean;
  readonly watch?: boolean;
  readonly log?: string;
  readonly maxRate?: number;
};

const once = async (asked: RunOptions): Promise<ExitCode> => (await runOnceCommand(asked)).exitCode;
