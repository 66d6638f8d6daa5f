/** The command line: what there is, what it means, what it exits with. Each command has a file of its own. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { configurationJsonSchema } from '../config/json-schema.ts';
import type { Chosen } from '../engine/run.ts';
import { approveCommand } from './approve-command.ts';
import { registerConflicts, type Shared } from './conflicts/register.ts';
import { failureOf, unexpected } from './failures.ts';
import { answerCommand, haltedPlaceOf, haltsCommand } from './halts-command.ts';
import { registerHistory } from './history/register.ts';
import { outliveReaders, standardOutput } from './output.ts';
import { parkedListCommand } from './parked-list-command.ts';
import { parkedRetryCommand } from './parked-retry-command.ts';
import type { ParkedSelection } from './parked-selection.ts';
import { registerChecks } from './register-checks.ts';
import { runOnceCommand } from './run-command.ts';
import { setSecretCommand } from './secrets-command.ts';
import { statusCommand } from './status-command.ts';
import { sweepCommand } from './sweep-command.ts';
import { ofApproval, ofPractice, stopSignal } from './stop-signal.ts';
import { watchCommand } from './watch-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { demoCommand } from './demo/demo-command.ts';

type Common = { readonly config: string; readonly state?: string; readonly json?: boolean };

type OfStack = { readonly stack?: string };
type StatusChoices = OfStack & { readonly examples?: boolean; readonly limit: number };
type ParkedChoices = OfStack & ParkedSelection;
type SecretsChoices = {
  readonly config: string;
  readonly stack?: string;
  readonly username?: string;
  readonly password?: unknown;
};

const exitHelp = `
Exit codes:
  0  everything is in step
  1  done, but something is parked, halted, or waits for a later try; or the
     run was stopped, or another one is at work with the same state
  2  the configuration, a layout or the state directory has to change first;
     nothing was written
  3  a server could not be reached, is no FileMaker Server, or refused the
     account`;

const program = new Command('serversync')
  .description('Keeps tables of two or more FileMaker Servers the same.')
  .showHelpAfterError('(serversync --help tells more)')
  .exitOverride()
  .addHelpText(
    'after',
    `${exitHelp}

Start here:
  serversync demo                 see it work, with two simulated servers
  serversync run --once           sync what serversync.yaml says, once
  serversync status               what waits, what was decided, which clocks are wrong

Accounts come from the environment: SERVERSYNC_<SERVER>_USERNAME and SERVERSYNC_<SERVER>_PASSWORD.`,
  );

const common = (command: Command): Command =>
  command
    .option('--config <file>', 'the configuration', 'serversync.yaml')
    .option('--state <directory>', 'where the state lies (default: .serversync beside the configuration)')
    .option('--json', 'one JSON object as the last line of stdout; text for people goes to stderr');

common(program.command('run'))
  .description('sync: read what changed on every server, write what is missing on the others')
  .addOption(new Option('--once', 'one pass, then end with an exit code').conflicts('watch'))
  .addOption(
    new Option('--watch', 'go on by the schedule until Ctrl-C (SIGINT or SIGTERM)').conflicts('once'),
  )
  .addHelpText('after', exitHelp)
  .action(
    async (options: Common & { readonly once?: boolean; readonly watch?: boolean }, command: Command) => {
      if (!options.once && !options.watch)
        command.error('say --once (one pass) or --watch (by the schedule)');
      const run = { ...where(options), environment: process.env, signal: stopSignal() };
      process.exitCode = options.watch ? await watchCommand(run) : (await runOnceCommand(run)).exitCode;
    },
  );

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}

const ofStack = (): Option =>
  new Option('--stack <name>', 'of a stack on AWS instead of this machine').conflicts('state');

common(program.command('status'))
  .description('what waits, what is parked, conflicts, lag and clocks; asks no server')
  .addHelpText('after', exitHelp)
  .option('--examples', 'with values of records, to judge halts and conflicts by')
  .option('--limit <number>', 'parked records and conflicts shown at most, latest first', wholeNumber, 20)
  .addOption(ofStack())
  .action(async (options: Common & StatusChoices) => {
    const { limit, examples = false } = options;
    process.exitCode = await statusCommand({ ...where(options), examples, limit });
  });

program
  .command('secrets')
  .description('accounts of the servers for a stack on AWS')
  .command('set')
  .description(
    'store the FileMaker account of a server in AWS Secrets Manager; asks for it, or reads account name and password ' +
      'from stdin, a line each',
  )
  .argument('<server>')
  .option('--config <file>', 'the configuration', 'serversync.yaml')
  .option(
    '--stack <name>',
    'the name of the stack; default: that of the configuration (aws.stack, ServerSync)',
  )
  .option('--username <name>', 'the account name; then only the password is asked for')
  // Refused below, in words that do not show it.
  .addOption(new Option('--password [password]').hideHelp())
  .allowExcessArguments()
  .action(async (server: string, options: SecretsChoices, command: Command) => {
    const { config: configFile, stack, username, password } = options;
    if (password !== undefined || command.args.length > 1) command.error(notAnArgument);
    const output = standardOutput(false);
    const keyboard = { input: process.stdin, output: process.stderr };
    const chosen = { ...(stack !== undefined && { stack }), server, username };
    process.exitCode = await setSecretCommand({ configFile, ...chosen, keyboard, output });
  });

const notAnArgument =
  'give the name of one server and no password: it is asked for. If you wrote one, the shell may have kept it: ' +
  'clear its history and change the password';

common(program.command('sweep'))
  .description('compare whole tables now: finds deletes, and changes that no stamp shows')
  .addHelpText('after', exitHelp)
  .option('--table <table>', 'this table only')
  .option('--server <server>', 'on this server only')
  .action(async (options: Common & Chosen) => {
    const { table, server } = options;
    const chosen = { ...(table !== undefined && { table }), ...(server !== undefined && { server }) };
    const run = { ...where(options), environment: process.env, signal: stopSignal() };
    process.exitCode = await sweepCommand({ ...run, chosen });
  });

registerChecks<Common>(program, { common, wholeNumber, where: (options) => where(options) });

common(program.command('halts'))
  .description('what waits for a person, and the ways out; with an id: some of its records too')
  .addHelpText('after', exitHelp)
  .argument('[id]')
  .addOption(ofStack())
  .action(async (id: string | undefined, options: Common & OfStack) => {
    process.exitCode = await haltsCommand({ ...where(options), id });
  });

common(program.command('approve'))
  .description(
    'let what is halted go on: an id of serversync halts, or a table and a server at their first meeting',
  )
  .addHelpText('after', exitHelp)
  .argument('<id-or-table>')
  .argument('[server]')
  .addOption(ofStack())
  .action(async (name: string, server: string | undefined, options: Common & OfStack) => {
    const place = where(options);
    const halted = server === undefined ? await haltedPlaceOf(place, name) : undefined;
    if (server === undefined && halted?.why !== 'first-meeting') {
      process.exitCode = await answerCommand({ ...place, id: name, what: 'approve' });
      return;
    }
    const [table, on] = halted === undefined ? [name, server ?? ''] : [halted.table, halted.server];
    process.exitCode = await approveCommand({ ...place, table, server: on, signal: stopSignal(ofApproval) });
  });

common(program.command('dismiss'))
  .description('what was halted is mended on the server: look at it anew')
  .addHelpText('after', exitHelp)
  .argument('<id>', 'an id of serversync halts')
  .addOption(ofStack())
  .action(async (id: string, options: Common & OfStack) => {
    process.exitCode = await answerCommand({ ...where(options), id, what: 'dismiss' });
  });

const parked = program
  .command('parked')
  .description('records that a server would not take, or that cannot be told apart');

const ofParked = (command: Command): Command =>
  common(command)
    .option('--table <table>', 'of this table only')
    .option('--server <server>', 'on this server only')
    .addOption(ofStack())
    .addHelpText('after', exitHelp);

ofParked(parked.command('list'))
  .description('what is parked, by cause, with what to look at; asks no server')
  .option('--limit <number>', 'keys shown at most for a cause in a table on a server', wholeNumber, 20)
  .action(async (options: Common & ParkedChoices & { readonly limit: number }) => {
    const { table, server, limit } = options;
    process.exitCode = await parkedListCommand({ ...where(options), table, server, limit });
  });

ofParked(parked.command('retry'))
  .description('have parked records tried again soon, once their cause is mended')
  .option('--key <key>', 'the one with this key only')
  .action(async (options: Common & ParkedChoices) => {
    const { table, server, key } = options;
    process.exitCode = await parkedRetryCommand({ ...where(options), table, server, key });
  });

const shared: Shared<Common & OfStack> = {
  common,
  ofStack,
  wholeNumber,
  where: (options) => where(options),
};
registerConflicts(program, shared);
registerHistory(program, shared);

program
  .command('simulate')
  .description('a FileMaker Server to practise on: the Data API on this machine, without FileMaker')
  .option('--file <description>', 'a description of the server (YAML or JSON); default: a table Contacts')
  .option('--port <port>', 'the port to listen on (default: that of the description, else 8080)')
  .action(async (options: { readonly file?: string; readonly port?: string }) => {
    process.exitCode = await simulateCommand({
      ...options,
      output: standardOutput(false),
      signal: stopSignal(ofPractice),
    });
  });

program
  .command('demo')
  .description(
    'two simulated servers with wrong clocks, 5,000 cities: the whole thing in a quarter of a minute',
  )
  .action(async () => {
    process.exitCode = await demoCommand({ output: standardOutput(false), signal: stopSignal(ofPractice) });
  });

program
  .command('schema')
  .description('the JSON Schema of serversync.yaml, for editors')
  .action(() => {
    process.stdout.write(`${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
  });

const where = ({ config, state, stack, json }: Common & OfStack) => ({
  configFile: config,
  stateDirectory: state,
  ...(stack !== undefined && { stack }),
  output: standardOutput(json === true),
});

async function main(): Promise<void> {
  outliveReaders();
  try {
    await program.parseAsync();
  } catch (error) {
    // Help that was asked for.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const failure = failureOf(error) ?? unexpected(error);
    process.exitCode = failure.exitCode;
    // Commander has said already what is wrong with the command line.
    if (!(error instanceof CommanderError)) process.stderr.write(`serversync: ${failure.message}\n`);
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(failure)}\n`);
  }
}

await main();
