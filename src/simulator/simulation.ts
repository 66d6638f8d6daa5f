/** The state of one simulated server, which every route works on. */
import type { Random } from '../ports/clock.ts';
import type { SimulatorOptions, TimeSource } from './description.ts';
import { FileMakerFailure } from './failure.ts';
import { HostClock } from './host-clock.ts';
import type { Routes } from './http/routes.ts';
import type { ODataRoutes } from './odata/routes.ts';
import type { Webhooks } from './odata/webhooks/webhooks.ts';
import { Licence } from './licence.ts';
import { Processors } from './load/processors.ts';
import { profiles, type Profile } from './profiles.ts';
import { seededRandom } from './seeded-random.ts';
import { Sessions } from './session.ts';
import { Counters } from './stats.ts';
import { Blobs } from './store/blobs.ts';
import { Database } from './store/database.ts';
import { Troubles, type Trouble } from './troubles.ts';

export class Simulation {
  readonly options: SimulatorOptions;
  readonly profile: Profile;
  readonly host: HostClock;
  readonly random: Random;
  readonly databases: ReadonlyMap<string, Database>;
  readonly sessions: Sessions;
  readonly counters = new Counters();
  readonly licence = new Licence();
  readonly troubles: Troubles;
  readonly processors: Processors;
  readonly blobs = new Blobs();
  /** Told of each file that is about to be sent. */
  onDownload: (() => void) | undefined;
  /** Which records an account does not see, by table. */
  readonly hidden = new Map<string, HiddenRule[]>();
  /** Known once the server listens. */
  url = '';
  /** Known once the server is put together: a script asks through them too. */
  routes: Routes | undefined;
  odataRoutes: ODataRoutes | undefined;
  webhooks: Webhooks | undefined;

  constructor(options: SimulatorOptions, time: TimeSource) {
    this.options = options;
    this.profile = profiles[options.version ?? '22'];
    this.host = new HostClock(time, options.timeZone ?? 'UTC', options.clockOffsetMs ?? 0);
    this.random = seededRandom(options.seed ?? Math.floor(Math.random() * 2 ** 32));
    this.databases = new Map(
      options.databases.map((database) => [database.name, new Database(database, this.host, this.random)]),
    );
    this.sessions = new Sessions(() => time.now(), options.capacity?.sessions ?? 500);
    this.processors = new Processors(options.processors ?? Number.POSITIVE_INFINITY);
    this.troubles = new Troubles(this.random);
    for (const trouble of options.troubles ?? []) this.addTrouble(trouble);
  }

  /** Throws 802, as for a file that is closed. */
  database(name: string): Database {
    const database = this.databases.get(name);
    if (!database) throw new FileMakerFailure('802');
    return database;
  }

  addTrouble(trouble: Trouble): number {
    if (trouble.effect.kind === 'staleRead') this.rememberFor(trouble.effect.upToMs);
    return this.troubles.add(trouble);
  }

  private rememberFor(ms: number): void {
    for (const database of this.databases.values()) {
      for (const { rows } of database.tables.values()) rows.keepMs = Math.max(rows.keepMs, ms);
    }
  }
}

export type HiddenRule = {
  readonly account: string;
  readonly recordIds: ReadonlySet<number>;
  /** What a request for one of them gets. */
  readonly code: string;
};
