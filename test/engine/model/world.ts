/**
 * The real core and engine over in-memory ports: two or three servers with wrong clocks, people who edit, processes
 * that enumerate, write and measure in any order and die between any two effects.
 */
import type {
  ConflictPolicy,
  DeletePolicy,
  FieldPlan,
  Link,
  Role,
  TablePlan,
} from '../../../src/core/link.ts';
import type { Bulk, Server, ServerTable, WriteOutcome } from '../../../src/ports/server.ts';
import {
  defaultSettings,
  type Engine,
  type EngineTable,
  type LogPort,
  type ThinTable,
} from '../../../src/engine/engine.ts';
import { Lanes } from '../../../src/engine/lanes.ts';
import { Throttled } from '../../../src/engine/throttled.ts';
import { memoryPorts, type MemoryPorts } from '../../support/memory/memory-ports.ts';
import type { Files } from '../../../src/ports/files.ts';
import { container, keepingOf, memoryFiles, withContainer } from './filing.ts';
import { HeadLog } from './head-log.ts';
import { ModelServer } from './model-server.ts';
import type { Process, Scheduler } from './scheduler.ts';
import { unconditionalBulkOf, unconditionalOf } from './unconditional.ts';

export type Trouble = {
  readonly servers: number;
  readonly crash: number;
  readonly stale: number;
  readonly lost: number;
  /** Share of steps in which somebody opens some records in FileMaker, and closes others; default none. */
  readonly locked?: number;
  /** Share of people's acts on a record that delete it; default none. */
  readonly deletes?: number;
  /** Whether the files keep a log of deletes. */
  readonly logs?: true;
  /** Whether many writes go in one request, which our script in the file carries out. */
  readonly bulk?: true;
  /** Whether servers, the first one left out, know no condition for an update, which may then take effect late. */
  readonly unconditional?: true;
  /** How long trouble lasts, in steps; default 500. */
  readonly steps?: number;
  /** Whether servers have layouts for sweeps. */
  readonly thin?: true;
  /** Share of processes that are people who put a record back; default none. */
  readonly putBacks?: number;
  /** Share of people's acts on a record that change its number, which is added up; default none. */
  readonly counts?: number;
  /** branch gets the records in whose field b an even value stands, and removes the others; default: all servers get all. */
  readonly shares?: true;
  /** Field b is a container, and for as long as there is trouble some of its files cannot be read. */
  readonly files?: true;
  /** Default: edit-wins. */
  readonly policy?: DeletePolicy;
  /** Whether servers refuse a second record with one key. Without it, each key is made on one server only. */
  readonly unique: boolean;
  /** Default: newest. */
  readonly conflicts?: ConflictPolicy;
};

export type Roles = readonly (readonly [name: string, role: Role])[];

const both: Roles = [
  ['hq', 'both'],
  ['branch', 'both'],
  ['kiosk', 'both'],
];

const fields = ['a', 'b'] as const;
export type ModelField = (typeof fields)[number];

export const modelSettings = {
  ...defaultSettings,
  settleMs: 4_000,
  pageSize: 3,
  bookmarkPages: 2,
  ingestSize: 2,
  batchSize: 2,
  batchesAtOnce: 1,
  sendWithinMs: 200,
  lateWriteMs: 100,
  visibilityMs: 600,
  retryAfterMs: 100,
};

export class World {
  readonly scheduler: Scheduler;
  readonly servers: ReadonlyMap<string, ModelServer>;
  /** May be another one from one run to the next. */
  plan: TablePlan;
  /** May be meddled with. */
  ports: MemoryPorts;
  report: Engine['report'] = () => undefined;
  /** Windows of its servers. */
  maintenance: Engine['maintenance'] = new Map();
  readonly heads = new HeadLog();
  /** Values that people may have brought back. */
  readonly putBack = new Set<string>();

  #files: Files | undefined;

