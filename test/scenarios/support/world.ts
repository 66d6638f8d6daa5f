/** Simulated servers in virtual time, their configuration, and a sync that keeps them the same. */
import { stringify } from 'yaml';
import type { Configuration } from '../../../src/config/configuration.ts';
import type { Api } from '../../../src/core/api.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import type { HaltAnswer } from '../../../src/core/halt.ts';
import type { Head } from '../../../src/core/head.ts';
import type { Settings } from '../../../src/engine/engine.ts';
import type { StatePorts } from '../../../src/composition/engine-of.ts';
import type { ServerTable } from '../../../src/ports/server.ts';
import {
  layout,
  type Office,
  type OfficeOptions,
  openOffice,
  syncedFields,
} from '../../end-to-end/support/office.ts';
import { apiOf, type Apis, type Speakers, spoken } from './apis.ts';
import type { DiesAt } from './mortal.ts';
import { openNaive } from './naive-site.ts';
import { openServerSync } from './serversync.ts';
import type { Sync, SyncKind, Told } from './sync.ts';
import { VirtualTime } from './virtual-time.ts';

export type Plain = Readonly<Record<string, unknown>>;

export type WorldOptions = {
  /** Default: the Data API for all. */
  readonly apis?: Apis;
  /** In the order in which the configuration names them; in UTC with right clocks unless they say otherwise. */
  readonly offices: Readonly<Record<string, OfficeOptions>>;
  /** When it begins; default a Sunday morning without any change of clocks. */
  readonly startAt?: string;
  /** Merged into `tables.contacts`, its `servers.<name>`, `servers.<name>` and the whole configuration. */
  readonly table?: Plain;
  readonly links?: Readonly<Record<string, Plain>>;
  readonly servers?: Readonly<Record<string, Plain>>;
  readonly configuration?: Plain;
  readonly settings?: Partial<Settings>;
  /** What is done to the ports of ServerSync's state. */
  readonly meddle?: (ports: StatePorts) => StatePorts;
  /** What stands between each process of ServerSync and the table on its servers. */
  readonly overTable?: OverTable;
  /** Whether each pass opens the state anew, as each process does; else only one after a death. Default: true. */
  readonly reopens?: boolean;
};

/** Called once for each process. */
export type OverTable = () => (server: string, table: ServerTable) => ServerTable;

/** What a sync is opened with. */
export type Site = {
  /** As it is at this moment: it may change between two passes. */
  readonly configuration: Configuration;
  /** All that there are, in the configuration or not. */
  readonly offices: readonly string[];
  readonly time: VirtualTime;
  readonly seed: number;
  readonly settings: Partial<Settings>;
  readonly meddle: (ports: StatePorts) => StatePorts;
  readonly overTable: OverTable;
  readonly reopens: boolean;
};

export class World implements AsyncDisposable {
  readonly time: VirtualTime;
  readonly offices: ReadonlyMap<string, Office>;
  readonly #sync: Sync;
  readonly #configured: Configured;

  constructor(time: VirtualTime, offices: ReadonlyMap<string, Office>, sync: Sync, configured: Configured) {
    this.#configured = configured;
    this.time = time;
    this.offices = offices;
    this.#sync = sync;
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

  /** The API that a server speaks now. */
  apiOf(name: string): Api {
    return this.#configured.now.servers.find((server) => server.name === name)?.api ?? 'data';
  }

  /** Another configuration from the next pass on; `change` gets that of the beginning. */
  configure(change: (configuration: Plain) => Plain): void {
    this.#configured.set(change(this.#configured.first));
  }

  /** One pass of the sync, by a process of its own. */
  run(diesAt?: DiesAt): Promise<Told> {
    return this.#sync.run(diesAt);
  }

  sweep(diesAt?: DiesAt): Promise<Told> {
    return this.#sync.sweep(diesAt);
  }

  answer(what: HaltAnswer['what']): Promise<void> {
    return this.#sync.answer(what);
  }

  pause(server: string, forMs?: number): Promise<void> {
    return this.#sync.pause(server, forMs);
  }

  resume(server: string): Promise<void> {
    return this.#sync.resume(server);
  }

  forget(key: string): Promise<string> {
    return this.#sync.forget(key);
  }

  resumeAfterMigration(server: string): Promise<void> {
    return this.#sync.resumeAfterMigration(server);
  }

  putBack(key: string): Promise<string> {
    return this.#sync.putBack(key);
  }

  heads(keys: readonly string[]): Promise<ReadonlyMap<string, Head>> {
    return this.#sync.heads(keys);
  }

  /** Writes that the sync made on all servers since the counters were reset. */
  get writes(): number {
    return [...this.offices.values()].reduce((sum, { stats }) => sum + stats.writes, 0);
  }

  resetCounters(): void {
    for (const { control } of this.offices.values()) control.resetCounters();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sync.close();
    for (const office of this.offices.values()) await office.close();
  }
}

const asItIs: OverTable = () => (_server, table) => table;

/** A configuration that is changed while data lives; described by layouts, whatever the servers speak. */
class Configured {
  readonly first: Plain;
  now: Configuration;
  readonly #speakers: Speakers;

  constructor(first: Plain, speakers: Speakers) {
    this.first = first;
    this.#speakers = speakers;
    this.now = this.#parsed(first);
  }

  set(configuration: Plain): void {
    this.now = this.#parsed(configuration);
  }

  #parsed(configuration: Plain): Configuration {
    return parseConfiguration(stringify(spoken(configuration, this.#speakers)), 'serversync.yaml');
  }
}

export async function openWorld(kind: SyncKind, seed: number, options: WorldOptions): Promise<World> {
  const time = new VirtualTime(Date.parse(options.startAt ?? '2026-11-22T10:00:00Z'));
  const offices = new Map<string, Office>();
  for (const [at, [name, office]] of Object.entries(options.offices).entries()) {
    const standard = { timeZone: 'UTC', clock: time.ofServers, seed: seed + at };
    offices.set(name, await openOffice({ ...standard, ...office }));
  }
  const { settings = {}, meddle = (ports: StatePorts) => ports, overTable = asItIs } = options;
  const { reopens = true, apis = 'data' } = options;
  const configured = new Configured(configurationOf(offices, options), speakersOf(offices, apis));
  const site: Site = {
    get configuration() {
      return configured.now;
    },
    offices: [...offices.keys()],
    time,
    seed,
    settings,
    meddle,
    overTable,
    reopens,
  };
  const sync =
    kind.name === 'naive' ? await openNaive(kind.watermark, site) : await openServerSync(kind, site);
  return new World(time, offices, sync, configured);
}

const speakersOf = (offices: ReadonlyMap<string, Office>, apis: Apis): Speakers =>
  new Map([...offices].map(([name, { tables }], at) => [name, { api: apiOf(apis, at), tables }]));

function configurationOf(offices: ReadonlyMap<string, Office>, options: WorldOptions): Plain {
  const names = [...offices.keys()];
  const server = (name: string): Plain => ({
    url: offices.get(name)?.url,
    database: 'Main',
    timeZone: options.offices[name]?.timeZone ?? 'UTC',
    ...options.servers?.[name],
  });
  const contacts = {
    key: 'id',
    modified: 'modified_at',
    fields: syncedFields,
    ...options.table,
    servers: Object.fromEntries(names.map((name) => [name, { layout, ...options.links?.[name] }])),
  };
  return {
    version: 1,
    servers: Object.fromEntries(names.map((name) => [name, server(name)])),
    tables: { contacts },
    ...options.configuration,
  };
}
