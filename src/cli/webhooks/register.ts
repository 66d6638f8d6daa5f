/** `serversync webhooks` on the command line. */
import { type Command, Option } from 'commander';
import { accountsOption, type OfAccounts, reaching } from '../accounts/options.ts';
import { type Common, common, type OfStack, ofStack, where } from '../shared.ts';
import { stopSignal } from '../stop-signal.ts';
import { exitsOfWaiting, teach } from '../teach.ts';
import { webhooksCommand, type WebhooksOptions } from './webhooks-command.ts';

type Asked = Common &
  OfStack &
  OfAccounts & {
    readonly server?: string;
    readonly renew?: boolean;
    readonly remove?: boolean;
    readonly newSecret?: boolean;
  };

export function registerWebhooks(program: Command): void {
  const webhooks = common(program.command('webhooks'))
    .description("which of FileMaker's webhooks have a server read, and whether their calls arrive")
    .option('--server <server>', 'of this server only')
    .addOption(
      new Option('--renew', 'ask the servers now, and add what is missing').conflicts([
        'remove',
        'newSecret',
        'stack',
      ]),
    )
    .addOption(
      new Option('--remove', 'take away all that ServerSync added, as before it is uninstalled').conflicts([
        'newSecret',
        'stack',
      ]),
    )
    .addOption(
      new Option('--new-secret', 'have each call carry another secret from now on').conflicts(['stack']),
    )
    .addOption(accountsOption())
    .addOption(ofStack().conflicts('accounts'))
    .action(async (options: Asked) => {
      const { server } = options;
      process.exitCode = await webhooksCommand({
        ...where(options),
        ...reaching(options),
        ...(server !== undefined && { server }),
        act: actOf(options),
        signal: stopSignal(),
      });
    });
  teach(webhooks, {
    examples: [
      ['serversync webhooks', 'for each server: what stands, what waits there, how often it called'],
      ['serversync webhooks --renew', 'does at once what run --watch does every hour'],
      ['serversync webhooks --remove', 'before ServerSync is taken off this machine'],
      [
        'serversync webhooks --remove --server shop',
        'also of a server that the configuration does not name any more',
      ],
    ],
    exit: exitsOfWaiting,
  });
}

function actOf({ renew, remove, newSecret }: Asked): WebhooksOptions['act'] {
  if (renew) return 'renew';
  if (remove) return 'remove';
  return newSecret ? 'new-secret' : 'show';
}
