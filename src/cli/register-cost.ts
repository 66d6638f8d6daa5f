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
      'records that change in a day (default: as the runs of this machine)',
      wholeNumber,
    )
    .option(
      '--records <number>',
      'records in all tables (default: as the state of this machine has it)',
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
  2  the configuration has to change first`,
  });
}
