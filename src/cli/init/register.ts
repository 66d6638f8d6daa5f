/** `serversync init` on the command line. */
import { type Command, Option } from 'commander';
import { inspectServer } from '../../composition/connect.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { accountsOption } from '../accounts/options.ts';
import { standardOutput } from '../output.ts';
import { Refused } from '../refused.ts';
import { stopSignal } from '../stop-signal.ts';
import { teach } from '../teach.ts';
import { askedOf, type InitOptions } from './asked.ts';
import { initCommand } from './command.ts';
import { noQuestions, type Questions, terminalQuestions } from './questions.ts';
import type { OpenInspection } from './reach.ts';

const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function registerInit(program: Command): void {
  const init = program
    .command('init')
    .description(
      'look at servers, propose what to keep the same, and write it as a configuration. Asks for what no option says; ' +
        'writes nothing to a server',
    )
    .option('--output <file>', 'the configuration that is written', 'serversync.yaml');
  for (const [flags, description] of lists) init.option(flags, description, several, []);
  init
    .addOption(
      new Option('--deletes <policy>', 'what a delete does (default: ignore)').choices([
        'ignore',
        'edit-wins',
        'delete-wins',
      ]),
    )
    .addOption(accountsOption())
    .option('--yes', 'ask nothing: take what is proposed where no option says otherwise')
    .option('--force', 'replace the file if it is there; a copy is kept')
    .option('--dry-run', 'print the configuration, and write no file')
    .option('--create-fields', 'say what to add in FileMaker where a table lacks something; writes no file')
    .option('--json', 'one JSON object as the last line of stdout; text for people goes to stderr')
    .action(async (options: InitOptions) => {
      process.exitCode = await performed(options);
    });
  teach(init, {
    examples: [
      ['serversync init', 'asks for the servers and their accounts, and proposes all that they share'],
      ['serversync init --create-fields', 'what is missing in FileMaker, step by step'],
      [
        'serversync init --yes --server hq=URL --server branch=URL --dry-run',
        'asks nothing; accounts come from the environment, zones with --time-zone',
      ],
      ['serversync init --table contacts --layout contacts@hq=Web_People', 'of these layouts'],
    ],
    exit: `
  0  written, or shown
  1  written, but a table is left out that lacks something; with
     --create-fields: something is missing; or it was stopped, and nothing was
     written
  2  an option is missing or wrong, the file is there already, or no table can
     be synced as it is; nothing was written
  3  a server could not be reached, is no FileMaker Server, or refused the
     account`,
  });
}

const lists: readonly (readonly [flags: string, description: string])[] = [
  ['--server <name=address>', 'a server; once for each'],
  ['--api <api>', 'data or odata; for one server: branch=odata (default: data, unless only OData answers)'],
  ['--database <name=file>', 'a file of that server (default: all that the account may open)'],
  ['--time-zone <name=zone>', 'the zone of its clock, such as hq=Europe/Berlin'],
  ['--ca-file <name=file>', 'the authority that signed its certificate (PEM)'],
  ['--role <name=role>', 'both, send or receive; for one table: contacts@hq=send'],
  ['--table <table>', 'this table (default: all that the servers share)'],
  ['--layout <table@name=layout>', 'the layout of a table on that server; over OData its table occurrence'],
  ['--key <table=field>', 'its key, whatever is said against it'],
  ['--modified <table=field>', 'its modification stamp'],
  ['--stamped-by <table=clock>', 'host, user or utcMilliseconds'],
  ['--with <table.field>', 'takes a field in that FileMaker fills by itself'],
  ['--without <table.field>', 'leaves a field out'],
];

async function performed(options: InitOptions): Promise<number> {
  const { output: path, accounts, deletes, yes = false, json = false, dryRun = false } = options;
  const output = standardOutput(json || dryRun);
  const signal = stopSignal({ now: 'sessions are logged out', after: 'nothing was written' });
  return initCommand({
    asked: askedOf(options),
    path,
    accountsFile: accounts,
    deletes,
    isForced: options.force === true,
    isDry: dryRun,
    createsFields: options.createFields === true,
    questions: await questionsFor(yes, signal),
    environment: process.env,
    open,
    now: () => systemClock.now(),
    output: json ? output : { ...output, json: () => undefined },
    print: (text) => (json ? process.stderr : process.stdout).write(text),
    signal,
  });
}

/** Throws Refused where there is nobody, and it was not said that nobody is to be asked. */
async function questionsFor(isSilent: boolean, signal: AbortSignal): Promise<Questions> {
  if (isSilent) return noQuestions;
  if (process.stdin.isTTY) return terminalQuestions(process.stdin, process.stderr, signal);
  throw new Refused(
    'not-asked',
    'there is no terminal to ask at: say --yes to take what is proposed, and --server NAME=ADDRESS for each server',
  );
}

const open: OpenInspection = ({ name, url, api, caFile, account }) =>
  inspectServer({
    api,
    name,
    url,
    ...(caFile !== undefined && { caFile }),
    ...(account !== undefined && { account }),
    clock: systemClock,
    random: Math.random,
  });
