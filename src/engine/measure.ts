/** measure: read a server's clock, and put batches back on a queue whose message was lost or whose time has come. */
import type { BatchRow } from '../core/batch.ts';
import { isContainer } from '../core/files.ts';
import { receives } from '../core/link.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import { followed, underZone } from '../core/clock-trust.ts';
import { offZoneMs, type Probe, withProbe, withScript } from '../core/server-clock.ts';
import { keepClockHalts } from './clock-halts.ts';
import { type Engine, placeOf, placesOn } from './engine.ts';
import { unlearn } from './leave.ts';
import { isOutdated } from './outdated.ts';
import { paged } from './paged.ts';
import { isServerPaused } from './paused.ts';

/** Unless the server is paused: then nothing is known anew. */
export async function measureClock(engine: Engine, server: ServerName, signal: AbortSignal): Promise<void> {
  if (!(await isServerPaused(engine, server))) await probeClock(engine, server, signal);
}

/** Folds one probe into what is known of the server's clock; a step and a foreign zone are reported. */
export async function probeClock(engine: Engine, server: ServerName, signal: AbortSignal): Promise<void> {
  const port = engine.servers.get(server);
  if (port === undefined) throw new Error(`no server named ${server}`);
  const probe = await port.probe(signal);
  const stored = await engine.control.clock(server);
  const zone = placesOn(engine, server)[0]?.link.timeZone;
  const before = stored && zone !== undefined ? underZone(stored, zone) : stored;
  const after = followed(before, withProbe(before, server, probe));
  await keepClockHalts(engine, server, stored, after);
  // Where another run was faster its state stands; this probe is one of many.
  if (!(await engine.control.putClock(after))) return;
  if (before && after.epoch !== before.epoch && after.step) {
    engine.report({ kind: 'clock-stepped', server, byMs: after.step.byMs });
  }
  const offByMs = offZoneMs(after);
  if (offByMs !== undefined && offByMs !== (before && offZoneMs(before))) {
    engine.report({ kind: 'other-zone', server, offByMs });
  }
}

/** Keeps what requests showed of a server's clock beside what they were sent for. What is wrong with it is for the next probe to tell. */
export async function keepShown(engine: Engine, server: ServerName, shown: Probe | undefined): Promise<void> {
  if (shown === undefined) return;
  const stored = await engine.control.clock(server);
  const next = stored && withScript(stored, shown);
  // Where another process was faster its state stands.
  if (next !== undefined) await engine.control.putClock(next);
}

/**
 * A row's time has come and no message was sent since, or its message was surely lost: also one of before `lostBefore`, when
 * messages went to nobody.
 */
export function isDue(row: BatchRow, now: EpochMs, lostBefore: EpochMs, visibilityMs: number): boolean {
  const sent = Math.max(row.sentAt, row.createdAt);
  const lost = sent < Math.max(lostBefore, now - 2 * visibilityMs);
  return row.notBefore <= now && (row.notBefore > sent || lost);
}

/** A batch without files is sent again soon, however large a file may be. */
export function visibilityOf(
  { settings, tables }: Pick<Engine, 'settings' | 'tables'>,
  table: TableName,
): number {
  const hasFiles = tables.get(table)?.plan.fields.some(isContainer) ?? false;
  return hasFiles ? settings.fileVisibilityMs : settings.visibilityMs;
}

const unstopped = new AbortController().signal;

/** Rows read at once when putting back. */
const rowsInOnePage = 1000;

/**
 * Sends a message for each open row of the server that `which` accepts and whose `sentAt` is still the one read.
 * Returns how many; `signal` ends it between two pages. Rows of a table that the server does not receive any more are closed: nobody works on them.
 */
export async function putBack(
  engine: Engine,
  server: ServerName,
  which: (row: BatchRow) => boolean,
  signal: AbortSignal = unstopped,
): Promise<number> {
  let count = 0;
  const rows = paged<BatchRow>((after) => engine.control.openBatches(server, rowsInOnePage, after));
  for await (const page of rows) {
    // What is left comes with the next look.
    if (signal.aborted) return count;
    const [wanted, stranded] = [page.filter(which), page.filter((row) => isStranded(engine, row))];
    await closeStranded(engine, server, stranded);
    count += await sendAgain(
      engine,
      server,
      wanted.filter((row) => !stranded.includes(row)),
    );
  }
  return count;
}

/** Unless another process knows that the server receives by now. What was announced may have been done: it is no act of that server (R4). */
async function closeStranded(engine: Engine, server: ServerName, rows: readonly BatchRow[]): Promise<void> {
  for (const [table, of] of Map.groupBy(rows, (row) => row.table)) {
    const place = placeOf(engine, table, server);
    if (place === undefined || (await isOutdated(engine, place))) continue;
    for (const row of of) {
      await unlearn(engine, row);
      await engine.control.close(row.id, row.rev);
    }
  }
}

function isStranded(engine: Engine, row: BatchRow): boolean {
  const place = placeOf(engine, row.table, row.server);
  return place !== undefined && !receives(place.link);
}

/** A message for each row whose `sentAt` is still the one read; returns how many. */
export async function sendAgain(
  engine: Engine,
  server: ServerName,
  rows: readonly BatchRow[],
): Promise<number> {
  const preparing = rows.filter((row) => row.state === 'preparing').map((row) => row.id);
  const now = engine.clock.now();
  if (preparing.length > 0) await engine.control.markReady(preparing, now);
  const ready = rows.filter((row) => row.state === 'ready');
  const marked = await engine.control.markSent(ready, now);
  const ids = [...preparing, ...marked];
  if (ids.length > 0) await engine.queue.send(server, ids);
  return ids.length;
}

/** One in preparation may belong to a head that is not stored yet: it is announced by who prepares it. */
export async function putBackDue(engine: Engine, server: ServerName): Promise<void> {
  const now = engine.clock.now();
  await putBack(engine, server, (row) => row.state === 'ready' && row.notBefore <= now);
}
