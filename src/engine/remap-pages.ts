/** The rows of a file that a release put in place of another, page by page; what becomes of each is decided in remap.ts. */
import type { Halt } from '../core/halt.ts';
import type { Key } from '../core/names.ts';
import { rowNumber } from '../core/sweep.ts';
import { chunksOf } from './engine.ts';
import { withFilesRead } from './files.ts';
import { ingest } from './ingest.ts';
import { observe } from './link-clock.ts';
import { lookFor, type Wanted } from './look.ts';
import { suspect } from './missing.ts';
import type { ReadPage } from './pager.ts';
import { readable } from './readable.ts';
import { copiedAfter, decided, isKnownBefore, remapped } from './remap.ts';
import { goneMove, isAsKnown } from './restored-moves.ts';
import { putDown, type Work } from './restored-work.ts';
import { nameOf } from './sweep-work.ts';

type Figure = 'same' | 'edited' | 'made' | 'older' | 'gone' | 'again';

function count(work: Work, figure: Figure, records: number): void {
  const figures: Halt['figures'] = { ...work.figures, [figure]: (work.figures[figure] ?? 0) + records };
  work.figures = figures;
}

/** What is clear is put down, what was made there is ingested, the rest is looked up once all is listed. */
export async function remapPage(work: Work, page: ReadPage): Promise<void> {
  const { engine, place, clock, signal } = work;
  const states = page.records
    .filter(({ key }) => key !== '')
    .map((record) => observe(place, record, clock, page.at, page.until));
  const read = await withFilesRead(engine, place, states, clock, signal);
  const seen = new Map(read.map((state) => [state.key, state] as const));
  const outcomes = new Map<Key, Figure | 'unclear'>();
  await putDown(work, [...seen.keys()], (known) => {
    const { key } = known.head;
    const state = seen.get(key);
    if (state === undefined) return undefined;
    work.copiedAfter = copiedAfter(work, state, known);
    const outcome = remapped(work, state, known);
    const isText = outcome === 'unclear' || outcome === 'made';
    const figure = isAsKnown(work, state, known) ? 'same' : 'edited';
    outcomes.set(key, isText ? outcome : figure);
    return isText ? undefined : outcome;
  });
  const clear = [...seen.values()].filter(({ key }) => outcomes.get(key) !== 'unclear');
  for (const { key, recordId } of clear) work.rows.add(rowNumber(key, recordId));
  const made = clear.filter(({ key }) => (outcomes.get(key) ?? 'made') === 'made');
  await ingest(engine, place, made, clock, work.startedAt, signal);
  count(work, 'made', made.length);
  for (const figure of ['same', 'edited'] as const)
    count(work, figure, [...outcomes.values()].filter((one) => one === figure).length);
}

/** Records whose rows were not clear, or not listed: all is listed by now. */
export async function settleUnlisted(work: Work, keys: readonly Key[]): Promise<void> {
  const { engine, place, rows } = work;
  const { table, server } = nameOf(place);
  const { result: replicas } = await readable(engine, place, keys, (of) =>
    engine.records.replicas(table, server, of),
  );
  const wanted = [...replicas.values()]
    .filter(({ key, recordId, gone }) => !gone && !rows.has(rowNumber(key, recordId)))
    .map(({ key, recordId, rev, until }) => ({ key, recordId, rev, until }));
  for (const chunk of chunksOf(wanted, engine.settings.batchSize)) await settleChunk(work, chunk);
}

async function settleChunk(
  work: Work,
  wanted: readonly (Wanted & { readonly until: number })[],
): Promise<void> {
  const { engine, place, clock, signal } = work;
  const { table, server } = nameOf(place);
  const found = await lookFor(engine, place, wanted, clock, signal);
  const looked = { ...found, present: await withFilesRead(engine, place, found.present, clock, signal) };
  const present = new Map(looked.present.map((state) => [state.key, state]));
  await putDown(work, [...present.keys()], (known) => {
    const state = present.get(known.head.key);
    return state && decided(work, state, known, work.copiedAfter);
  });
  const isBefore = new Map(wanted.map((one) => [one.key, isKnownBefore(one, work.copiedAfter)]));
  const edited = looked.present.filter(({ key }) => isBefore.get(key));
  count(work, 'edited', edited.length);
  count(work, 'older', looked.present.length - edited.length);
  const gone = looked.gone.filter(({ key }) => isBefore.get(key));
  const again = looked.gone.filter(({ key }) => !isBefore.get(key)).map(({ key }) => key);
  // What was suspected of them before was of the other file.
  await engine.control.dropSuspects(table, server, again);
  await suspect(engine, place, gone, 'restored');
  await putDown(work, again, (known) => goneMove(work, known, work.rows, engine.clock.now()));
  count(work, 'gone', gone.length);
  count(work, 'again', again.length);
}
