/** `serversync console` on the command line. */
import { type Command, InvalidArgumentError } from 'commander';
import { accountsOption, type OfAccounts, reaching } from '../accounts/options.ts';
import { asOption } from '../operator.ts';
import { type As, type Common, common, type OfStack, ofStack, where, wholeNumber } from '../shared.ts';
import { ofShowing, stopSignal } from '../stop-signal.ts';
import { teach } from '../teach.ts';
import { consoleCommand } from './console-command.ts';

type Options = Common & OfStack & As & OfAccounts & { readonly port: number; readonly open?: boolean };

export function registerConsole(program: Command): void {
  const console = common(program.command('console'))
    .description(
      'a page on this machine to look and decide: lag, conflicts, parked records, halts, histories',
    )
    .option('--port <number>', 'listen there; 0: any port that is free', portNumber, 0)
    .option('--open', 'open it in a browser')
    .option('--no-open', 'only print the address, which is so without --open')
    .addOption(ofStack())
    .addOption(asOption())
    .addOption(accountsOption())
    .action(async (options: Options) => {
      const { port, open = false } = options;
      const signal = stopSignal(ofShowing);
      process.exitCode = await consoleCommand({
        ...where(options),
        ...reaching(options),
        port,
        open,
        signal,
      });
    });
  teach(console, {
    examples: [
      ['serversync console', 'prints an address that holds a token: open it in a browser on this machine'],
      ['serversync console --stack ServerSync', 'of a stack on AWS, with your own AWS credentials'],
      ['serversync console --port 8090 --as mary', 'always there; what is decided is put down as of mary'],
    ],
    exit: `
  0  ended by Ctrl-C
  2  no state yet, the port is taken, or the configuration has to change first`,
  });
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('Give a port, 0 to 65535.');
}
