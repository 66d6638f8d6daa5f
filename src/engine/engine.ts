/**
 * What the engine works with: the tables as configured, a port for each effect, and the tunables. Nothing is kept
 * between calls except what the ports keep: each may be the last one of its process.
 */
import { conflictKeptMs } from '../core/conflict.ts';
import type { Drift } from '../core/halt.ts';
import type { Link, TablePlan } from '../core/link.ts';
import type { Maintenance } from '../core/maintenance.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Control } from '../ports/control.ts';
import type { FileNames, Files } from '../ports/files.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { Server, ServerTable } from '../ports/server.ts';
import type { EngineEvent } from './events.ts';
import type { Lanes } from './lanes.ts';
import type { Pacing } from './throttled.ts';

export type Settings = {
  /** How long a stamped change may take to become visible, ms. Longer reads more again; shorter misses late commits. */
  readonly settleMs: number;
  /** Records in one page of a listing, 1 to 1000: larger saves requests, smaller saves memory. Assumed, unmeasured on a FileMaker Server. */
  readonly pageSize: number;
  /** Records in the first page of a first read, at most `pageSize`: fewer let writers begin sooner, and cost one request more. */
  readonly firstPageSize: number;
  /** Pages that are read until the place is put down, 1 to 1000: more costs fewer writes to the state, and so many pages are read again after a crash. */
  readonly bookmarkPages: number;
  /**
   * Records of a page that are ingested at once, 1 to `pageSize`. Where writers share the process, a whole page would keep the answers of servers
   * waiting for a tenth of a second (measured); where each load of the state is a request, fewer at once take longer.
   */
  readonly ingestSize: number;
  /**
   * Keys in a batch, 1 to 250 (one look-up finds them all): larger saves look-ups and state, smaller repeats less after a crash, and keeps a row of
   * a remote state small.
   */
  readonly batchSize: number;
  /** Batches worked on at once for one server: enough that its sessions never wait for a look-up. Measured: 3 keeps 8 sessions busy. */
  readonly batchesAtOnce: number;
  /** A writer sends a request at most this long after it announced it; then it announces again, ms. */
  readonly sendWithinMs: number;
  /** How long after it was sent a request whose answer was lost may still take effect, ms. Shorter risks a doubled record, longer delays after a crash. Assumed. */
  readonly lateWriteMs: number;
  /** For how long a message is hidden while its batch is worked on, ms: longer than any batch takes. */
  readonly visibilityMs: number;
  /** The same of tables with containers, whose batches may hold large files. */
  readonly fileVisibilityMs: number;
  /** First wait before a locked or refused-for-now record is tried again, ms; doubles up to an hour. */
  readonly retryAfterMs: number;
  /** Files from so many bytes on come one at a time from a server: smaller ones come together, which saves waiting for answers. Assumed. */
  readonly largeFileBytes: number;
  /** A file that was under way for so long when the time was over, and is not through, counts as too slow after some tries, ms. */
  readonly slowFileMs: number;
  /** The longest that another process takes to store heads, ms; 0 where there is no other. Shorter may leave a new receiver without a record. */
  readonly storingMs: number;
  /** For how long the history of a record is kept, ms; 0: none is. As configured. */
  readonly historyMs: number;
  /** For how long a conflict is kept, ms. As configured. */
  readonly conflictsMs: number;
  /** For how long it is kept what a deleted record held, ms; may be infinite. As configured. */
  readonly deletedMs: number;
};

export const defaultSettings: Settings = {
  settleMs: 120_000,
  pageSize: 500,
  firstPageSize: 100,
  ingestSize: 250,
  bookmarkPages: 10,
  batchSize: 250,
  batchesAtOnce: 3,
  sendWithinMs: 5_000,
  lateWriteMs: 10_000,
  visibilityMs: 360_000,
  fileVisibilityMs: 360_000,
  retryAfterMs: 30_000,
  largeFileBytes: 50_000_000,
  slowFileMs: 5 * 60_000,
  storingMs: 0,
  historyMs: 90 * 86_400_000,
  conflictsMs: conflictKeptMs,
  deletedMs: Number.POSITIVE_INFINITY,
};