  /** `roles`: of the servers, in the order of the configuration; default: hq, branch and kiosk send and receive. */
  constructor(scheduler: Scheduler, trouble: Trouble, roles: Roles = both.slice(0, trouble.servers)) {
    this.scheduler = scheduler;
    const names = roles.map(([name]) => name);
    const { policy, conflicts, counts } = trouble;
    const plan = planOf(roles, policy);
    const own = plan.fields.map((one) => (trouble.files && one.name === container.name ? container : one));
    const all = counts === undefined ? own : [...own, number];
    this.plan = { ...plan, fields: all, ...(conflicts && { conflicts }) };
    if (trouble.files) this.#files = memoryFiles();
    const ports = memoryPorts();
    this.ports = { ...ports, records: this.heads.over(ports.records) };
    this.servers = new Map(names.map((name) => [name, this.#server(name, trouble)]));
    if (trouble.logs) this.keepLogs();
    for (const server of this.servers.values()) {
      server.thin = trouble.thin === true;
      server.hasScript = trouble.bulk === true;
      server.unconditional = trouble.unconditional === true && server.name !== names[0];
    }
  }

  /** From now on each file has a log of deletes. */
  keepLogs(): void {
    for (const server of this.servers.values()) {
      server.log = new ModelServer(server.name, server.offsetMs, this.scheduler);
      server.log.stale = server.stale;
      server.log.staleMs = server.staleMs;
    }
  }

  #server(name: string, { stale, lost, unique }: Trouble): ModelServer {
    const offsetMs = this.scheduler.dice.pick(20_000) - 10_000;
    const server = new ModelServer(name, offsetMs, this.scheduler);
    server.stale = stale;
    server.staleMs = modelSettings.settleMs / 2;
    server.lost = lost;
    server.unique = unique;
    return server;
  }

  /** An engine whose every effect waits for the process's turn. */
  engineOf(process: Process): Engine {
    const tables = new Map([...this.servers].map(([name, server]) => [name, this.#tableOf(server, process)]));
    const logs = new Map(
      [...this.servers].flatMap(([name, { log }]) =>
        log === undefined ? [] : [[name, logPortOf(log, process)] as const],
      ),
    );
    const thin = new Map(
      [...this.servers]
        .filter(([, server]) => server.thin)
        .map(([name, server]) => [name, thinOf(server, process)]),
    );
    const table: EngineTable = { plan: this.plan, servers: tables, logs, thin };
    const clock = { now: () => this.scheduler.now, sleep: () => process.gate('sleep') };
    return {
      tables: new Map([[this.plan.name, table]]),
      servers: new Map([...this.servers].map(([name, server]) => [name, this.#probed(server, process)])),
      lanes: new Map([...this.servers.keys()].map((name) => [name, new Lanes(2)])),
      records: gated(this.ports.records, process),
      control: gated(this.ports.control, process),
      queue: gated(this.ports.queue, process),
      ...(this.#files && { files: keepingOf(this.#files) }),
      clock,
      // Key by key, each in its turn.
      throttled: new Map([['kiosk', new Throttled(1, clock)]]),
      maintenance: this.maintenance,
      random: this.scheduler.dice.next,
      settings: { ...modelSettings, lateWriteMs: this.scheduler.lateMs },
      report: this.report,
      isConfigured: (place) =>
        place.table === this.plan.name && this.plan.links.some(({ server }) => server === place.server),
      driftOf: (_table, server) => Promise.resolve(this.servers.get(server)?.drift),
      newId: () => process.newId(),
    };
  }

  #tableOf(server: ModelServer, process: Process): ServerTable {
    const bare = tableOf(server, process);
    const table = this.#files === undefined ? bare : withContainer(bare, server, process);
    if (!server.unconditional) return table;
    const now = (): number => this.scheduler.now;
    const bulk = unconditionalBulkOf(server, process, now);
    return {
      ...table,
      ...unconditionalOf(server, process, now),
      ...(server.hasScript && { bulk: () => Promise.resolve(bulk) }),
    };
  }

  #probed(server: ModelServer, process: Process): Server {
    return {
      name: server.name,
      probe: async () => {
        await process.gate('probe');
        server.answers('probe');
        const at = this.scheduler.now;
        const shown = Math.floor((at + server.offsetMs) / 1000) * 1000;
        return { offset: { lo: shown - at, hi: shown + 1000 - at }, at };
      },
      layout: () => Promise.resolve([]),
      table: () => this.#tableOf(server, process),
      close: () => Promise.resolve(),
    };
  }
}

const field = (name: string): FieldPlan => ({ name, type: 'text', rewrites: 'ignore' });

const number: FieldPlan = { name: 'n', type: 'number', rewrites: 'ignore', merge: 'add' };

function planOf(roles: Roles, deletes: DeletePolicy = 'edit-wins'): TablePlan {
  const links = roles.map(
    ([server, role]): Link => ({ table: 'contacts', server, role, stampedBy: 'host', timeZone: 'UTC' }),
  );
  return {
    name: 'contacts',
    key: field('id'),
    fields: fields.map(field),
    createOnly: [],
    merge: 'field',
    deletes,
    conflicts: { kind: 'newest' },
    deleteLimit: { records: 1_000_000, percent: 100 },
    links,
  };
}

/** Every method of the port waits for its turn first. */
function gated<Port extends object>(port: Port, process: Process): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      // Nobody pauses anything in the games: to look whether somebody did takes no turn.
      if (name === 'pauses') return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await process.gate(String(name));
        const result: unknown = await Reflect.apply(member, target, args);
        process.heard(String(name), result);
        return result;
      };
    },
  });
}

const thinOf = (server: ModelServer, process: Process): ThinTable => ({
  list: (page) => process.travel('list', () => server.listThin(page)),
});

const logPortOf = (log: ModelServer, process: Process): LogPort => ({
  name: 'log',
  table: tableOf(log, process),
  mistake: () => Promise.resolve(log.mistake),
  isDoubted: log.isDoubted,
});

/** Requests: each leaves, takes effect on the server, and is answered, at moments of its own. */
const tableOf = (server: ModelServer, process: Process): ServerTable => ({
  changed: (range, page) => process.travel('changed', () => server.changed(range, page)),
  list: (page) => process.travel('list', () => server.list(page)),
  lookUp: (keys) => process.travel('lookUp', () => server.lookUp(keys)),
  read: (recordId) => process.travel('read', () => server.read(recordId)),
  create: (key, values, departBy) =>
    process.travel<WriteOutcome>('create', () => server.create(key, values), {
      by: departBy,
      otherwise: { kind: 'unsent' },
    }),
  update: (recordId, modId, values) => process.travel('update', () => server.update(recordId, modId, values)),
  remove: (recordId, departBy) =>
    process.travel<WriteOutcome>('remove', () => server.remove(recordId), {
      by: departBy,
      otherwise: { kind: 'unsent' },
    }),
  ...(server.hasScript && {
    bulk: () => Promise.resolve(server.rows.length === 0 ? 'untried' : bulkOf(server, process)),
  }),
});

const bulkOf = (server: ModelServer, process: Process): Bulk => ({
  most: (writes) => server.most(writes),
  apply: (writes, departBy) =>
    process.travel<readonly WriteOutcome[]>('apply', () => server.apply(writes), {
      by: departBy,
      otherwise: writes.map(() => ({ kind: 'unsent' })),
    }),
});
