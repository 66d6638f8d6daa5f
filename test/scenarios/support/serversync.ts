/** ServerSync's own engine, a process for each pass as with `run --once`, over SQLite or over DynamoDB, SQS and S3. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectServer } from '../../../src/composition/connect.ts';
import { engineOf, keptBy, type StatePorts } from '../../../src/composition/engine-of.ts';
import { planOf } from '../../../src/cli/changing.ts';
import { localTables } from '../../../src/composition/local-tables.ts';
import { serverStates } from '../../../src/composition/overview.ts';
import { identityOf } from '../../../src/config/identity.ts';
import type { Halt, HaltAnswer } from '../../../src/core/halt.ts';
import type { ServerName } from '../../../src/core/names.ts';
import { resumed, withPause } from '../../../src/core/pause.ts';
import { forgetRecord } from '../../../src/engine/forget-record.ts';
import { askForRemap } from '../../../src/engine/migration.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { EngineEvent } from '../../../src/engine/events.ts';
import { defaultSettings } from '../../../src/engine/engine.ts';
import { putBackRecord } from '../../../src/engine/put-back-record.ts';
import { runOnce, sweepOnce } from '../../../src/engine/run.ts';
import type { LargeForgetting } from '../../../src/ports/forgetting.ts';
import type { Server, ServerTable } from '../../../src/ports/server.ts';
import type { SessionSlots } from '../../../src/ports/session-slots.ts';
import { awsState } from '../../../src/state/aws/aws-state.ts';
import { type LocalState, openLocalState } from '../../../src/state/local/local-state.ts';
import { account } from '../../end-to-end/support/office.ts';
import { diceOf } from '../../engine/model/seeded-random.ts';
import type { Emulators } from '../../state/aws/emulators.ts';
import { Died, type DiesAt, Life } from './mortal.ts';
import type { Sync, SyncKind, Told } from './sync.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Site } from './world.ts';

/** A process's hold on the state; `leave`: it has ended. */
type Held = StatePorts & {
  readonly sessions: SessionSlots;
  readonly forgetting: LargeForgetting;
  readonly leave: (died: boolean) => void;
};

/** What outlives the processes. */
type Store = { readonly open: () => Promise<Held>; readonly remove: () => Promise<void> };

export async function openServerSync(
  kind: Exclude<SyncKind, { readonly name: 'naive' }>,
  site: Site,
): Promise<Sync> {
  const store = kind.name === 'sqlite' ? await onDisk(site) : await onAws(kind.emulators, site);
  const { next: random } = diceOf(site.seed);
  let lastId = 0;
  const newId = (): string => `${site.seed}-${(lastId += 1)}`;
  const process = (work: Work): Process => ({ ...site, random, newId, work });
  return {
    run: (diesAt) => inProcess(store, process(runOnce), diesAt),
    sweep: (diesAt) => inProcess(store, process(sweepAll), diesAt),
    answer: (what) => holding(store, (held) => answerAll(held, what, site.time.now())),
    putBack: (key) => holding(store, (held) => broughtBack(site, held, key)),
    pause: (server, forMs) => holding(store, (held) => paused(held, server, site.time.now(), forMs)),
    resume: (server) => holding(store, (held) => goOn(held, server, site.time.now())),
    forget: (key) => holding(store, (held) => forgottenBy(site, held, key)),
    resumeAfterMigration: (server) => holding(store, (held) => resumedAfter(held, server, site.time.now())),
    heads: (keys) => holding(store, ({ records }) => records.heads(onlyTable, keys)),
    close: store.remove,
  };
}

/** The world's table, as its configuration names it. */
const onlyTable = 'contacts';

type Work = typeof runOnce;

const sweepAll: Work = (engine, signal) => sweepOnce(engine, {}, signal);

async function holding<Result>(store: Store, work: (held: Held) => Promise<Result>): Promise<Result> {
  const held = await store.open();
  try {
    return await work(held);
  } finally {
    held.leave(false);
  }
}

