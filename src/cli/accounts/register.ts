/** `serversync accounts …` on the command line. */
import { type Command, Option } from 'commander';
import { standardOutput } from '../output.ts';
import { teach } from '../teach.ts';
import { accountsOption, type OfAccounts } from './options.ts';
import { setAccountCommand } from './set-command.ts';
import { notAnArgument } from './usable-account.ts';

type Choices = OfAccounts & {
  readonly config: string;
  readonly username?: string;
  readonly password?: unknown;
  readonly json?: boolean;
};

export function registerAccounts(program: Command): void {
  const set = program
    .command('accounts')
    .description('accounts of the servers in a file of this machine, for a service or a schedule')
    .command('set')
    .description(
      'store the FileMaker account of a server in a file that only you may read; asks for it, or reads account name ' +
        'and password from stdin, a line each. Variables of the environment win over it',
    )
    .argument('<server>', 'a server of the configuration')
    .option('--config <file>', 'the configuration', 'serversync.yaml')
    .addOption(accountsOption())
    .option('--username <name>', 'the account name; then only the password is asked for')
    .option('--json', 'one JSON object as the last line of stdout; text for people goes to stderr')
    // Refused below, in words that do not show it.
    .addOption(new Option('--password [password]').hideHelp())
    .allowExcessArguments()
    .action(async (server: string, options: Choices, command: Command) => {
      const { config: configFile, accounts: accountsFile, username, password, json = false } = options;
      if (password !== undefined || command.args.length > 1) command.error(notAnArgument);
      const keyboard = { input: process.stdin, output: process.stderr };
      const chosen = { server, username, accountsFile };
      const output = standardOutput(json);
      process.exitCode = await setAccountCommand({ configFile, ...chosen, keyboard, output });
    });
  teach(set, {
    examples: [
      ['serversync accounts set hq', 'asks for account name and password, and stores both'],
      ['serversync accounts set hq --username sync', 'asks for the password; < FILE reads it from there'],
    ],
    exit: `
  0  stored; it is used from the next start on
  1  it was stopped: nothing was stored
  2  there is no such server, the account cannot be one, or others may read the
     file; nothing was stored`,
  });
}
