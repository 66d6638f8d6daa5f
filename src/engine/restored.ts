/**
 * A server whose file is not the one that was known: put back to an earlier state, or made anew from the same records. What it
 * holds then is neither an edit nor an echo.
 *
 *   R8  The table halts there, since edits made on it would be taken for old states, and records that the file does not have
 *       yet for deletes. A person says which side is right. Nothing is asked of the server where nothing is suspicious.
 */
import { type Halt, newHalt } from '../core/halt.ts';
import type { Replica } from '../core/head.ts';
import type { Key, RecordId } from '../core/names.ts';
import { type Found, foundInPlaceOf, isPutBack, isReached, type NewestRow } from '../core/newest.ts';
import type { Observation, Verdict } from '../core/observation.ts';
import { isClone, othersOf } from './clone.ts';
import { stillHas } from './confirm.ts';
import type { Engine, Place } from './engine.ts';
import { raise } from './raise.ts';

export type RowSign = { readonly key: Key; readonly recordId: RecordId };

/** What a reading knew before it began, and what it has asked: once is enough. */
export class FileWatch {
  readonly newest: readonly NewestRow[];
  askedForNewest = false;
  askedForOthers = false;

  constructor(newest: readonly NewestRow[] = []) {
    this.newest = newest;
  }
}

/** Rows that are read once more, of one page: where a file was put back, nearly each shows it. */
const mostRewound = 3;

/** What the rows of a page say of the file that they are in. */
export class Signs {
  readonly watch: FileWatch | undefined;
  /** Shown at a modId below the one that is known. */
  readonly rewound: RowSign[] = [];
  /** Not known, with an id that was reached before. */
  readonly unknown: RowSign[] = [];
  /** Known in another row. */
  readonly renumbered: RowSign[] = [];

  constructor(watch: FileWatch | undefined) {
    this.watch = watch;
  }

  add({ key, recordId }: Observation, { kind }: Verdict, replica: Replica | undefined): void {
    const sign = { key, recordId };
    if (kind === 'stale' && this.rewound.length < mostRewound) this.rewound.push(sign);
    if (kind !== 'confirm') return;
    if (replica !== undefined && !replica.gone) {
      if (replica.recordId !== recordId) this.renumbered.push(sign);
    } else if (isReached(this.watch?.newest ?? [], recordId)) this.unknown.push(sign);
  }
}

type Shown = Pick<Halt, 'figures' | 'examples'>;

/** True where it halted: then nothing of the page counts. */
export async function haltIfOtherFile(
  engine: Engine,
  place: Place,
  signs: Signs,
  signal: AbortSignal,
): Promise<boolean> {
  const shown =
    (await rewoundAmong(engine, place, signs.rewound, signal)) ??
    (await putBackBelow(engine, place, signs, signal));
  if (shown !== undefined) {
    await raiseOtherFile(engine, place, shown, signal);
    return true;
  }
  return haltIfClone(engine, place, signs, signal);
}

/** As a clone where that is what it is: of the one and the other a person has to know which. */
export async function raiseOtherFile(
  engine: Engine,
  place: Place,
  { figures, examples }: Shown,
  signal: AbortSignal,
): Promise<void> {
  const others = await othersOf(engine, place, examples[0], signal);
  if (isClone(others, false)) await raiseOf(engine, place, 'clone', { figures: others.figures, examples });
  else await raiseOf(engine, place, 'restored', { figures, examples });
}

async function raiseOf(
  engine: Engine,
  { plan, link }: Place,
  kind: 'restored' | 'clone',
  shown: Shown,
): Promise<void> {
  const placed = { table: plan.name, server: link.server, kind, at: engine.clock.now() };
  await raise(engine, newHalt(placed, shown));
}

/** A find may show an earlier state; a read of the row itself tells whether it is one. */
async function rewoundAmong(
  engine: Engine,
  { plan, link, table }: Place,
  rewound: readonly RowSign[],
  signal: AbortSignal,
): Promise<Shown | undefined> {
  for (const { key, recordId } of rewound) {
    // First what is known, then what is there: a writer may be busy with the record.
    const replica = (await engine.records.replicas(plan.name, link.server, [key])).get(key);
    if (replica?.recordId !== recordId || replica.gone) continue;
    const row = await table.read(recordId, signal);
    if (row === undefined || row === 'denied' || row.key !== key || row.modId >= replica.modId) continue;
    return { figures: { modId: row.modId, known: replica.modId }, examples: [key] };
  }
  return undefined;
}

/** Rows that are not known have ids that were reached: in the same file the newest of those that were known are there still. */
async function putBackBelow(
  engine: Engine,
  place: Place,
  { unknown, watch }: Signs,
  signal: AbortSignal,
): Promise<Shown | undefined> {
  if (unknown.length === 0 || watch === undefined || watch.askedForNewest) return undefined;
  watch.askedForNewest = true;
  const looked = await lookedAt(engine, place, watch.newest, signal);
  const figures = { lost: looked.filter(({ found }) => found === 'none' || found === 'another').length };
  const examples = looked.flatMap(({ key, found }) => (found === 'itself' || key === '' ? [] : [key]));
  if (isPutBack(looked, [])) return { figures, examples };
  const telling = unknown.filter(({ recordId }) => isPutBack(looked, [recordId]));
  for (const { key, recordId } of telling.slice(0, mostRewound))
    if (await stillHas(place, key, recordId, signal)) return { figures, examples };
  return undefined;
}

type LookedAt = { readonly recordId: RecordId; readonly key: Key; readonly found: Found };

/** As far as the first that is there. Those whose end is known tell nothing. */
async function lookedAt(
  engine: Engine,
  { plan, link, table }: Place,
  newest: readonly NewestRow[],
  signal: AbortSignal,
): Promise<readonly LookedAt[]> {
  const told = newest.filter(({ forgotten }) => !forgotten);
  const keys = [...new Set(told.map(({ key }) => key))];
  const replicas = await engine.records.replicas(plan.name, link.server, keys);
  const looked: LookedAt[] = [];
  for (const { key, recordId, modId } of told) {
    const replica = replicas.get(key);
    if (replica !== undefined && (replica.gone || replica.recordId !== recordId)) continue;
    const known = { key, recordId, modId: Math.max(modId, replica?.modId ?? 0) };
    const found = foundInPlaceOf(known, await table.read(recordId, signal));
    looked.push({ key, recordId, found });
    if (found === 'itself') break;
  }
  return looked;
}

/**
 * One record in another row may be one that somebody deleted and made anew: then the others are where they were. Many may be so too,
 * a list that is imported anew each night; but in the same file each of them has a higher id than any before.
 */
async function haltIfClone(
  engine: Engine,
  place: Place,
  { renumbered, watch }: Signs,
  signal: AbortSignal,
): Promise<boolean> {
  if (renumbered.length === 0 || watch?.askedForOthers) return false;
  const { plan, link } = place;
  // Before the look, so that no row which was made since counts as one that was there.
  const newest = watch?.newest ?? (await engine.control.watermark(plan.name, link.server))?.newest ?? [];
  const isKnown = newest.length > 0;
  const one = renumbered.find(({ recordId }) => !isKnown || isReached(newest, recordId));
  if (one === undefined) return false;
  if (watch !== undefined) watch.askedForOthers = true;
  const others = await othersOf(engine, place, one.key, signal);
  if (others.movedTo === undefined || (isKnown && !isReached(newest, others.movedTo))) return false;
  if (!isClone(others, isKnown)) return false;
  await raiseOf(engine, place, 'clone', { figures: others.figures, examples: others.examples });
  return true;
}
