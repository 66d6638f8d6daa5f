/** `serversync demo`, `simulate` and `schema` on the command line. */
import type { Command } from 'commander';
import { configurationJsonSchema } from '../config/json-schema.ts';
import { demoCommand } from './demo/demo-command.ts';
import { standardOutput } from './output.ts';
import { simulateCommand } from './simulate-command.ts';
import { ofPractice, stopSignal } from './stop-signal.ts';
import { teach } from './teach.ts';

export function registerPractice(program: Command): void {
  const demo = program
    .command('demo')
    .description(
      'two simulated servers with wrong clocks, 5,000 cities: the whole thing in a quarter of a minute',
    )
    .action(async () => {
      process.exitCode = await demoCommand({
        output: standardOutput(false),
        signal: stopSignal(ofPractice),
      });
    });
  teach(demo, {
    examples: [['serversync demo', 'needs no FileMaker and leaves nothing behind']],
    exit: `
  0  both servers held the same at the end
  1  they did not, or it was stopped`,
  });
  const simulate = program
    .command('simulate')
    .description(
      'a FileMaker Server to practise on: the Data API and OData on this machine, without FileMaker',
    )
    .option('--file <description>', 'a description of the server (YAML or JSON); default: a table Contacts')
    .option('--port <port>', 'the port to listen on (default: that of the description, else 8080)')
    .action(async (options: { readonly file?: string; readonly port?: string }) => {
      const given = { ...options, output: standardOutput(false), signal: stopSignal(ofPractice) };
      process.exitCode = await simulateCommand(given);
    });
  teach(simulate, {
    examples: [['serversync simulate --port 8081', 'a server with a table Contacts, until Ctrl-C']],
    exit: `
  0  it was stopped
  2  the port is taken, or the description is wrong`,
  });
  const schema = program
    .command('schema')
    .description('the JSON Schema of serversync.yaml, for editors')
    .action(() => {
      process.stdout.write(`${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
    });
  teach(schema, {
    examples: [
      ['serversync schema > serversync.schema.json', 'an editor that knows it completes and checks names'],
    ],
    exit: '\n  0  printed',
  });
}
