/**
 * The second half of a sweep: all that is held, compared with what was listed.
 *
 *   R2  What is behind and in no batch gets into one.
 *   R8  What is held and was not listed is looked for at once, and again later, before that counts.
 */
import { numberOf } from '../core/digest.ts';
import type { Replica } from '../core/head.ts';
import { receives } from '../core/link.ts';
import type { Key } from '../core/names.ts';
import { isBehind } from '../core/observation.ts';
import { isTakenForRight, limitOf } from '../core/suspect.ts';
import { rowNumber } from '../core/sweep.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { dropOldValues } from './drop-old-values.ts';
import { hiddenSince } from './hidden-rows.ts';
import { keysInBatches } from './in-batches.ts';
import { ingestAbsences } from './ingest-absences.ts';
import { ingest } from './ingest.ts';
import { outsideAmong } from './leaving.ts';
import { lookFor, type Wanted } from './look.ts';
import { suspect } from './missing.ts';
import { paged } from './paged.ts';
import { readable } from './readable.ts';
import { add, isHalted, nameOf, save, type SweepWork } from './sweep-work.ts';

/** Heads compared at once. */
const headsInOnePage = 1000;

/** All that is held, in the order of keys: what was not listed is suspected, what is behind gets into a batch. */
export async function compareAll(work: SweepWork): Promise<'done' | 'unfinished' | 'halted'> {
  const { engine, place, pace, at } = work;
  const { table, server } = nameOf(place);
  const inBatches = receives(place.link) ? await keysInBatches(engine, table, server) : new Set<number>();
  const from = at.phase === 'comparing' ? at.after : undefined;
  const pages = paged<{ key: Key; version: number }>((last) =>
    engine.records.keys(table, headsInOnePage, last?.key ?? from),
  );
  let unsaved = 0;
  for await (const page of pages) {
    const keys = page.map(({ key }) => key);
    const { result: replicas } = await readable(engine, place, keys, (of) =>
      engine.records.replicas(table, server, of),
    );
    await dropOldValues(
      engine,
      place,
      [...replicas.values()].filter(({ gone }) => gone).map(({ key }) => key),
    );
    const unlisted = new Map(unlistedAmong(work, [...replicas.values()]).map((one) => [one.key, one]));
    for (const slice of slicesOf(page, ({ key }) => unlisted.has(key), engine.settings.batchSize)) {
      const wanted = slice.flatMap(({ key }) => unlisted.get(key) ?? []);
      if ((await isHalted(work)) || (await lookForUnlisted(work, wanted)) === 'halted') return 'halted';
      if (receives(place.link)) {
        const doubtful = slice.filter(
          ({ key, version }) =>
            isDoubtful(place, replicas.get(key), version) && !inBatches.has(numberOf(key)),
        );
        await putBackBehind(
          work,
          doubtful.map(({ key }) => key),
          replicas,
        );
      }
      if ((await pace()) === 'on') continue;
      await saveComparing(work, slice.at(-1)?.key);
      return 'unfinished';
    }
    unsaved += 1;
    if (unsaved < engine.settings.bookmarkPages) continue;
    unsaved = 0;
    await saveComparing(work, page.at(-1)?.key);
  }
  return 'done';
}

/** Runs of a page with at most so many that `count`: each of those may be a request. */
function slicesOf<Item>(
  page: readonly Item[],
  counts: (item: Item) => boolean,
  most: number,
): readonly (readonly Item[])[] {
  const slices: Item[][] = [[]];
  let counted = 0;
  for (const item of page) {
    counted += counts(item) ? 1 : 0;
    if (counted > most) {
      slices.push([]);
      counted = 1;
    }
    slices.at(-1)?.push(item);
  }
  return slices;
}

const saveComparing = (work: SweepWork, after: Key | undefined): Promise<void> =>
  save(work, { phase: 'comparing', parts: work.parts, ...(after !== undefined && { after }) });

/** A version is only a hint; one that ended there may be alive by now, or by another policy; a share may have been another one. */
const isDoubtful = ({ link }: Place, replica: Replica | undefined, version: number): boolean =>
  link.share !== undefined ||
  replica?.version !== version ||
  replica.behind === true ||
  replica.gone === true;

/** What was made or seen while the listing went on need not be in it. */
function unlistedAmong(work: SweepWork, replicas: readonly Replica[]): readonly Replica[] {
  const before = work.startedAt - work.engine.settings.settleMs;
  return replicas.filter(
    ({ key, recordId, until, gone }) => !gone && until < before && !work.rows.has(rowNumber(key, recordId)),
  );
}

