/**
 * enumerate: read what changed on a server since the watermark, and ingest it.
 *
 *   R1  The watermark moves after every page was ingested, to the start of this run by the server's clock at its
 *       earliest. A run that dies leaves it where it was, and the next one reads the same again.
 *
 * The first read of a table is a listing, since a record with an empty stamp matches no range.
 */
import { sends } from '../core/link.ts';
import type { EpochMs } from '../core/names.ts';
import { wallTimeAt } from '../core/wall-time.ts';
import { utcMillisecondsAt1970 } from '../core/stamp.ts';
import type { Watermark } from '../core/watermark.ts';
import {
  looksWide,
  lowerUtcMilliseconds,
  lowerWallTime,
  movedWatermark,
  wideMs,
  windowStart,
} from '../core/window.ts';
import { changesSince } from './changes.ts';
import type { Engine, Place } from './engine.ts';
import { ingest } from './ingest.ts';
import { type LinkClock, linkClock, observe } from './link-clock.ts';
import { meet } from './meet.ts';
import { pagesOf, type ReadPage } from './pager.ts';

/** `halted`: the first meeting waits for a person; `waiting`: for other servers. Nothing was ingested. */
export type Enumeration = 'done' | 'halted' | 'waiting';

/** `pace` is awaited before each further page: whoever delivers at the same time holds reading up by it. */
export async function enumerate(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: () => Promise<void> = () => Promise.resolve(),
): Promise<Enumeration> {
  const met = await meet(engine, place, signal);
  if (met !== 'passed') return met;
  if (!sends(place.link)) return 'done';
  const startedAt = engine.clock.now();
  const clock = await linkClock(engine, place);
  const watermark = await engine.control.watermark(place.plan.name, place.link.server);
  const phase = watermark === undefined ? 'first-read' : 'changes';
  const since = watermark?.setAt ?? startedAt;
  let read = 0;
  for await (const page of pages(engine, place, watermark, clock, startedAt, signal)) {
    read += page.records.length;
    const observations = page.records.map((record) => observe(place, record, clock, page.at, page.until));
    const sightings = await ingest(engine, place, observations, clock, since, signal);
    engine.report({
      kind: 'read',
      table: place.plan.name,
      server: place.link.server,
      phase,
      records: page.records.length,
      total: Math.max(read, page.foundCount),
    });
    if (sightings.unsettled > 0) return 'done';
    await pace();
  }
  // Where another run was faster its watermark stands: it read at least as much.
  await engine.control.putWatermark(movedWatermark(watermark, placeName(place), clock, startedAt));
  return 'done';
}

const placeName = ({ plan, link }: Place): { table: string; server: string } => ({
  table: plan.name,
  server: link.server,
});

function pages(
  engine: Engine,
  place: Place,
  watermark: Watermark | undefined,
  clock: LinkClock,
  now: EpochMs,
  signal: AbortSignal,
): AsyncGenerator<ReadPage> {
  if (watermark === undefined) {
    return pagesOf(engine.clock, (range) => place.table.list(range, signal), engine.settings.pageSize);
  }
  const wide = looksWide(watermark, now) ? wideMs : 0;
  const start = windowStart(watermark, clock, engine.settings.settleMs) - wide;
  const latest = now + clock.offset.hi;
  if (place.link.stampedBy === 'utcMilliseconds') {
    const from = lowerUtcMilliseconds(start);
    return changesSince(engine, place, from, Math.ceil(latest) + utcMillisecondsAt1970, signal);
  }
  const from = lowerWallTime(start, now, clock, clock.timeZone);
  return changesSince(engine, place, from, wallTimeAt(latest, clock.timeZone), signal);
}
