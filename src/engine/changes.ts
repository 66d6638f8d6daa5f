/**
 * All records of a table whose stamp lies at or above a bound, in pages.
 *
 * One find where they fit a page. More are split by time until a part fits a few pages, since every page of a find
 * is the whole find made again; what cannot be split (one second) is paged as it is.
 */
import type { ChangesPlace } from '../core/bookmark.ts';
import type { Link } from '../core/link.ts';
import type { ServerTable, StampRange } from '../ports/server.ts';
import type { Engine } from './engine.ts';
import { fetchPage, pagesOf, type ReadPage, type Start } from './pager.ts';

/** Pages that are read of one find before it is split: more repeats larger finds, fewer makes more of them. Assumed. */
const pagesInOneFind = 4;

/** Bounds in whole units: seconds of local time, or milliseconds since year 1. The last part is open above. */
type Scale = { readonly unit: number; readonly range: (from: number, to: number | undefined) => StampRange };

const wall: Scale = {
  unit: 1000,
  range: (from, to) => ({ kind: 'wall', from, ...(to === undefined ? {} : { to }) }),
};

const utcMilliseconds: Scale = {
  unit: 1,
  range: (from, to) => ({ kind: 'utcMilliseconds', from, ...(to === undefined ? {} : { to }) }),
};

/** Rows that are stamped. */
export type Stamped = {
  readonly link: Pick<Link, 'stampedBy'>;
  readonly table: Pick<ServerTable, 'changed'>;
};

/** `behind`: where reading goes on behind this page; undefined after the last. */
export type ChangesPage = ReadPage & { readonly behind: ChangesPlace | undefined };

/** `from`, `now`: local time or UTC milliseconds since year 1, as the stamp is; `now` is the latest that the stamping clock may show. */
export async function* changesSince(
  engine: Engine,
  place: Stamped,
  { from, within }: ChangesPlace,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<ChangesPage> {
  const scale = place.link.stampedBy === 'utcMilliseconds' ? utcMilliseconds : wall;
  const reading = { engine, place, scale, signal };
  const topFrom = (lowest: number): number => Math.max(lowest, Math.ceil(now / scale.unit) * scale.unit);
  if (within === undefined) {
    yield* openPart(reading, from, topFrom(from));
    return;
  }
  yield* rest(reading, from, within.to, { from: within.place });
  if (within.to === undefined) return;
  const next = within.to + scale.unit;
  yield* openPart(reading, next, topFrom(next));
}

type Reading = {
  readonly engine: Engine;
  readonly place: Stamped;
  readonly scale: Scale;
  readonly signal: AbortSignal;
};

async function* openPart(reading: Reading, from: number, top: number): AsyncGenerator<ChangesPage> {
  const first = await firstPage(reading, reading.scale.range(from, undefined));
  if (fits(reading, first)) {
    yield* rest(reading, from, undefined, { first });
    return;
  }
  yield* closedPart(reading, from, top);
  const beyond = top + reading.scale.unit;
  const last = await firstPage(reading, reading.scale.range(beyond, undefined));
  yield* rest(reading, beyond, undefined, { first: last });
}

async function* closedPart(reading: Reading, from: number, to: number): AsyncGenerator<ChangesPage> {
  const { unit, range } = reading.scale;
  const first = await firstPage(reading, range(from, to));
  if (from >= to || fits(reading, first)) {
    yield* rest(reading, from, to, { first });
    return;
  }
  const middle = from + Math.floor((to - from) / unit / 2) * unit;
  yield* closedPart(reading, from, middle);
  yield* closedPart(reading, middle + unit, to);
}

const fits = ({ engine }: Reading, first: ReadPage): boolean =>
  first.foundCount <= engine.settings.pageSize * pagesInOneFind;

function firstPage({ engine, place, signal }: Reading, range: StampRange): Promise<ReadPage> {
  const limit = engine.settings.pageSize;
  return fetchPage(engine.clock, (page) => place.table.changed(range, page, signal), { offset: 0, limit });
}

async function* rest(
  { engine, place, scale, signal }: Reading,
  from: number,
  to: number | undefined,
  start: Start,
): AsyncGenerator<ChangesPage> {
  const range = scale.range(from, to);
  const fetch = (page: { offset: number; limit: number }) => place.table.changed(range, page, signal);
  const pages = pagesOf(engine.clock, fetch, engine.settings.pageSize, start);
  const after = to === undefined ? undefined : { from: to + scale.unit };
  const bound = to === undefined ? {} : { to };
  for await (const page of pages) {
    const behind = page.next === undefined ? after : { from, within: { ...bound, place: page.next } };
    yield { ...page, behind };
  }
}