/** What is outside the server's share was deleted by nobody: it is not suspected, and no limit is for it. */
async function lookForUnlisted(work: SweepWork, found: readonly Replica[]): Promise<'on' | 'halted'> {
  const { engine, place } = work;
  const outside = await outsideAmong(
    engine,
    place,
    found.map(({ key }) => key),
  );
  const [out, others] = [
    found.filter(({ key }) => outside.has(key)),
    found.filter(({ key }) => !outside.has(key)),
  ];
  if ((await endUnlisted(work, out)) === 'halted') return 'halted';
  return suspectUnlisted(work, others);
}

async function endUnlisted(work: SweepWork, found: readonly Replica[]): Promise<'on' | 'halted'> {
  if (found.length === 0) return 'on';
  const { engine, place, clock, signal, startedAt } = work;
  const looked = await lookFor(engine, place, found, clock, signal);
  if (looked.halted) return 'halted';
  const { halted } = await ingest(engine, place, looked.present, clock, startedAt, signal);
  if (halted) return 'halted';
  await ingestAbsences(engine, place, looked.gone, clock, startedAt, signal);
  return 'on';
}

async function suspectUnlisted(work: SweepWork, found: readonly Wanted[]): Promise<'on' | 'halted'> {
  const { engine, place, clock, signal, startedAt } = work;
  const unlisted = await withoutTakenForRight(engine, place, found);
  if (work.counts.absent > mostLookedFor(work)) {
    await suspectUnseen(work, unlisted);
    return 'on';
  }
  const looked = await lookFor(engine, place, unlisted, clock, signal);
  if (looked.halted) return 'halted';
  const { halted } = await ingest(engine, place, looked.present, clock, startedAt, signal);
  if (halted) return 'halted';
  await suspect(engine, place, looked.gone, 'sweep');
  add(work, { absent: looked.gone.length });
  work.hidden += (await hiddenSince(engine, place, looked.parked, work.before.last?.endedAt ?? 0)).length;
  return 'on';
}

/** Of those that a person knows to be missing nothing new is found; they wait for their second look. */
async function withoutTakenForRight(
  { control }: Engine,
  place: Place,
  unlisted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  if (unlisted.length === 0) return [];
  const { table, server } = nameOf(place);
  const keys = unlisted.map(({ key }) => key);
  const suspects = await control.suspectsAmong(table, server, keys);
  return unlisted.filter(({ key, rev }) => !isTakenForRight(suspects.get(key), rev));
}

/** As the limit is reckoned when they are looked for again. */
function mostLookedFor({ place, counts, before }: SweepWork): number {
  const rows = Math.max(counts.rows, before.last?.counts.rows ?? 0) + counts.absent;
  return limitOf(place.plan, rows);
}

/** So many are gone that a person has to say so anyway: each is looked for then, and not one by one now. */
async function suspectUnseen(work: SweepWork, unlisted: readonly Wanted[]): Promise<void> {
  const { engine, place } = work;
  const at = engine.clock.now();
  const { server } = nameOf(place);
  await suspect(
    engine,
    place,
    unlisted.map(({ key, recordId, rev }) => ({ key, recordId, rev, server, at, until: at })),
    'sweep',
  );
  add(work, { absent: unlisted.length });
}

async function putBackBehind(
  work: SweepWork,
  keys: readonly Key[],
  replicas: ReadonlyMap<Key, Replica>,
): Promise<void> {
  if (keys.length === 0) return;
  const { engine, place, startedAt } = work;
  const { table, server } = nameOf(place);
  const { result: heads } = await readable(engine, place, keys, (of) => engine.records.heads(table, of));
  const parked = await engine.control.parkedAmong(table, server, keys);
  const suspects = await engine.control.suspectsAmong(table, server, keys);
  const behind = [...heads.values()].filter(
    (head) =>
      !parked.has(head.key) && !suspects.has(head.key) && isBehind(place, head, replicas.get(head.key)),
  );
  if (behind.length === 0) return;
  const wanted = behind.map(({ key, version }) => ({ key, version }));
  const rows = chunksOf(wanted, engine.settings.batchSize).map((chunk) =>
    newBatch(engine, place, server, chunk, startedAt),
  );
  await engine.control.putBatches(rows);
  await announce(engine, rows);
  add(work, { putBack: behind.length });
}
