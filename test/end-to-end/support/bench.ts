/** Two simulated servers, or more, a configuration for them, and runs over them: in this process or as a command. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Output } from '../../../src/cli/output.ts';
import { runOnceCommand } from '../../../src/cli/run-command.ts';
import { statusCommand } from '../../../src/cli/status-command.ts';
import type { Settings } from '../../../src/engine/engine.ts';
import { contactsOver, type Plain } from './contacts-over.ts';
import { type Ended, type Running, startCommand, startRunWith } from './command-line.ts';
import { account, type Office, type OfficeOptions, openOffice } from './office.ts';

export type { Plain };

export type BenchOptions = {
  readonly offices: Readonly<Record<string, OfficeOptions>>;
  /** Merged into `servers.<name>` of the configuration. */
  readonly servers?: Readonly<Record<string, Plain>>;
  /** Merged into `tables.contacts`. */
  readonly table?: Plain;
  /** Merged into `tables.contacts.servers.<name>`. */
  readonly links?: Readonly<Record<string, Plain>>;
  readonly settings?: Partial<Settings>;
};

const zones: Readonly<Record<string, string>> = { hq: 'America/New_York', branch: 'Europe/London' };
/** How wrong the clocks of the offices are, ms, unless a test says otherwise. */
const clocks: Readonly<Record<string, number>> = { hq: -200_000, branch: 47_000 };

const link = z.looseObject({
  table: z.string(),
  server: z.string(),
  read: z.number(),
  created: z.number(),
  updated: z.number(),
  conflicts: z.number(),
  rewritten: z.number(),
  parked: z.number(),
});

const report = z.looseObject({
  exitCode: z.number(),
  work: z.array(link),
  clockSteps: z.array(z.object({ server: z.string(), byMs: z.number() })),
  failures: z.array(z.looseObject({ server: z.string(), code: z.string(), message: z.string() })),
  pending: z.number(),
  conflicts: z.number(),
  parked: z.number(),
  halted: z.array(z.looseObject({ table: z.string(), server: z.string(), why: z.string() })),
  tables: z.array(
    z.looseObject({
      servers: z.array(z.looseObject({ server: z.string(), usersClockBehindMs: z.number() })),
    }),
  ),
});

export type Report = z.infer<typeof report> & { readonly lines: readonly string[] };

const status = z.looseObject({
  parkedRecords: z.array(
    z.looseObject({ server: z.string(), key: z.string(), code: z.string(), reason: z.string() }),
  ),
  latestConflicts: z.array(
    z.looseObject({ kind: z.string(), field: z.string(), key: z.string(), order: z.string() }),
  ),
  pending: z.number(),
});

export type Status = z.infer<typeof status> & {
  readonly exitCode: number;
  readonly lines: readonly string[];
};

export class Bench implements AsyncDisposable {
  readonly directory: string;
  readonly offices: ReadonlyMap<string, Office>;
  readonly configuration: Plain;
  readonly settings: Partial<Settings>;
  readonly environment: Record<string, string>;
  readonly #started: Running[] = [];

  constructor(directory: string, offices: ReadonlyMap<string, Office>, options: BenchOptions) {
    this.directory = directory;
    this.offices = offices;
    this.settings = options.settings ?? {};
    this.configuration = configurationOf(offices, options);
    this.environment = Object.fromEntries([...offices.keys()].flatMap(accountVariables));
  }

  get configFile(): string {
    return join(this.directory, 'serversync.yaml');
  }

  get stateFile(): string {
    return join(this.directory, '.serversync', 'serversync.db');
  }

  office(name: string): Office {
    const office = this.offices.get(name);
    if (office === undefined) throw new Error(`there is no office ${name}`);
    return office;
  }

  get hq(): Office {
    return this.office('hq');
  }

  get branch(): Office {
    return this.office('branch');
  }

  /** Writes the file anew, changed or as it is. */
  async configure(change: (configuration: Plain) => Plain = (same) => same): Promise<void> {
    await writeFile(this.configFile, stringify(change(structuredClone(this.configuration))));
  }

  /** `run --once` in this process. Throws what keeps it from starting. */
  async run(
    signal: AbortSignal = new AbortController().signal,
    asked: { readonly maxRate?: number } = {},
  ): Promise<Report> {
    const { output, lines, objects } = collected();
    const { configFile, environment, settings } = this;
    const at = { configFile, stateDirectory: undefined, environment };
    await runOnceCommand({ ...at, ...asked, output, signal, settings });
    return { ...report.parse(objects.at(-1)), lines };
  }

  async status(examples = false): Promise<Status> {
    const { output, lines, objects } = collected();
    const { configFile } = this;
    const exitCode = await statusCommand({
      configFile,
      stateDirectory: undefined,
      output,
      examples,
      limit: 20,
    });
    return { ...status.parse(objects.at(-1)), exitCode, lines };
  }

  /** The real command, such as `status` or `parked list`, in a process of its own; `--config` is added. */
  start(command: string, ...args: readonly string[]): Running {
    return this.#kept(
      startCommand([...command.split(' '), '--config', this.configFile, ...args], this.environment),
    );
  }

  command(command: string, ...args: readonly string[]): Promise<Ended> {
    return this.start(command, ...args).ended;
  }

  /** `run --once` in a process that may be killed, with the bench's settings. */
  startRun(): Running {
    return this.#kept(startRunWith(this.settings, this.configFile, this.environment));
  }

  resetCounters(): void {
    for (const office of this.offices.values()) office.control.resetCounters();
  }

  #kept(running: Running): Running {
    this.#started.push(running);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#started) child.kill('SIGKILL');
    await Promise.all(this.#started.map(({ ended }) => ended));
    await Promise.all([...this.offices.values()].map((office) => office.close().catch(() => undefined)));
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** The offices in the order in which the configuration names them. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'serversync-test-'));
  const offices = new Map<string, Office>();
  for (const [name, office] of Object.entries(options.offices)) {
    const standard = { timeZone: zones[name] ?? 'UTC', clockOffsetMs: clocks[name] ?? 0 };
    offices.set(name, await openOffice({ ...standard, ...office }));
  }
  const bench = new Bench(directory, offices, options);
  await bench.configure();
  return bench;
}

function configurationOf(offices: ReadonlyMap<string, Office>, options: BenchOptions): Plain {
  const names = [...offices.keys()];
  const server = (name: string): Plain => ({
    url: offices.get(name)?.url,
    database: 'Main',
    timeZone: options.offices[name]?.timeZone ?? zones[name] ?? 'UTC',
    ...options.servers?.[name],
  });
  return contactsOver(names, server, options);
}

function accountVariables(name: string): readonly (readonly [string, string])[] {
  const prefix = `SERVERSYNC_${name.toUpperCase()}`;
  return [
    [`${prefix}_USERNAME`, account.name],
    [`${prefix}_PASSWORD`, account.password],
  ];
}

/** Takes what a command in this process writes. */
export function collected(): { output: Output; lines: string[]; objects: unknown[] } {
  const lines: string[] = [];
  const objects: unknown[] = [];
  const output: Output = {
    terminal: false,
    line: (text) => void lines.push(text),
    json: (make) => void objects.push(JSON.parse(JSON.stringify(make()))),
  };
  return { output, lines, objects };
}
