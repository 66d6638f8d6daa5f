/**
 * What a sweep lists: the records by their own layout, or, where there is one, by a thin layout with key and stamp alone.
 *
 *   R8  Nothing is ever ingested from a thin layout, nor is anything taken for gone by it: it says which records to read. One
 *       that shows other records than the layout does is left, and the layout is swept.
 */
import { matchRows } from '../core/look-up.ts';
import type { Key } from '../core/names.ts';
import type { Unfit } from '../core/sweep.ts';
import type { Observation } from '../core/observation.ts';
import type { Page, PageRange, ServerRecord } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import { chunksOf, type Engine, type Place, type ThinTable } from './engine.ts';
import { type LinkClock, observe } from './link-clock.ts';
import { emptyKey, parkRecords } from './park.ts';

/** Rows that are read by both layouts before the thin one is believed: one may be deleted in between. */
const rowsCompared = 3;

export class Listing {
  readonly #engine: Engine;
  readonly #place: Place;
  readonly #signal: AbortSignal;
  #thin: ThinTable | undefined;
  #isCompared = false;
  #unfit: Unfit | undefined;

  /** `mayBeThin`: a sweep has compared what is held with the values there; `unfit`: as this sweep found before. */
  constructor(
    engine: Engine,
    place: Place,
    { mayBeThin, unfit }: { readonly mayBeThin: boolean; readonly unfit: Unfit | undefined },
    signal: AbortSignal,
  ) {
    this.#unfit = unfit;
    this.#engine = engine;
    this.#place = place;
    this.#signal = signal;
    this.#thin = mayBeThin ? place.thin : undefined;
  }

  /** Whether the last page was without values. */
  get isThin(): boolean {
    return this.#thin !== undefined;
  }

  get unfit(): Unfit | undefined {
    return this.#unfit;
  }

  async page(range: PageRange): Promise<Page> {
    const page = await this.#thinPage(range);
    return page ?? this.#place.table.list(range, this.#signal);
  }

  /** Undefined from where on the layout itself is to be listed. */
  async #thinPage(range: PageRange): Promise<Page | undefined> {
    if (this.#thin === undefined) return undefined;
    try {
      const page = await this.#thin.list(range, this.#signal);
      if (this.#isCompared || (await this.#showsTheSame(page))) return page;
      this.#leave('other-records');
    } catch (error) {
      if (!(error instanceof ServerError) || error.disposition !== 'configuration') throw error;
      this.#leave('not-as-it-was');
    }
    return undefined;
  }

  #leave(why: Unfit): void {
    this.#thin = undefined;
    this.#unfit = why;
    const { plan, link } = this.#place;
    this.#engine.report({ kind: 'sweep-layout-unfit', table: plan.name, server: link.server, why });
  }

  async #showsTheSame({ records }: Page): Promise<boolean> {
    const { table } = this.#place;
    let same = 0;
    for (const { recordId, key } of records.slice(0, rowsCompared)) {
      const row = await table.read(recordId, this.#signal);
      if (row === undefined || row === 'denied') continue;
      if (row.key !== key) return false;
      same += 1;
    }
    this.#isCompared =
      same > 0 || (records.length === 0 && (await table.list(first, this.#signal)).foundCount === 0);
    return this.#isCompared;
  }
}

const first: PageRange = { offset: 0, limit: 1 };

type InFull = {
  readonly engine: Engine;
  readonly place: Place;
  readonly clock: LinkClock;
  readonly signal: AbortSignal;
};

/** Rows of a thin page as the layout shows them now; those without a key are parked, those that are gone by now left out. */
export async function readInFull(
  work: InFull,
  rows: readonly ServerRecord[],
): Promise<readonly Observation[]> {
  const { engine, place } = work;
  const keyless = rows.filter(({ key }) => key === '');
  await parkRecords(
    engine,
    place,
    keyless.map(({ recordId }) => emptyKey(place, recordId)),
  );
  const seen: Observation[] = [];
  const keyed = rows.filter(({ key }) => key !== '');
  for (const chunk of chunksOf(keyed, engine.settings.batchSize))
    seen.push(...(await readChunk(work, chunk)));
  return seen;
}

/** One find; a row whose key it does not show at all is read by its id. */
async function readChunk(
  { engine, place, clock, signal }: InFull,
  rows: readonly ServerRecord[],
): Promise<readonly Observation[]> {
  const keys: readonly Key[] = [...new Set(rows.map(({ key }) => key))];
  const wanted = new Set(rows.map(({ recordId }) => recordId));
  const at = engine.clock.now();
  const found = await place.table.lookUp(keys, signal);
  const until = engine.clock.now();
  const matches = matchRows(keys, found);
  const seen = found
    .filter(({ recordId }) => wanted.has(recordId))
    .map((record) => observe(place, record, clock, at, until));
  for (const { key, recordId } of rows) {
    if (matches.get(key)?.kind !== 'absent') continue;
    const asked = engine.clock.now();
    const row = await place.table.read(recordId, signal);
    if (row === undefined || row === 'denied') continue;
    seen.push(observe(place, row, clock, asked, engine.clock.now()));
  }
  return seen;
}
