/** `serversync cost` on the command line. */
import type { Command } from 'commander';
import { type Common, common, type OfStack, ofStack, where, wholeNumber } from './shared.ts';
import { teach } from './teach.ts';

type Options = Common & OfStack & { readonly changesPerDay?: number; readonly records?: number };

export function registerCost(program: Command): void {
  const cost = common(program.command('cost'))
    .description('what a month on AWS costs by your configuration, reckoned; asks no server')
    .option(
      '--changes-per-day <number>',
      'records that change in a day, wherever (default: as runs of this machine, or the stack, wrote)',
      wholeNumber,
    )
    .option(
      '--records <number>',
      'records in all tables, each counted once (default: as the state of this machine has them)',
      wholeNumber,
    )
    .addOption(ofStack())
    .action(async ({ changesPerDay, records, ...options }: Options) => {
      const { costCommand } = await import('./cost-command.ts');
      process.exitCode = await costCommand({
        ...where(options),
        ...(changesPerDay !== undefined && { changesPerDay }),
        ...(records !== undefined && { records }),
      });
    });
  teach(cost, {
    examples: [
      ['serversync cost', 'by what this machine has synced so far'],
      ['serversync cost --stack North', 'by what that stack has written in the last month'],
      ['serversync cost --changes-per-day 5000 --records 200000', 'before anything is synced'],
    ],
    exit: `
  0  reckoned
  1  AWS is out of reach: try again
  2  the configuration has to change first; or the stack, the credentials or
     the region are not right`,
  });
}
