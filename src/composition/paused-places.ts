/** What is paused now, and what waits for it: for `status`, the end of a run, and what measure publishes. */
import type { Configuration } from '../config/configuration.ts';
import { lastMaintenanceEnd, type Maintenance, maintenanceNow } from '../core/maintenance.ts';
import type { Halt } from '../core/halt.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import {
  lastPauseEnd,
  latest,
  longestPause,
  type PauseList,
  type PauseScope,
  pausedNow,
  type Standstill,
} from '../core/pause.ts';
import type { Control } from '../ports/control.ts';
import { isSamePlace } from '../engine/engine.ts';

/** A table on a server. */
export type PausedPlace = Standstill & {
  readonly table: TableName;
  readonly server: ServerName;
  /** Keys that wait to be delivered there. */
  readonly waiting: number;
  /** What was paused so that it stands still: `resume` ends it by that name alone. Absent in maintenance. */
  readonly of?: PauseScope;
};

/** Servers without windows are absent. */
export const maintenanceOf = ({
  servers,
}: Pick<Configuration, 'servers'>): ReadonlyMap<ServerName, Maintenance> =>
  new Map(
    servers.flatMap(({ name, timeZone, maintenance }) =>
      maintenance.length === 0 ? [] : [[name, { timeZone, windows: maintenance }]],
    ),
  );

/** What holds for tables on servers at one instant. */
export class Standstills {
  readonly #list: PauseList | undefined;
  readonly #maintenance: ReadonlyMap<ServerName, Maintenance>;
  readonly #now: EpochMs;
  #pairing: readonly Pick<Halt, 'table' | 'server'>[] = [];

  constructor(configuration: Pick<Configuration, 'servers'>, list: PauseList | undefined, now: EpochMs) {
    this.#list = list;
    this.#maintenance = maintenanceOf(configuration);
    this.#now = now;
  }

  static async read(
    configuration: Pick<Configuration, 'servers'>,
    control: Pick<Control, 'pauses'>,
    now: EpochMs,
  ): Promise<Standstills> {
    return new Standstills(configuration, await control.pauses(), now);
  }

  /** The same for lag alone: where rows are paired after a release, as a person asked for, nothing else is read or written. */
  static async readForLag(
    configuration: Pick<Configuration, 'servers'>,
    control: Pick<Control, 'pauses' | 'halts'>,
    now: EpochMs,
  ): Promise<Standstills> {
    const stands = await Standstills.read(configuration, control, now);
    stands.#pairing = (await control.halts()).filter(({ kind }) => kind === 'migration');
    return stands;
  }

  at(table: TableName, server: ServerName): Standstill | undefined {
    const isPairing = this.#pairing.some((one) => isSamePlace(one, { table, server }));
    if (isPairing) return { why: 'pause' };
    const all = [
      pausedNow(this.#list, { table, server }, this.#now),
      maintenanceNow(this.#maintenance.get(server), this.#now),
    ];
    return latest(all.filter((one) => one !== undefined));
  }

  /** What was paused, of several pauses there that which ends last. */
  pauseAt(table: TableName, server: ServerName): PauseScope {
    const pause = longestPause(this.#list, { table, server }, this.#now);
    return {
      ...(pause?.table !== undefined && { table: pause.table }),
      ...(pause?.server !== undefined && { server: pause.server }),
    };
  }

  /** Whether nothing at all is asked of the server. */
  isWhole({ tables }: Pick<Configuration, 'tables'>, server: ServerName): boolean {
    const names = tables.flatMap(({ name, links }) =>
      links.some((link) => link.server === server) ? name : [],
    );
    return names.length > 0 && names.every((table) => this.at(table, server) !== undefined);
  }

  /** When it went on last; 0 where it never stood still, as far as that is known. Lag counts from there. */
  lastEnd(table: TableName, server: ServerName): EpochMs {
    const window = lastMaintenanceEnd(this.#maintenance.get(server), this.#now);
    return Math.max(window, lastPauseEnd(this.#list, { table, server }, this.#now));
  }
}

/** In the order of the configuration. */
export async function pausedIn(
  { tables }: Pick<Configuration, 'tables'>,
  control: Pick<Control, 'backlogPlaces'>,
  stands: Standstills,
): Promise<readonly PausedPlace[]> {
  const found = tables.flatMap(({ name, links }) =>
    links.flatMap(({ server }) => {
      const stand = stands.at(name, server);
      if (stand === undefined) return [];
      const of = stand.why === 'pause' ? { of: stands.pauseAt(name, server) } : {};
      return { ...stand, ...of, table: name, server };
    }),
  );
  const waiting = new Map(
    found.length === 0
      ? []
      : (await control.backlogPlaces()).map((one) => [placeName(one), one.keys] as const),
  );
  return found.map((one) => ({ ...one, waiting: waiting.get(placeName(one)) ?? 0 }));
}

const placeName = ({ table, server }: { readonly table: TableName; readonly server: ServerName }): string =>
  JSON.stringify([table, server]);

/**
 * Since when the oldest change waits that may be delivered; undefined where none does. What is paused counts from its end, which
 * is the same for all rows of a table: so sums by table do, and no row is read.
 */
export async function waitingSince(
  control: Pick<Control, 'backlogPlaces'>,
  server: ServerName,
  stands: Standstills,
): Promise<EpochMs | undefined> {
  const since = (await control.backlogPlaces()).flatMap(({ table, server: of, oldestChangeAt }) =>
    of !== server || stands.at(table, server) !== undefined
      ? []
      : Math.max(oldestChangeAt, stands.lastEnd(table, server)),
  );
  return since.length === 0 ? undefined : Math.min(...since);
}
