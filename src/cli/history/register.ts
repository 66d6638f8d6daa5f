/** `serversync history` and `put-back` on the command line: the latter is also an answer to a halt. */
import type { Command } from 'commander';
import { answerCommand } from '../halts-command.ts';
import { asOption } from '../operator.ts';
import {
  type As,
  type Common,
  common,
  countingNumber,
  type OfStack,
  ofStack,
  where,
  wholeNumber,
} from '../shared.ts';
import { exitsOfDeciding, exitsOfShowing, teach } from '../teach.ts';
import { historyCommand } from './looking.ts';
import { putBackCommand } from './putting-back.ts';

type Options = Common & OfStack;

export function registerHistory(program: Command): void {
  const history = common(program.command('history'))
    .description('what changed in a record, where, when, by which rule, and since when each server has it')
    .argument('<table>', 'a table of the configuration')
    .argument('<key>', 'the value of its key field; one that begins with - comes after --')
    .option('--limit <number>', 'versions shown at most, latest first', countingNumber, 20)
    .addOption(ofStack())
    .action(async (table: string, key: string, options: Options & { limit: number }) => {
      process.exitCode = await historyCommand({ ...where(options), table, key, limit: options.limit });
    });
  teach(history, {
    examples: [['serversync history contacts 4711', 'the record of table contacts with that key']],
    exit: exitsOfShowing,
  });
  registerPutBack(program);
}

function registerPutBack(program: Command): void {
  const putBack = common(program.command('put-back'))
    .description(
      'have a record hold again what it held after a version, or come back if it was deleted; or, with an id alone: ' +
        'bring back what is gone from a server that is halted for it, from the other servers',
    )
    .argument('<table-or-id>', 'a table, or an id of serversync halts')
    .argument('[key]', 'the value of the key field; one that begins with - comes after --')
    .option('--version <number>', 'of the record, as serversync history shows it', wholeNumber)
    .option('--dry-run', 'only show what would change')
    .addOption(ofStack())
    .addOption(asOption())
    .action(async (name: string, key: string | undefined, options: Options & Chosen, command: Command) => {
      const { version, dryRun = false } = options;
      if (key !== undefined) {
        const record = { table: name, key, version, dryRun };
        process.exitCode = await putBackCommand({ ...where(options), ...record });
        return;
      }
      if (version !== undefined || dryRun)
        command.error('name the record by its table and its key: put-back TABLE KEY --version N');
      process.exitCode = await answerCommand({ ...where(options), id: name, what: 'put-back' });
    });
  teach(putBack, {
    examples: [
      ['serversync put-back contacts 4711 --version 3 --dry-run', 'what would change, field by field'],
      ['serversync put-back contacts 4711', 'brings a deleted record back'],
      ['serversync put-back 3f9a1c', 'an answer to a halt: make again what is gone from that server'],
    ],
    exit: exitsOfDeciding,
  });
}

type Chosen = As & { readonly version?: number; readonly dryRun?: boolean };