export type EngineTable = {
  readonly plan: TablePlan;
  readonly servers: ReadonlyMap<ServerName, ServerTable>;
  /** By layouts with key and stamp alone, where there are any. */
  readonly thin?: ReadonlyMap<ServerName, ThinTable>;
  /** Of the servers whose files keep a log of deletes. */
  readonly logs?: ReadonlyMap<ServerName, LogPort>;
};

/** The records of a table without their values: nothing of it is ever ingested. */
export type ThinTable = Pick<ServerTable, 'list'>;

/** A log of deletes as a table of its own: the key of a row is that of the record, its stamp says when it was deleted. */
export type LogPort = {
  /** Names it among others that the configuration named before. */
  readonly name: string;
  readonly table: Pick<ServerTable, 'changed' | 'list'>;
  /** Why it cannot be read as its layout is now, with place and remedy; undefined: it can. One request; throws ServerError. */
  readonly mistake: (signal: AbortSignal) => Promise<Error | undefined>;
  /** It could not be as its layout was last known: its layout is asked for before each reading. */
  readonly isDoubted: boolean;
};

export type Engine = {
  readonly tables: ReadonlyMap<TableName, EngineTable>;
  readonly servers: ReadonlyMap<ServerName, Server>;
  /** How many writes each server gets at once. */
  readonly lanes: ReadonlyMap<ServerName, Lanes>;
  /** Of servers that are written no faster than so; others may be absent. */
  readonly throttled?: ReadonlyMap<ServerName, Pacing>;
  readonly records: Records;
  readonly control: Control;
  readonly queue: Queue;
  /**
   * Where the contents of containers lie on their way. `assumed`: none is read or written, and what a server holds is taken for what is
   * known (dry runs). Absent: they cannot be carried.
   */
  readonly files?: FileKeeping | 'assumed' | undefined;
  /** Awaited as files come and go, part by part: for whoever has to say now and then that it is still at work. Has to be cheap. */
  readonly atWork?: (() => Promise<void>) | undefined;
  readonly clock: Clock;
  /** Windows in which nothing is asked of a server; servers without any may be absent. */
  readonly maintenance: ReadonlyMap<ServerName, Maintenance>;
  readonly random: Random;
  readonly settings: Settings;
  readonly report: (event: EngineEvent) => void;
  /** How the layout that a table has on a server is otherwise than the table was worked on with. One request; throws ServerError. */
  readonly driftOf: (table: TableName, server: ServerName, signal: AbortSignal) => Promise<Drift | undefined>;
  /** Whether the configuration has that table on that server, also where it cannot be worked on now. */
  readonly isConfigured: (place: PlaceName) => boolean;
  readonly newId: () => string;
};

export type FileKeeping = {
  readonly store: Files;
  /** Absent: nothing is removed. */
  readonly names?: FileNames | undefined;
  /** A larger file is parked, bytes. As configured. */
  readonly limitBytes: number;
};

export type PlaceName = { readonly table: TableName; readonly server: ServerName };

export const isSamePlace = (one: PlaceName, other: PlaceName): boolean =>
  one.table === other.table && one.server === other.server;

/** One table on one server, with everything needed to work there. */
export type Place = {
  readonly plan: TablePlan;
  readonly link: Link;
  readonly table: ServerTable;
  readonly thin?: ThinTable;
  readonly log?: LogPort;
};

/** Undefined where the configuration has no such table on that server (any more). */
export function placeOf(engine: Engine, table: TableName, server: ServerName): Place | undefined {
  const found = engine.tables.get(table);
  const link = found?.plan.links.find((candidate) => candidate.server === server);
  const port = found?.servers.get(server);
  const [thin, log] = [found?.thin?.get(server), found?.logs?.get(server)];
  if (!found || !link || !port) return undefined;
  return { plan: found.plan, link, table: port, ...(thin && { thin }), ...(log && { log }) };
}

/** Every table on the server, in the order of the configuration. */
export const placesOn = (engine: Engine, server: ServerName): readonly Place[] =>
  [...engine.tables.keys()].flatMap((table) => placeOf(engine, table, server) ?? []);

/** Splits into runs of at most `size`. */
export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
