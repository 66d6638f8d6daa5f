/** `serversync attention` on the command line. */
import type { Command } from 'commander';
import { attentionCommand } from './attention-command.ts';
import { type Common, common, type OfStack, ofStack, where } from './shared.ts';
import { exitsOfWaiting, teach } from './teach.ts';

export function registerAttention(program: Command): void {
  const attention = common(program.command('attention'))
    .description('all that waits for you, the most urgent first, each with its next command; asks no server')
    .option('--report', 'as a letter: a subject, then the list and the figures of the day, to be mailed')
    .addOption(ofStack())
    .action(async (options: Common & OfStack & { readonly report?: boolean }) => {
      const { report = false } = options;
      process.exitCode = await attentionCommand({ ...where(options), report });
    });
  teach(attention, {
    examples: [
      ['serversync attention', 'what waits on this machine: once a day, say, with the coffee'],
      ['serversync attention --stack ServerSync', 'what waits of a stack on AWS'],
      ['serversync attention --report', 'the same as a letter, for cron and mail'],
    ],
    exit: exitsOfWaiting,
  });
}
