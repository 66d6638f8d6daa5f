/**
 * All records of a table whose stamp lies at or above a bound, in pages.
 *
 * One find where they fit a page. More are split by time until a part fits a few pages, since every page of a find
 * is the whole find made again; what cannot be split (one second) is paged as it is. Until the first part is read, what a find
 * shows that is too large is given at once, and again with its part: whoever delivers has something to do meanwhile.
 */
import type { ChangesPlace } from '../core/bookmark.ts';
import type { Link } from '../core/link.ts';
import type { ServerRecord, ServerTable, StampRange } from '../ports/server.ts';
import { Cuts } from './cuts.ts';
import type { Engine } from './engine.ts';
import { fetchPage, pagesOf, type ReadPage, type Start } from './pager.ts';

/** Pages that are read of one find before it is split: more repeats larger finds, fewer makes more of them. Assumed. */
const pagesInOneFind = 4;

/**
 * Bounds in whole units: seconds of local time, or milliseconds since year 1, which a field may hold with fractions: the first of a part
 * is read with the last one as well, so that none lies between. The last part is open above.
 */
type Scale = { readonly unit: number; readonly range: (from: number, to: number | undefined) => StampRange };

const wall: Scale = {
  unit: 1000,
  range: (from, to) => ({ kind: 'wall', from, ...(to === undefined ? {} : { to }) }),
};

const utcMilliseconds: Scale = {
  unit: 1,
  range: (from, to) => ({ kind: 'utcMilliseconds', from, ...(to === undefined ? {} : { to: to + 1 }) }),
};

/** Rows that are stamped. */
export type Stamped = {
  readonly link: Pick<Link, 'stampedBy'>;
  readonly table: Pick<ServerTable, 'changed'>;
};

/** `behind`: where reading goes on behind this page; undefined where it cannot stop, and after the last. */
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
  const reading = { engine, place, scale, signal, ahead: new Set<string>() };
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
  /** States of rows that were given ahead of their part; undefined once a part was read. */
  ahead: Set<string> | undefined;
};

async function* openPart(reading: Reading, from: number, top: number): AsyncGenerator<ChangesPage> {
  const first = await firstPage(reading, reading.scale.range(from, undefined));
  if (fits(reading, first)) {
    yield* rest(reading, from, undefined, { first });
    return;
  }
  yield* inParts(reading, from, top, first);
  const beyond = top + reading.scale.unit;
  const last = await firstPage(reading, reading.scale.range(beyond, undefined));
  yield* rest(reading, beyond, undefined, { first: last });
}

async function* closedPart(
  reading: Reading,
  from: number,
  to: number,
  first: ReadPage,
): AsyncGenerator<ChangesPage> {
  if (from + reading.scale.unit > to || fits(reading, first)) {
    yield* rest(reading, from, to, { first });
    return;
  }
  yield* inParts(reading, from, to, first);
}

/** `whole`: the first page of more than is left of it; what people edit meanwhile leaves it, and comes behind all. */
async function* inParts(
  reading: Reading,
  from: number,
  to: number,
  whole: ReadPage,
): AsyncGenerator<ChangesPage> {
  yield* ahead(reading, whole);
  const { unit, range } = reading.scale;
  const most = largestFind(reading);
  const cuts = new Cuts({ from, to, unit, most, sample: whole.records.flatMap(shownStamp) });
  let left = whole.foundCount;
  let start = from;
  while (left > most && start + unit <= to) {
    const end = cuts.end(start, left);
    const first = await firstPage(reading, range(start, end));
    yield* closedPart(reading, start, end, first);
    cuts.found({ from: start, to: end, found: first.foundCount });
    left -= first.foundCount;
    start = end + unit;
  }
  yield* closedPart(reading, start, to, await firstPage(reading, range(start, to)));
}

const shownStamp = ({ stamp }: ServerRecord): readonly number[] => {
  if (stamp.kind === 'empty') return [];
  return [stamp.kind === 'wall' ? stamp.wall : stamp.value];
};

/** Reading cannot stop behind them: nothing of their part is over. */
function* ahead({ ahead: given }: Reading, page: ReadPage): Generator<ChangesPage> {
  if (given === undefined) return;
  const records = page.records.filter((record) => !given.has(stateOf(record)));
  for (const record of records) given.add(stateOf(record));
  if (records.length > 0) yield { ...page, records, behind: undefined };
}

const stateOf = ({ recordId, modId }: ServerRecord): string => `${recordId} ${modId}`;

const fits = (reading: Reading, first: ReadPage): boolean => first.foundCount <= largestFind(reading);

const largestFind = ({ engine }: Reading): number => engine.settings.pageSize * pagesInOneFind;

function firstPage({ engine, place, signal }: Reading, range: StampRange): Promise<ReadPage> {
  const limit = engine.settings.pageSize;
  return fetchPage(engine.clock, (page) => place.table.changed(range, page, signal), { offset: 0, limit });
}

async function* rest(
  reading: Reading,
  from: number,
  to: number | undefined,
  start: Start,
): AsyncGenerator<ChangesPage> {
  const { engine, place, scale, signal } = reading;
  const range = scale.range(from, to);
  const fetch = (page: { offset: number; limit: number }) => place.table.changed(range, page, signal);
  const pages = pagesOf(engine.clock, fetch, engine.settings.pageSize, start);
  const after = to === undefined ? undefined : { from: to + scale.unit };
  const bound = to === undefined ? {} : { to };
  for await (const page of pages) {
    const behind = page.next === undefined ? after : { from, within: { ...bound, place: page.next } };
    reading.ahead = undefined;
    yield { ...page, behind };
  }
}
