/** `serversync secrets …` on the command line. */
import { type Command, Option } from 'commander';
import { notAnArgument } from './accounts/usable-account.ts';
import { standardOutput } from './output.ts';
import { setSecretCommand } from './secrets-command.ts';
import { teach } from './teach.ts';

type Choices = {
  readonly config: string;
  readonly stack?: string;
  readonly username?: string;
  readonly password?: unknown;
};

export function registerSecrets(program: Command): void {
  const set = program
    .command('secrets')
    .description('accounts of the servers for a stack on AWS')
    .command('set')
    .description(
      'store the FileMaker account of a server in AWS Secrets Manager; asks for it, or reads account name and password ' +
        'from stdin, a line each',
    )
    .argument('<server>', 'a server of the configuration')
    .option('--config <file>', 'the configuration', 'serversync.yaml')
    .option(
      '--stack <name>',
      'the name of the stack; default: that of the configuration (aws.stack, ServerSync)',
    )
    .option('--username <name>', 'the account name; then only the password is asked for')
    // Refused below, in words that do not show it.
    .addOption(new Option('--password [password]').hideHelp())
    .allowExcessArguments()
    .action(async (server: string, options: Choices, command: Command) => {
      const { config: configFile, stack, username, password } = options;
      if (password !== undefined || command.args.length > 1) command.error(notAnArgument);
      const output = standardOutput(false);
      const keyboard = { input: process.stdin, output: process.stderr };
      const chosen = { ...(stack !== undefined && { stack }), server, username };
      process.exitCode = await setSecretCommand({ configFile, ...chosen, keyboard, output });
    });
  teach(set, {
    examples: [['serversync secrets set hq --username sync', 'asks for the password, and stores both']],
    exit: `
  0  stored
  1  AWS could not be asked, or it was stopped
  2  there is no such server or stack, or the account cannot be one`,
  });
}
