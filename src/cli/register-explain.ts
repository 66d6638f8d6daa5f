/** `serversync explain` on the command line. */
import type { Command } from 'commander';
import { explainCommand } from './explain-command.ts';
import { standardOutput } from './output.ts';
import { teach } from './teach.ts';

export function registerExplain(program: Command): void {
  const explain = program
    .command('explain')
    .argument('[code]', 'the code at the end of a message; all are listed without one')
    .description('what a message means and what to do, by its code')
    .option('--json', 'one JSON object as the last line of stdout; text for people goes to stderr')
    .action((code: string | undefined, { json }: { readonly json?: boolean }) => {
      process.exitCode = explainCommand(code, standardOutput(json === true));
    });
  teach(explain, {
    examples: [
      ['serversync explain server-unreachable', 'what it means and what to do'],
      ['serversync explain 504', "the same of one of FileMaker's codes"],
      ['serversync explain', 'all codes, by where they are seen'],
    ],
    exit: `
  0  shown
  2  there is no such code`,
  });
}
