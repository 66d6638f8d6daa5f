/** `serversync attention` on the command line. */
import type { Command } from 'commander';
import { attentionCommand } from './attention-command.ts';
import { type Common, common, type OfStack, ofStack, where } from './shared.ts';
import { exitsOfWaiting, teach } from './teach.ts';

export function registerAttention(program: Command): void {
  const attention = common(program.command('attention'))
    .description('all that waits for you, the most urgent first, each with its next command; asks no server')
    .addOption(ofStack())
    .action(async (options: Common & OfStack) => {
      process.exitCode = await attentionCommand(where(options));
    });
  teach(attention, {
    examples: [
      ['serversync attention', 'what waits on this machine: once a day, say, with the coffee'],
      ['serversync attention --stack ServerSync', 'what waits of a stack on AWS'],
    ],
    exit: exitsOfWaiting,
  });
}