/** As the command line stores it. */
async function answerAll({ control }: Held, what: HaltAnswer['what'], at: number): Promise<void> {
  for (const halt of await control.halts()) {
    const answered: Halt = { ...halt, rev: halt.rev + 1, answer: { what, at } };
    if (!(await control.putHalt(answered))) throw new Error(`halt ${halt.id} was answered by somebody else`);
  }
}

async function paused(
  { control }: Held,
  server: ServerName,
  at: number,
  forMs: number | undefined,
): Promise<void> {
  const pause = { server, at, ...(forMs !== undefined && { until: at + forMs }) };
  await control.putPauses(withPause(await control.pauses(), pause));
}

async function goOn({ control }: Held, server: ServerName, at: number): Promise<void> {
  const list = resumed(await control.pauses(), { server }, at);
  if (list !== undefined) await control.putPauses(list);
}

/** As the command line does it. */
async function forgottenBy({ configuration, time }: Site, held: Held, key: string): Promise<string> {
  const [table] = configuration.tables;
  if (table === undefined) throw new Error('there is one table');
  const servers = table.links.map(({ server }) => server);
  const wanted = { table: onlyTable, key, servers, deletes: table.deletes.policy };
  const { settleMs: quietMs } = configuration.schedule;
  return (await forgetRecord({ ...held, clock: time }, { ...wanted, quietMs })).kind;
}

/** In this order, as the command line does it. */
async function resumedAfter({ control }: Held, server: ServerName, at: number): Promise<void> {
  await askForRemap(control, onlyTable, server, at);
  const list = resumed(await control.pauses(), { server }, at);
  if (list === undefined) throw new Error('nothing was paused');
  await control.putPauses(list);
}

/** As the command line does it: by the layouts as they were last seen. */
async function broughtBack({ configuration, time }: Site, held: Held, key: string): Promise<string> {
  const plan = await planOf(configuration, held.control, onlyTable);
  const settings = { ...defaultSettings, ...keptBy(configuration) };
  const engine = { ...held, clock: time, newId: randomUUID, settings, report: () => undefined };
  return (await putBackRecord(engine, { plan, key })).kind;
}

/** In memory where the system has a place for that: a pass is over ten times as soon. */
const inMemory = '/dev/shm';

