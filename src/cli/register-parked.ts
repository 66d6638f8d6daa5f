/** `serversync parked …` on the command line. */
import type { Command } from 'commander';
import { parkedListCommand } from './parked-list-command.ts';
import { parkedRetryCommand } from './parked-retry-command.ts';
import type { ParkedSelection } from './parked-selection.ts';
import { asOption } from './operator.ts';
import { type As, type Common, common, type OfStack, ofStack, where, wholeNumber } from './shared.ts';
import { exitsOfDeciding, exitsOfWaiting, teach } from './teach.ts';

type Choices = OfStack & As & ParkedSelection;

export function registerParked(program: Command): void {
  const parked = program
    .command('parked')
    .description('records that a server would not take, or that cannot be told apart');
  const add = (name: string, description: string): Command =>
    common(parked.command(name))
      .description(description)
      .option('--table <table>', 'of this table only')
      .option('--server <server>', 'on this server only')
      .addOption(ofStack());
  const list = add('list', 'what is parked, by cause, with what to look at; asks no server')
    .option('--limit <number>', 'keys shown at most for a cause in a table on a server', wholeNumber, 20)
    .action(async (options: Common & Choices & { readonly limit: number }) => {
      const { table, server, limit } = options;
      process.exitCode = await parkedListCommand({ ...where(options), table, server, limit });
    });
  teach(list, {
    examples: [
      ['serversync parked list --server branch', 'what that server refused, and what to mend there'],
    ],
    exit: exitsOfWaiting,
  });
  const retry = add('retry', 'have parked records tried again soon, once their cause is mended')
    .option('--key <key>', 'the one with this key only')
    .addOption(asOption())
    .action(async (options: Common & Choices) => {
      const { table, server, key } = options;
      process.exitCode = await parkedRetryCommand({ ...where(options), table, server, key });
    });
  teach(retry, {
    examples: [
      ['serversync parked retry --table contacts', 'the value list of its layout was mended'],
      ['serversync parked retry --table contacts --key 4711', 'that record alone'],
    ],
    exit: exitsOfDeciding,
  });
}
