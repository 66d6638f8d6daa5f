/**
 * From the environment to a working engine. What outlives an invocation (clients, configuration, tables, accounts) is made
 * once; connections to servers are made for one invocation, and their sessions logged out at its end.
 */
import type { Context } from 'aws-lambda';
import type { Configuration, ServerConfiguration } from '../src/config/configuration.ts';
import { identityOf } from '../src/config/identity.ts';
import { loadConfiguration } from '../src/config/load.ts';
import type { ResolvedTable } from '../src/config/resolve.ts';
import { rateOfEachWriter, sessionParts } from '../src/config/session-parts.ts';
import { accountOf, SecretError } from '../src/composition/accounts.ts';
import { type AwsClients, awsClients, stateOf } from '../src/composition/aws-installation.ts';
import { connectServer } from '../src/composition/connect.ts';
import { DataMeter } from '../src/composition/data-meter.ts';
import { engineOf, retriesTo } from '../src/composition/engine-of.ts';
import { askedFor, knownLayouts } from '../src/composition/known-layouts.ts';
import {
  haltDrifted,
  type KnownTables,
  knownTables,
  tellCalledOtherwise,
} from '../src/composition/known-tables.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import type { Credentials } from '../src/config/credentials.ts';
import { leastWriterSeconds, writerSeconds } from '../src/config/writer-time.ts';
import type { Breaker } from '../src/core/breaker.ts';
import type { ServerName } from '../src/core/names.ts';
import { boundsOf } from '../src/core/niceness.ts';
import { withinDataLimit } from '../src/engine/data-limit.ts';
import { defaultSettings, type Engine, type Settings } from '../src/engine/engine.ts';
import type { EngineEvent } from '../src/engine/events.ts';
import { ApplyMemory } from '../src/filemaker/data-api/apply-state.ts';
import type { Server } from '../src/ports/server.ts';
import { ServerError } from '../src/ports/server-errors.ts';
import type { AwsState } from '../src/state/aws/aws-state.ts';
import { type FunctionEnvironment, readEnvironment } from './environment.ts';
import { Expiring } from './expiring.ts';
import { toldByKind, unusual } from './observe.ts';
import { standstillsIn } from './paused.ts';

/** Layouts and accounts that an invocation read are used by later ones of the process for so long, ms. */
const keptMs = { tables: 60 * 60_000, accounts: 5 * 60_000 };

/** Eight tries of a request to DynamoDB are over after 45 s (src/composition/aws-installation.ts). */
const leastStoringMs = 60_000;

/**
 * A message is hidden for six times the longest life of a writer, as its queue says (infra). That life is less than twice as long as
 * storing may take (engine/moved.ts). A batch without files is worked on as fast as where there are none: its message counts as lost sooner,
 * though still after more than the life of any writer.
 */
function timesOf(
  configuration: Configuration,
): Pick<Settings, 'visibilityMs' | 'fileVisibilityMs' | 'storingMs'> {
  const writerMs = writerSeconds(configuration) * 1000;
  const fileVisibilityMs = 6 * writerMs;
  const visibilityMs = Math.min(fileVisibilityMs, 6 * leastWriterSeconds * 1000);
  return { visibilityMs, fileVisibilityMs, storingMs: Math.max(leastStoringMs, writerMs / 2 + 15_000) };
}

/**
 * Sums of what servers sent are stored at the end of an invocation, and before in one that lives or reads for long. Whoever
 * reads clocks every minute, a few hundred bytes each, keeps them from one invocation to the next.
 */
const storeAfter = { ms: 10 * 60_000, bytes: 32_000_000 };

/** An invocation that was ended is surely gone so long after its time, ms. */
const graceMs = 5_000;

/**
 * Less patience than where a process has all the time it wants: a server that takes a request and never answers has to be
 * told as such before the time is over, which is 15 min for a reader, 90 s for a writer, 50 s for whoever reads clocks.
 */
const patience = {
  reader: { timeouts: { connectMs: 5_000, answerMs: 60_000, logoutMs: 6_000 }, retry: { attempts: 5 } },
  sweeper: { timeouts: { connectMs: 5_000, answerMs: 60_000, logoutMs: 6_000 }, retry: { attempts: 5 } },
  writer: { timeouts: { connectMs: 5_000, answerMs: 20_000, logoutMs: 6_000 }, retry: { attempts: 2 } },
  clock: { timeouts: { connectMs: 5_000, answerMs: 10_000, logoutMs: 6_000 }, retry: { attempts: 1 } },
} as const;

