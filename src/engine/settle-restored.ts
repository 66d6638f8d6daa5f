/**
 * Carries out what a person said of a server whose file is of another past: all of the table there is listed and put down as it
 * is, then what is known and was not listed.
 *
 *   R2  It takes long where there are many rows: its place is stored in the halt, and whoever is next goes on from there. What
 *       was done behind the place is found so.
 */
import type { ListPlace } from '../core/bookmark.ts';
import type { Halt } from '../core/halt.ts';
import type { Key } from '../core/names.ts';
import { rowNumber, RowSet, type SweepPlace } from '../core/sweep.ts';
import type { PageRange } from '../ports/server.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { withFilesRead } from './files.ts';
import { linkClock, observe } from './link-clock.ts';
import { lookFor, type Wanted } from './look.ts';
import { suspect } from './missing.ts';
import { paged } from './paged.ts';
import { pagesOf, type ReadPage } from './pager.ts';
import { readable } from './readable.ts';
import { remapPage, settleUnlisted } from './remap-pages.ts';
import { goneMove, listedMove } from './restored-moves.ts';
import { putDown, type Settling, type Work } from './restored-work.ts';
import { hasRoom, isTooOld, listingFromStart, nameOf, readRows, storeRows } from './sweep-work.ts';

/** Rows at once; a head is written for each. */
const headsInOnePage = 500;

/** The halt as it is stored in the end; undefined where `pace` said to stop, or another process is at it. */
export async function settleRestored(settling: Settling): Promise<Halt | undefined> {
  const { engine, place } = settling;
  const { work, at } = await begin(settling);
  if (at.phase === 'listing' && (await listAll(work, at.place)) === 'stopped') return undefined;
  if ((await compareAll(work)) === 'stopped') return undefined;
  await engine.control.dropSweepParts(place.plan.name, place.link.server);
  return work.halt;
}

async function begin(settling: Settling): Promise<{ readonly work: Work; readonly at: SweepPlace }> {
  const { engine, place, halt, signal } = settling;
  const fields = place.plan.fields.map(({ name }) => name);
  const clock = await linkClock(engine, place, signal);
  const { progress } = halt;
  const isOurs =
    progress !== undefined &&
    JSON.stringify(progress.fields) === JSON.stringify(fields) &&
    !isTooOld(engine, progress.startedAt);
  const of = { ...nameOf(place), startedAt: progress?.startedAt ?? 0 };
  const rows = isOurs ? await readRows(engine, of, progress.place.parts) : undefined;
  const base = {
    ...settling,
    clock,
    fields,
    copiedAfter: isOurs ? progress.copiedAfter : undefined,
    figures: isOurs ? halt.figures : begun(halt),
  };
  if (isOurs && rows !== undefined)
    return {
      work: { ...base, rows, startedAt: progress.startedAt, parts: progress.place.parts },
      at: progress.place,
    };
  await dropSweep(engine, place);
  const startedAt = engine.clock.now();
  return { work: { ...base, rows: new RowSet(), startedAt, parts: 0 }, at: listingFromStart };
}

/** Of a migration they count what is found; of others they say why it was raised. */
const begun = ({ kind, figures }: Halt): Halt['figures'] => (kind === 'migration' ? {} : figures);

/** One that is under way has listed what was there before: it begins anew. */
export async function dropSweep({ control }: Engine, place: Place): Promise<void> {
  const { table, server } = nameOf(place);
  const { underWay, ...rest } = (await control.sweep(table, server)) ?? { table, server };
  if (underWay !== undefined) await control.putSweep(rest);
  await control.dropSweepParts(table, server);
}

type Went = 'on' | 'stopped';

async function save(work: Work, place: SweepPlace): Promise<Went> {
  const { engine, startedAt, fields, copiedAfter } = work;
  const { drift: _, ...halt } = work.halt;
  const progress = { startedAt, fields, place, ...(copiedAfter !== undefined && { copiedAfter }) };
  const next: Halt = { ...halt, figures: work.figures, rev: halt.rev + 1, progress };
  // Where another process carries it out too, that one goes on.
  if (!(await engine.control.putHalt(next))) return 'stopped';
  work.halt = next;
  return 'on';
}

async function listAll(work: Work, from: ListPlace): Promise<Went> {
  const { engine, place, signal } = work;
  const fetch = (range: PageRange) => place.table.list(range, signal);
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize, { from })) {
    await (work.side === 'merge' ? remapPage(work, page) : putPageDown(work, page));
    const stops = page.next !== undefined && (await work.pace()) === 'stop';
    if (page.next === undefined || (!stops && hasRoom(work))) continue;
    await storeRows(work);
    const listed = { phase: 'listing', place: page.next, parts: work.parts } as const;
    if ((await save(work, listed)) === 'stopped' || stops) return 'stopped';
  }
  await storeRows(work);
  return save(work, { phase: 'comparing', parts: work.parts });
}

async function putPageDown(work: Work, page: ReadPage): Promise<void> {
  for (const { key, recordId } of page.records) work.rows.add(rowNumber(key, recordId));
  const states = page.records
    .filter(({ key }) => key !== '')
    .map((record) => observe(work.place, record, work.clock, page.at, page.until));
  const seen = await withFilesRead(work.engine, work.place, states, work.clock, work.signal);
  await putDown(
    work,
    seen.map(({ key }) => key),
    (known) => {
      const state = seen.findLast(({ key }) => key === known.head.key);
      return state && listedMove(work, state, known);
    },
  );
}

async function compareAll(work: Work): Promise<Went> {
  const { engine, place, side, rows } = work;
  const { progress } = work.halt;
  if (progress?.place.phase !== 'comparing') return 'stopped';
  const { parts, after: from } = progress.place;
  let last = from;
  const pages = paged<{ readonly key: Key }>((before) =>
    engine.records.keys(place.plan.name, headsInOnePage, before?.key ?? from),
  );
  for await (const page of pages) {
    const keys = page.map(({ key }) => key);
    if (side === 'truth') await suspectUnlisted(work, keys);
    else if (side === 'merge') await settleUnlisted(work, keys);
    else await putDown(work, keys, (known) => goneMove(work, known, rows, engine.clock.now()));
    last = keys.at(-1) ?? last;
    if ((await work.pace()) === 'on') continue;
    await save(work, { phase: 'comparing', parts, ...(last !== undefined && { after: last }) });
    return 'stopped';
  }
  return save(work, { phase: 'comparing', parts, ...(last !== undefined && { after: last }) });
}

/** What the server does not show any more is looked for like anything that seems to be gone, and counts for the limit of deletes. */
async function suspectUnlisted(
  { engine, place, clock, rows, signal }: Work,
  keys: readonly Key[],
): Promise<void> {
  const { table, server } = nameOf(place);
  const { result: replicas } = await readable(engine, place, keys, (of) =>
    engine.records.replicas(table, server, of),
  );
  const unlisted = [...replicas.values()].filter(
    ({ key, recordId, gone }) => !gone && !rows.has(rowNumber(key, recordId)),
  );
  // That other records are in their rows is known by now.
  const wanted = unlisted.map(({ key, recordId, rev }): Wanted => ({ key, recordId, rev }));
  for (const chunk of chunksOf(wanted, engine.settings.batchSize)) {
    const looked = await lookFor(engine, place, chunk, clock, signal);
    await suspect(engine, place, looked.gone, 'restored');
  }
}
