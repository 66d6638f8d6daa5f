/** `serversync forget` on the command line: of one record, or of a server or a table that is not configured any more. */
import type { Command } from 'commander';
import { type ChoiceOptions, chosenOf } from '../chosen.ts';
import { asOption } from '../operator.ts';
import { type Common, common, type OfStack, ofStack, where } from '../shared.ts';
import { teach } from '../teach.ts';
import { forgetRecordCommand } from './record.ts';
import { forgetServerCommand } from './server.ts';

type Options = Common &
  OfStack &
  ChoiceOptions & { readonly as?: string; readonly past?: boolean; readonly yes?: boolean };

export function registerForget(program: Command): void {
  const forget = common(program.command('forget'))
    .description(
      'remove what is held of a deleted record (TABLE KEY): its values everywhere in the state, what it held before, and ' +
        'its key once no server can hold it any more; or end what is kept of a server or a table that is not in the ' +
        'configuration any more (--server, --table). Asks no server, and changes no file',
    )
    .argument('[table]', 'of one record: its table')
    .argument('[key]', 'and the value of its key field; one that begins with - comes after --')
    .option('--past', 'of a record, that may live: only what it held before and what lost a conflict')
    .option('--server <server>', 'what is known of this server')
    .option('--table <table>', 'this table with all its records; with --server: what is known of it there')
    .option('--yes', 'of a record: do it, not only say what would be removed; else: without being asked')
    .addOption(asOption())
    .addOption(ofStack())
    .action(
      async (table: string | undefined, key: string | undefined, options: Options, command: Command) => {
        const { past = false, yes = false } = options;
        const chosen = chosenOf(options);
        const isOfPlace = chosen.server !== undefined || chosen.table !== undefined;
        if (isOfPlace ? table !== undefined || past : table === undefined || key === undefined)
          command.error('name one record by TABLE KEY; or say --server SERVER, --table TABLE, or both');
        process.exitCode = isOfPlace
          ? await forgetServerCommand({ ...where(options), chosen, yes })
          : await forgetRecordCommand({ ...where(options), table: table ?? '', key: key ?? '', past, yes });
      },
    );
  teach(forget, {
    examples: [
      ['serversync forget contacts 4711', 'what would be removed of that record, and what is in the way'],
      ['serversync forget contacts 4711 --yes', 'remove it, for good'],
      ['serversync forget contacts 4711 --past --yes', 'of a record that stays: what it held before'],
      ['serversync forget --server shop', 'the shop is closed for good; its name is free again'],
      ['serversync forget --table orders --yes', 'a table that is not synced any more, from a script'],
    ],
    exit: exits,
  });
}

const exits = `
  0  forgotten, now or before
  1  of a record: nothing was removed (without --yes), or its values are gone
     and its key stays for now, for reasons that are said; else: another
     command works with the state
  2  the record lives, or there is no such thing (the key may be mistyped), or
     it is still in the configuration; nothing was removed`;