export type Installation = {
  readonly environment: FunctionEnvironment;
  readonly configuration: Configuration;
  readonly clients: AwsClients;
  readonly state: AwsState;
  readonly meter: DataMeter;
  /** Throws where the tables were brought to a later format since this process was bound to them. Best beside another read. */
  readonly stillOurs: () => Promise<void>;
};

let heldUntil = 0;
let opened: Promise<Omit<Installation, 'stillOurs'>> | undefined;
const tables = new Expiring<KnownTables>(keptMs.tables, () => systemClock.now());
const accounts = new Expiring<Credentials>(keptMs.accounts, () => systemClock.now());

/**
 * The installation, bound to its tables: throws where they are another's or of another format. Made by the first
 * invocation of a process; one that failed is tried again by the next. `records`: whether heads and replicas are written.
 */
export async function installation(
  context: Context,
  { records = true }: { readonly records?: boolean } = {},
): Promise<Installation> {
  heldUntil = systemClock.now() + context.getRemainingTimeInMillis() + graceMs;
  const isNew = opened === undefined;
  opened ??= open(records);
  try {
    const made = await opened;
    return { ...made, stillOurs: () => (isNew ? Promise.resolve() : made.state.checkFormat()) };
  } catch (error) {
    opened = undefined;
    throw error;
  }
}

async function open(records: boolean): Promise<Omit<Installation, 'stillOurs'>> {
  const environment = readEnvironment();
  const configuration = await loadConfiguration(environment.configFile);
  const clients = awsClients();
  const state = stateOf(environment.places, clients, () => heldUntil);
  await state.bindTo(identityOf(configuration));
  if (records) await state.bindRecords();
  return { environment, configuration, clients, state, meter: meterOf(configuration, state) };
}

const meterOf = (configuration: Configuration, { control }: AwsState): DataMeter =>
  new DataMeter({
    uses: control,
    clock: systemClock,
    zoneOf: (name) => serverOf(configuration, name).timeZone,
    failed: (error) => toldByKind('what a server sent was not counted yet', error),
    storeAfter,
  });

/** The work's result; or `otherwise`, where it broke off since time was over: what is left is for the next invocation. */
export async function unlessOver<Result>(
  signal: AbortSignal,
  otherwise: Result,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return otherwise;
    throw error;
  }
}

export type Work = {
  /** Servers that are worked on; what they are to this invocation. */
  readonly servers: readonly ServerName[];
  readonly as: 'reader' | 'sweeper' | 'writer' | 'clock';
  readonly report: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
  /** What is known of the data that these may send: their breakers of the task `data`. */
  readonly dataStops: readonly (Breaker | undefined)[];
};

export type Known = {
  readonly tables: readonly ResolvedTable[];
  /** The server that is read was asked for its layouts just now, and answered. */
  readonly shown: boolean;
};

/** Opens an engine for one invocation, does the work, and logs every session out whatever became of it. */
export async function withEngine<Result>(
  of: Installation,
  work: Work,
  task: (engine: Engine, known: Known) => Promise<Result>,
): Promise<Result> {
  const connections = new Connections(of, work);
  try {
    for (const server of work.servers) await connections.server(server);
    const known = await tablesFor(of, work, connections);
    const { configuration, state } = of;
    const engine = engineOf({
      configuration,
      state,
      servers: connections.open,
      tables: known.tables,
      files: state.files,
      fileNames: state.fileNames,
      sessionsOf: (name) => {
        const server = serverOf(configuration, name);
        return boundsOf(server.niceness, partOf(configuration, server, work.as)).most;
      },
      maxRateOf: (name) => rateOfEachWriter(serverOf(configuration, name)),
      report: reportTo(work.report),
      settings: { ...timesOf(configuration), ingestSize: defaultSettings.pageSize, batchSize: 100 },
    });
    return await task(engine, known);
  } catch (error) {
    if (error instanceof ServerError) forgetWhatFailed(error);
    throw error;
  } finally {
    await connections.close();
    await (work.as === 'clock' ? of.meter.storeIfDue() : of.meter.storeIfMuch());
  }
}

