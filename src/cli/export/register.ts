/** `serversync export` on the command line. */
import type { Command } from 'commander';
import { type Common, common, type OfStack, ofStack, where } from '../shared.ts';
import { exitsOfShowing, teach } from '../teach.ts';
import { exportCommand } from './record.ts';

type Options = Common & OfStack & { readonly to?: string };

export function registerExport(program: Command): void {
  const exporting = common(program.command('export'))
    .description(
      'all that is held about a record: its values, where it is, what lost a conflict, what it held before, and where ' +
        'it is named; asks no server',
    )
    .argument('<table>', 'a table of the configuration')
    .argument('<key>', 'the value of its key field; one that begins with - comes after --')
    .option('--to <file>', 'write all of it as JSON to this file, which must not be there yet')
    .addOption(ofStack())
    .action(async (table: string, key: string, options: Options) => {
      process.exitCode = await exportCommand({ ...where(options), table, key, to: options.to });
    });
  teach(exporting, {
    examples: [
      ['serversync export contacts 4711', 'what is held about that record'],
      ['serversync export contacts 4711 --to 4711.json', 'and the same in a file, values in full'],
    ],
    exit: exitsOfShowing,
  });
}
