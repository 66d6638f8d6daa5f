/** `serversync forget` on the command line. */
import type { Command } from 'commander';
import { type ChoiceOptions, chosenOf } from '../chosen.ts';
import { type Common, common, type OfStack, ofStack, where } from '../shared.ts';
import { exitsOfDeciding, teach } from '../teach.ts';
import { forgetServerCommand } from './server.ts';

type Options = Common & OfStack & ChoiceOptions & { readonly yes?: boolean };

export function registerForget(program: Command): void {
  const forget = common(program.command('forget'))
    .description(
      'end what is kept of a server or a table that is not in the configuration any more; asks no server, ' +
        'and changes no file',
    )
    .option('--server <server>', 'what is known of this server')
    .option('--table <table>', 'this table with all its records; with --server: what is known of it there')
    .option('--yes', 'without being asked')
    .addOption(ofStack())
    .action(async (options: Options, command: Command) => {
      const chosen = chosenOf(options);
      if (chosen.server === undefined && chosen.table === undefined)
        command.error('say what: --server SERVER, --table TABLE, or both');
      process.exitCode = await forgetServerCommand({
        ...where(options),
        chosen,
        yes: options.yes === true,
      });
    });
  teach(forget, {
    examples: [
      ['serversync forget --server shop', 'the shop is closed for good; its name is free again'],
      ['serversync forget --table orders --yes', 'a table that is not synced any more, from a script'],
    ],
    exit: exitsOfDeciding,
  });
}
