/**
 * `serversync init`: looks at servers, proposes what to keep the same, and writes it as a configuration. Nothing is written to
 * a server.
 *
 *   R9  Accounts go into no configuration, and no value of a record is shown.
 */
import { dirname, relative, resolve } from 'node:path';
import { accountsFileOf, readAccountsFile, withAccounts } from '../../config/accounts-file.ts';
import type { Environment } from '../../config/credentials.ts';
import { parseConfiguration } from '../../config/load.ts';
import { didYouMean } from '../../config/suggest.ts';
import { commandLine } from '../../composition/command-line.ts';
import type { DeletePolicy } from '../../core/link.ts';
import type { TableName } from '../../core/names.ts';
import { proposeFound } from '../../setup/propose.ts';
import type { TableChoices, TableProposal } from '../../setup/proposal.ts';
import { stepsFor } from '../../setup/steps.ts';
import { writtenConfiguration } from '../../setup/written.ts';
import { writePrivately } from '../accounts/private-writing.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { Stopped } from '../stop-signal.ts';
import type { Asked } from './asked.ts';
import { changedChoices } from './change.ts';
import { mayWrite, writeFiles } from './files.ts';
import { reportOf } from './json.ts';
import { detailLines, overviewLines, unmatchedLines } from './lines.ts';
import { type Looked, lookAtServers } from './looked.ts';
import type { Questions } from './questions.ts';
import { type OpenInspection, type Reached, reachServers } from './reach.ts';

export type InitCommand = {
  readonly asked: Asked;
  /** Where the configuration is written. */
  readonly path: string;
  readonly accountsFile: string | undefined;
  readonly deletes: DeletePolicy | undefined;
  readonly isForced: boolean;
  readonly isDry: boolean;
  readonly createsFields: boolean;
  readonly questions: Questions;
  readonly environment: Environment;
  readonly open: OpenInspection;
  readonly now: () => number;
  readonly output: Output;
  /** Where the configuration goes with isDry: stdout, unless that is for JSON. */
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
};

/** Throws Refused, ConfigurationError, ServerError, Stopped: then nothing was written. */
export async function initCommand(command: InitCommand): Promise<ExitCode> {
  const { path, isForced, isDry, createsFields, questions, output } = command;
  if (!isDry && !createsFields) await mayWrite(path, isForced, questions);
  const stored = readAccountsFile(accountsFileOf(path, command.accountsFile), {
    isRequired: command.accountsFile !== undefined,
  });
  const environment = withAccounts(command.environment, stored);
  const servers = await reachServers({ ...command, environment });
  try {
    const looked = await lookAtServers(servers, command);
    const tables = await agreed(looked, servers, command);
    if (createsFields) return tellSteps(tables, output);
    return await finish(tables, servers, command);
  } finally {
    await Promise.all(servers.map(({ inspection }) => inspection.close()));
  }
}

/** The proposal, shown, and changed until the person agrees. */
async function agreed(
  looked: Looked,
  servers: readonly Reached[],
  { asked, questions, output }: InitCommand,
): Promise<readonly TableProposal[]> {
  const choices = new Map<TableName, TableChoices>(
    looked.tables.map(({ name }) => [name, asked.choicesOf(name)]),
  );
  await askRoles(choices, servers, questions);
  for (;;) {
    const tables = looked.tables.map((match) => proposeFound(match, looked.samples, choices.get(match.name)));
    for (const table of tables) refuseUnknownFields(table, choices.get(table.name));
    for (const line of proposalLines(tables, looked)) output.line(line);
    if (!questions.isAsking) return tables;
    // What is above may have left the screen.
    for (const line of overviewLines(tables)) output.line(line);
    const changed = await askChange(tables, questions);
    if (changed === undefined) return tables;
    const before = choices.get(changed.name) ?? asked.choicesOf(changed.name);
    choices.set(changed.name, await changedChoices(changed, before, questions));
  }
}

/** A name that was mistyped would change nothing, and nobody would see it. */
function refuseUnknownFields({ name, shared }: TableProposal, choices: TableChoices | undefined): void {
  const { key, stamp, with: taken = [], without = [] } = choices ?? {};
  const named = [key, stamp, ...taken, ...without].filter((field) => field !== undefined);
  const unknown = named.find((field) => !shared.includes(field.replace(/\(\d+\)$/, '')));
  if (unknown === undefined) return;
  throw new Refused(
    'nothing-shared',
    `table ${name}: there is no field ${unknown} that all servers have with one type. ${didYouMean(unknown, shared)}They share ${shared.join(', ')}`,
  );
}

const proposalLines = (tables: readonly TableProposal[], { unmatched }: Looked): readonly string[] => [
  '',
  ...overviewLines(tables),
  ...tables.flatMap((table) => detailLines(table)),
  '',
  ...unmatchedLines(unmatched),
];

async function askRoles(
  choices: Map<TableName, TableChoices>,
  servers: readonly Reached[],
  questions: Questions,
): Promise<void> {
  const isGiven = [...choices.values()].some(({ roles }) => roles.size > 0);
  const message = 'Shall changes go both ways, between all servers?';
  if (isGiven || (await questions.yes({ message, initial: true }))) return;
  for (const { name } of servers) {
    const role = await questions.one({
      message: `What does ${name} do?`,
      choices: [
        { name: 'both: its changes go to the others, and theirs to it', value: 'both' as const },
        { name: 'send: it is read, and never written', value: 'send' as const },
        { name: 'receive: it is written, and its own changes go nowhere', value: 'receive' as const },
      ],
    });
    for (const [table, before] of choices)
      choices.set(table, { ...before, roles: new Map([...before.roles, [name, role]]) });
  }
}