async function onDisk(site: Site): Promise<Store> {
  const { time, reopens } = site;
  const base = existsSync(inMemory) ? inMemory : tmpdir();
  const directory = await mkdtemp(join(base, 'serversync-scenario-'));
  const opened = (): LocalState => {
    const state = openLocalState({ directory, now: () => time.now() });
    state.bindTo(identityOf(site.configuration));
    return state;
  };
  let last: LocalState | undefined;
  return {
    open: async () => {
      const state = (last ??= opened());
      const leave = (died: boolean): void => {
        if (!reopens && !died) return;
        state.close();
        last = undefined;
      };
      return { ...state, leave };
    },
    remove: async () => {
      last?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A process's sessions are another's when its time is over, ms: longer than a sweep waits, shorter than a tick. */
const processMs = 240_000;

async function onAws(emulators: Emulators, site: Site): Promise<Store> {
  const { time } = site;
  const places = {
    recordsTable: await emulators.newTable(),
    controlTable: await emulators.newTable(),
    bucket: await emulators.newBucket(),
    queuePrefix: await emulators.newQueues(site.offices),
  };
  return {
    open: async () => {
      const until = time.now() + processMs;
      const state = awsState({ clients: emulators, ...places, installation: 'Test', heldUntil: () => until });
      await state.bindTo(identityOf(site.configuration));
      return { ...state, leave: () => undefined };
    },
    remove: () => Promise.resolve(),
  };
}

type Process = Site & {
  readonly random: () => number;
  readonly newId: () => string;
  readonly work: Work;
};

async function inProcess(store: Store, site: Process, diesAt: DiesAt | undefined): Promise<Told> {
  const held = await store.open();
  const life = new Life(diesAt);
  const events: EngineEvent[] = [];
  const servers = serversOf(site, held, life);
  try {
    const failures = await life.through(() =>
      loggingOut(servers, () => passOver(site, held, servers, life, events)),
    );
    return { ...(await toldBy(site, held)), died: false, events, failures };
  } catch (error) {
    if (!(error instanceof Died)) throw error;
    return { ...(await toldBy(site, held)), died: true, events, failures: {} };
  } finally {
    held.leave(life.dead);
  }
}

/** Who is killed logs nobody out, or not all. */
async function loggingOut<Result>(
  servers: ReadonlyMap<ServerName, Server>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    await Promise.all([...servers.values()].map((server) => server.close()));
  }
}

async function passOver(
  { configuration, settings, time, random, newId, meddle, overTable, work }: Process,
  held: Held,
  servers: ReadonlyMap<ServerName, Server>,
  life: Life,
  events: EngineEvent[],
): Promise<Told['failures']> {
  const { signal } = new AbortController();
  const report = (event: EngineEvent): void => void events.push(event);
  const looking = { control: held.control, servers, bind: () => undefined, clock: time, report, signal };
  const tables = await localTables(configuration, looking);
  const ports = meddle(held);
  const own = <Port extends object>(port: Port): Port => life.of(standingStill(time, port));
  const state = { records: own(ports.records), control: own(ports.control), queue: own(ports.queue) };
  const over = overTable();
  const mortal = new Map(
    [...servers].map(([name, server]) => [name, mortalServer(server, life, (table) => over(name, table))]),
  );
  const sessionsOf = (name: ServerName): number =>
    configuration.servers.find((server) => server.name === name)?.sessions ?? 1;
  const files = undefined;
  const parts = { configuration, state, servers: mortal, tables, files, sessionsOf, report, settings };
  const engine: Engine = { ...engineOf(parts), clock: life.clockOf(time), random, newId };
  const { failures } = await work(engine, signal);
  return Object.fromEntries([...failures].map(([name, { code }]) => [name, code]));
}

/** Nobody waits for a state: time passes only while servers, or what is to come, are waited for. */
const standingStill = <Port extends object>(time: VirtualTime, port: Port): Port =>
  new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) =>
        time.standStill(async () => Reflect.apply(member, target, args) as unknown);
    },
  });

function serversOf(
  { configuration, time, random }: Process,
  held: Held,
  life: Life,
): ReadonlyMap<ServerName, Server> {
  const shared = {
    account: { username: account.name, password: account.password },
    slots: life.of(standingStill(time, held.sessions)),
    clock: life.clockOf(time),
    random,
  };
  return new Map(
    configuration.servers.map(({ name, api, url, sessions }) => [
      name,
      connectServer({ name, api, url, sessions, ...shared }),
    ]),
  );
}

const mortalServer = (server: Server, life: Life, over: (table: ServerTable) => ServerTable): Server => ({
  name: server.name,
  probe: (signal) => server.probe(signal),
  layout: (...of) => server.layout(...of),
  table: (binding) => life.of(over(server.table(binding))),
  close: () => server.close(),
});

/** More than any scenario makes. */
const all = 100_000;

async function toldBy(
  { configuration, time }: Process,
  { control }: Held,
): Promise<Pick<Told, 'lagMs' | 'openRows' | 'halted' | 'halts' | 'swept' | 'parked' | 'conflicts'>> {
  const servers = await serverStates(configuration, control, time.now());
  return {
    lagMs: Object.fromEntries(servers.map(({ server, lagMs }) => [server, lagMs])),
    openRows: [...(await control.backlog()).values()].reduce((sum, { rows }) => sum + rows, 0),
    halted: (await control.meetings()).filter(({ state }) => state === 'halted'),
    halts: await control.halts(),
    swept: Object.fromEntries(
      (await control.sweeps()).flatMap(({ server, last }) => (last ? [[server, last.counts]] : [])),
    ),
    parked: await control.parked(all),
    conflicts: await control.conflicts(all),
  };
}