/** The next invocation reads the secret again, or the layouts. */
function forgetWhatFailed({ code, disposition, server }: ServerError): void {
  if (code === 'account-refused') accounts.forget(server);
  if (disposition === 'configuration') tables.clear();
}

/** Where another process goes by newer tables, the next invocation looks for them. */
const reportTo =
  (report: Work['report']): Work['report'] =>
  (event) => {
    if (event.kind === 'outdated') tables.clear();
    report(event);
  };

/** A server of the configuration; throws for a name that it does not have. */
export function serverOf({ servers }: Pick<Configuration, 'servers'>, name: ServerName): ServerConfiguration {
  const found = servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  const known = servers.map((server) => server.name).join(', ');
  throw new Error(`no server ${JSON.stringify(name)}: the servers of this installation are ${known}`);
}

const partOf = (configuration: Configuration, server: ServerConfiguration, as: Work['as']): number => {
  const { reader, eachWriter } = sessionParts(configuration, server);
  return as === 'writer' ? Math.max(1, eachWriter) : reader;
};

/**
 * A reader asks for the layouts of its server anew once in a while; all others go by what is stored. What is left out is
 * looked at again by the next invocation.
 */
async function tablesFor(of: Installation, work: Work, connections: Connections): Promise<Known> {
  const { configuration, state } = of;
  const [server] = work.as === 'reader' ? work.servers : [];
  const name = server ?? 'stored';
  let shown = false;
  const known = await tables.get(name, async () => {
    const live = server === undefined ? undefined : connections.open.get(server);
    const mayAsk = askedFor(configuration, await standstillsIn(of));
    const sources = { lists: state.control, live, mayAsk, signal: work.signal };
    const layouts = await knownLayouts(configuration, sources);
    shown = layouts.isAnswered;
    const found = await knownTables(configuration, layouts, state.control);
    const ports = { control: state.control, clock: systemClock, report: work.report };
    await haltDrifted(configuration, layouts, found, ports);
    tellCalledOtherwise(configuration, layouts, found, work.report);
    return found;
  });
  if (known.missing.length + known.mistakes.length + known.drifted.length > 0) tables.forget(name);
  for (const mistake of known.mistakes) unusual('a table is left out', mistake);
  return { tables: known.tables, shown };
}

/** What was found out of our script in files holds as long as this process is kept. */
const applied = new ApplyMemory();

/** A secret that is missing is an account that is refused: breaker, status and alarms show it. */
export async function accountFor(
  { clients, environment }: Pick<Installation, 'clients' | 'environment'>,
  name: ServerName,
): Promise<Credentials> {
  try {
    return await accounts.get(name, () =>
      accountOf(clients.secrets, environment.places.secretPrefix, name, environment.places.installation),
    );
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    unusual(error.message);
    throw new ServerError('account-refused', error.server, error.message, { cause: error });
  }
}

/** Connections of one invocation, each made when it is first asked for. */
class Connections {
  readonly open = new Map<ServerName, Server>();
  readonly #of: Installation;
  readonly #work: Work;

  constructor(of: Installation, work: Work) {
    this.#of = of;
    this.#work = work;
  }

  async server(name: ServerName): Promise<Server> {
    const before = this.open.get(name);
    if (before !== undefined) return before;
    const { configuration, state, meter } = this.#of;
    const { url, api, sessions, niceness, caFile, script } = serverOf(configuration, name);
    // The clock of a server is read without an account.
    const account =
      this.#work.as === 'clock' ? { username: '', password: '' } : await accountFor(this.#of, name);
    const server = connectServer({
      name,
      api,
      url,
      account,
      sessions: partOf(configuration, serverOf(configuration, name), this.#work.as),
      sessionsInAll: sessions,
      niceness,
      script,
      applied,
      slots: state.sessions,
      clock: systemClock,
      random: Math.random,
      ...patience[this.#work.as],
      log: retriesTo(this.#work.report),
      received: (bytes) => meter.add(name, bytes),
      ...(caFile !== undefined && { caFile }),
    });
    const ports = { control: state.control, clock: systemClock, report: this.#work.report };
    const stop = this.#work.dataStops.find((one) => one?.server === name);
    const limited = withinDataLimit(server, ports, stop);
    this.open.set(name, limited);
    return limited;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open.values()].map((server) => server.close()));
  }
}