async function askChange(
  tables: readonly TableProposal[],
  questions: Questions,
): Promise<TableProposal | undefined> {
  return questions.one({
    message: 'Is that right?',
    choices: [
      { name: 'Yes, go on', value: undefined },
      ...tables.map((table) => ({ name: `Change ${table.name}: key, stamp, fields`, value: table })),
    ],
  });
}

async function finish(
  tables: readonly TableProposal[],
  servers: readonly Reached[],
  command: InitCommand,
): Promise<ExitCode> {
  const { path, isDry, output, print } = command;
  const ready = tables.filter(({ lacks }) => lacks.length === 0);
  if (ready.length === 0) throw nothingReady(tables);
  for (const line of hiddenLines(ready)) output.line(line);
  const deletes = command.deletes ?? (await askDeletes(command.questions));
  const ofServers = servers.map(({ name, url, api, timeZone, caFile }) => ({
    name,
    url,
    api,
    timeZone,
    ...(caFile !== undefined && { caFile: relative(dirname(resolve(path)), resolve(caFile)) }),
  }));
  const text = writtenConfiguration(ready, { servers: ofServers.filter(isIn(ready)), deletes });
  parseConfiguration(text, path);
  if (isDry) print(text);
  else writeFiles(path, text, output);
  if (!isDry) await offerAccounts(servers, command);
  const exitCode = ready.length === tables.length ? exitCodes.inStep : exitCodes.incomplete;
  for (const line of isDry ? [] : nextLines(path, tables.length - ready.length)) output.line(line);
  output.json(() => ({ exitCode, file: isDry ? null : path, ...reportOf(tables, ofServers, deletes) }));
  return exitCode;
}

/** A server that none of the tables is on is not configured. */
const isIn =
  (tables: readonly TableProposal[]) =>
  ({ name }: { readonly name: string }): boolean =>
    tables.some(({ places }) => places.some(({ server }) => server === name));

const nothingReady = (tables: readonly TableProposal[]): Refused =>
  new Refused(
    'nothing-shared',
    `none of the tables can be synced as it is (${tables.map(({ name, lacks }) => `${name} lacks ${lacks.join(', ')}`).join('; ')}), so nothing was written. serversync init --create-fields says, step by step, what to add in FileMaker`,
  );

const askDeletes = (questions: Questions): Promise<DeletePolicy> =>
  questions.one<DeletePolicy>({
    message: 'What shall become of a record that is deleted on one server?',
    choices: [
      { name: 'ignore: it stays on the others. Safe to begin with', value: 'ignore' },
      {
        name: 'edit-wins: it is deleted everywhere, but comes back if it was edited elsewhere',
        value: 'edit-wins',
      },
      { name: 'delete-wins: it is deleted everywhere', value: 'delete-wins' },
    ],
  });

async function offerAccounts(
  servers: readonly Reached[],
  { path, accountsFile, questions, output }: InitCommand,
): Promise<void> {
  const typed = servers.filter(({ isTyped }) => isTyped);
  const file = accountsFileOf(path, accountsFile);
  const message = `Store ${typed.length === 1 ? 'the account' : 'the accounts'} in ${file}, which only you may read?`;
  if (typed.length === 0 || !(await agreedTo(questions, message))) return;
  const added = Object.fromEntries(typed.map(({ name, account }) => [name, account]));
  writePrivately(file, `${JSON.stringify({ ...readAccountsFile(file), ...added }, undefined, 2)}\n`);
  output.line(`stored ${typed.map(({ name }) => name).join(' and ')} in ${file}`);
}

/** The configuration is written by then: whoever breaks off here only does not want this. */
const agreedTo = (questions: Questions, message: string): Promise<boolean> =>
  questions.yes({ message, initial: true }).catch((error: unknown) => {
    if (error instanceof Stopped) return false;
    throw error;
  });

function nextLines(path: string, lacking: number): readonly string[] {
  const place = { configFile: path, stateDirectory: undefined };
  return [
    ...(lacking === 0 ? [] : [`    ${lacking} of the tables are not in it yet, see above`]),
    'Next:',
    `    ${commandLine(['doctor'], place)}`,
    '        whether servers, layouts (over OData tables) and account are as the sync needs them, and what to do where not',
    `    ${commandLine(['plan'], place)}`,
    '        what the first run would write where; it writes nothing. Back the files up before the run',
    `    ${commandLine(['run', '--once'], place)}`,
  ];
}

/** Where nobody could tell later: over OData what is hidden looks like what is deleted. */
const hiddenLines = (tables: readonly TableProposal[]): readonly string[] =>
  tables.some(({ places }) => places.some(({ api }) => api === 'odata'))
    ? [
        'over OData a record that the account may not see counts as deleted: see in FileMaker that its privilege set may',
        '    view all records of these tables (File > Manage > Security…, Records: View: yes, without a calculation)',
        '',
      ]
    : [];

function tellSteps(tables: readonly TableProposal[], output: Output): ExitCode {
  const all = tables.flatMap((table) => stepsFor(table));
  for (const { title, steps } of all) {
    output.line(title);
    for (const [index, step] of steps.entries()) output.line(`${String(index + 1).padStart(3)}. ${step}`);
    output.line('');
  }
  if (all.length === 0) output.line('Nothing is missing: each table has a key and a stamp');
  output.json(() => ({ exitCode: all.length === 0 ? 0 : 1, steps: all }));
  return all.length === 0 ? exitCodes.inStep : exitCodes.incomplete;
}
