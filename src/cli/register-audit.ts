/** `serversync audit` on the command line. */
import type { Command } from 'commander';
import { auditCommand } from './audit-command.ts';
import { type Common, common, countingNumber, type OfStack, ofStack, where } from './shared.ts';
import { exitsOfShowing, teach } from './teach.ts';

export function registerAudit(program: Command): void {
  const audit = common(program.command('audit'))
    .description(
      'who approved, chose, put back or changed what, and when; kept for 400 days, or retention.acts',
    )
    .option('--limit <number>', 'acts shown at most, latest first', countingNumber, 20)
    .addOption(ofStack())
    .action(async (options: Common & OfStack & { readonly limit: number }) => {
      process.exitCode = await auditCommand({ ...where(options), limit: options.limit });
    });
  teach(audit, {
    examples: [
      ['serversync audit', 'the latest 20 acts; no value of a record is in them'],
      ['serversync audit --limit 500 --json', 'more of them, for another program'],
    ],
    exit: exitsOfShowing,
  });
}
