/**
 * What is stored of a table on a server, as whoever reads it has to know before anything is asked of the server.
 *
 * Loaded for all tables of a server at once, since over DynamoDB that is one request for some fifteen tables. It is old by the time
 * that the tables before took: so it counts for a moment, and only while nothing was found that has to be worked on.
 */
import type { Bookmark } from '../core/bookmark.ts';
import type { Breaker } from '../core/breaker.ts';
import type { ClockState, UserClock } from '../core/clock-state.ts';
import type { Meeting } from '../core/first-meeting.ts';
import type { Halt } from '../core/halt.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import type { PauseList } from '../core/pause.ts';
import type { TableShape } from '../core/shape.ts';
import type { Watermark } from '../core/watermark.ts';
import type { Control } from '../ports/control.ts';
import type { Engine, PlaceName } from './engine.ts';

export type StoredPlace = {
  readonly pauses: PauseList | undefined;
  readonly meeting: Meeting | undefined;
  readonly watermark: Watermark | undefined;
  readonly bookmark: Bookmark | undefined;
  readonly host: ClockState | undefined;
  readonly user: UserClock | undefined;
  readonly shape: TableShape | undefined;
  readonly halt: Halt | undefined;
  /** Whether the server may send anything. */
  readonly dataStop: Breaker | undefined;
};

export async function storedPlace(control: Control, { table, server }: PlaceName): Promise<StoredPlace> {
  const [pauses, meeting, watermark, bookmark, host, user, shape, halt, dataStop] = await Promise.all([
    control.pauses(),
    control.meeting(table, server),
    control.watermark(table, server),
    control.bookmark(table, server),
    control.clock(server),
    control.userClock(table, server),
    control.shape(table),
    control.halt(table, server),
    control.breaker(server, 'data'),
  ]);
  return { pauses, meeting, watermark, bookmark, host, user, shape, halt, dataStop };
}

export type StoredPlaces = {
  readonly loadedAt: EpochMs;
  readonly byTable: ReadonlyMap<TableName, StoredPlace>;
};

export async function storedPlaces(
  { control, clock }: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  tables: readonly TableName[],
): Promise<StoredPlaces> {
  const loadedAt = clock.now();
  const all = await Promise.all(
    tables.map(async (table) => [table, await storedPlace(control, { table, server })] as const),
  );
  return { loadedAt, byTable: new Map(all) };
}

/** For so long what was loaded of a table counts, ms: less loads more often, more asks a server that was paused since. */
const freshMs = 5_000;

/** Gives what is stored of a server's tables one after the other, and loads what is left of them at once when it has to. */
export class PlacesAhead {
  readonly #engine: Pick<Engine, 'control' | 'clock'>;
  readonly #server: ServerName;
  #left: TableName[];
  #loaded: StoredPlaces | undefined;

  constructor(
    engine: Pick<Engine, 'control' | 'clock'>,
    server: ServerName,
    tables: readonly TableName[],
    loaded: StoredPlaces | undefined,
  ) {
    this.#engine = engine;
    this.#server = server;
    this.#left = [...tables];
    this.#loaded = loaded;
  }

  /** What was loaded is not to be used any more: it was before this process had the server to itself. */
  forget(): void {
    this.#loaded = undefined;
  }

  /** The next one of the tables. */
  async of(table: TableName): Promise<StoredPlace | undefined> {
    const now = this.#engine.clock.now();
    const isFresh = this.#loaded !== undefined && now - this.#loaded.loadedAt < freshMs;
    if (!isFresh) this.#loaded = await storedPlaces(this.#engine, this.#server, this.#left);
    this.#left = this.#left.filter((one) => one !== table);
    return this.#loaded?.byTable.get(table);
  }
}
