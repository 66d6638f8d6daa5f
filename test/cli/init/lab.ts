/** Two simulated servers, and `serversync init` over them in this process, or as a command. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { askedOf, type InitOptions } from '../../../src/cli/init/asked.ts';
import { initCommand } from '../../../src/cli/init/command.ts';
import { noQuestions, type Questions } from '../../../src/cli/init/questions.ts';
import { inspectServer } from '../../../src/composition/connect.ts';
import type { DatabaseDescription, SimulatorOptions } from '../../../src/simulator/description.ts';
import { clarisDefaultFields } from '../../../src/simulator/practice.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { collected } from '../../end-to-end/support/bench.ts';
import { type Ended, startCommand } from '../../end-to-end/support/command-line.ts';

export const account = { name: 'sync', password: 'open-sesame-4711' };

export const uuid = (number: number): string =>
  `${String(number).padStart(8, '0')}-AAAA-4AAA-8AAA-AAAAAAAAAAAA`;

/** A file as FileMaker Pro makes it, with `records` in it. */
export const contacts = (
  records: number,
  further: Partial<DatabaseDescription> = {},
): DatabaseDescription => ({
  name: 'Main',
  tables: [
    {
      name: 'Contacts',
      fields: [
        ...clarisDefaultFields,
        { name: 'Name', type: 'text' },
        { name: 'Status', type: 'text', autoEnter: 'trim' },
      ],
      rows: Array.from({ length: records }, (_, index) => ({
        PrimaryKey: uuid(index + 1),
        Name: `Name ${index + 1}`,
        Status: 'new',
        ModificationTimestamp: '2026-01-02T03:04:05',
      })),
    },
  ],
  layouts: [{ name: 'Contacts_Sync', table: 'Contacts' }],
  ...further,
});

const noOptions: InitOptions = {
  output: 'serversync.yaml',
  server: [],
  api: [],
  database: [],
  timeZone: [],
  caFile: [],
  role: [],
  table: [],
  layout: [],
  key: [],
  modified: [],
  stampedBy: [],
  with: [],
  without: [],
};

export type Asking = {
  readonly options?: Partial<InitOptions>;
  readonly questions?: Questions;
  readonly isKnown?: boolean;
  readonly inspect?: typeof inspectServer;
};

export class Lab implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'serversync-test-'));
  readonly simulators: readonly Simulator[];

  constructor(simulators: readonly Simulator[]) {
    this.simulators = simulators;
  }

  get path(): string {
    return join(this.directory, 'serversync.yaml');
  }

  get written(): string {
    return readFileSync(this.path, 'utf8');
  }

  get servers(): readonly string[] {
    return this.simulators.map(({ url }, index) => `${names[index]}=${url}`);
  }

  get environment(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      names.flatMap((name) => [
        [`SERVERSYNC_${name.toUpperCase()}_USERNAME`, account.name],
        [`SERVERSYNC_${name.toUpperCase()}_PASSWORD`, account.password],
      ]),
    );
  }

  /** In this process; the servers are given by options unless questions are to ask for them. */
  async init({
    options = {},
    questions = noQuestions,
    isKnown = true,
    inspect = inspectServer,
  }: Asking = {}) {
    const given = { ...noOptions, ...(isKnown && { server: this.servers }), ...options };
    const { output, lines, objects } = collected();
    const printed: string[] = [];
    const exitCode = await initCommand({
      asked: askedOf(given),
      path: this.path,
      accountsFile: undefined,
      deletes: given.deletes,
      isForced: given.force === true,
      isDry: given.dryRun === true,
      createsFields: given.createFields === true,
      questions,
      environment: isKnown ? this.environment : {},
      open: ({ account: login, ...of }) =>
        inspect({
          ...of,
          ...(login !== undefined && { account: login }),
          clock: systemClock,
          random: Math.random,
          retry: { attempts: 1 },
        }),
      now: () => systemClock.now(),
      output,
      print: (text) => void printed.push(text),
      signal: new AbortController().signal,
    });
    return { exitCode, lines, text: lines.join('\n'), printed: printed.join(''), report: objects.at(-1) };
  }

  /** The real command, in the folder of the lab. */
  command(...args: readonly string[]): Promise<Ended> {
    return startCommand(args, this.environment, this.directory).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.simulators.map((simulator) => simulator.close()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const names = ['hq', 'branch', 'third'];

export async function openLab(
  ...servers: readonly (DatabaseDescription | Partial<SimulatorOptions>)[]
): Promise<Lab> {
  const simulators: Simulator[] = [];
  for (const [index, server] of servers.entries()) {
    const options = 'tables' in server ? { databases: [server] } : server;
    simulators.push(
      await startSimulator({ databases: [], accounts: [account], seed: index + 1, ...options }),
    );
  }
  return new Lab(simulators);
}
