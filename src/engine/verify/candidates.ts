/**
 * What differs at the first look: one table of one server, listed as a whole and compared with the heads by content. Each of
 * them is looked at again before it counts.
 *
 * Listed rows, and what was found, are remembered as numbers, 8 bytes each: a million rows take 8 MB. So many candidates that
 * their keys are not kept are found anew, by listing and comparing once more.
 */
import { absenceOf, type Compared, differenceOf, isKnownRow, type LastRead } from '../../core/compare.ts';
import { numberOf } from '../../core/digest.ts';
import type { Key, RecordId } from '../../core/names.ts';
import { rowNumber, RowSet } from '../../core/sweep.ts';
import { chunksOf, type Engine, type Place } from '../engine.ts';
import { type LinkClock, linkClock, observe } from '../link-clock.ts';
import { ListedView } from '../account-view.ts';
import { paged } from '../paged.ts';
import { pagesOf, type ReadPage } from '../pager.ts';
import { readable } from '../readable.ts';
import { lastReading, windowOf } from '../reading-window.ts';
import { nameOf } from '../sweep-work.ts';

/** Everything that it takes to compare one table on one server. */
export type Look = {
  readonly engine: Engine;
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly clock: LinkClock;
  /** Stamps below this are older than what the next reading of changes looks at; undefined where it looks at all. */
  readonly window: number | undefined;
  readonly read: LastRead;
  /** Records that may still be read one by one, since a find does not show them. */
  readonly reads: { left: number };
  /** What the listing says of how many the account sees. */
  readonly view: ListedView;
};

/**
 * Records of one table on a server that are read one by one to see whether they are gone: each is a request. What is gone beyond
 * that is taken for gone by the find alone: before it is believed it is looked for again anyway.
 */
const mostReads = 200;

export async function beginLook(engine: Engine, place: Place, signal: AbortSignal): Promise<Look> {
  const { table, server } = nameOf(place);
  const clock = await linkClock(engine, place, signal);
  const swept = await engine.control.sweep(table, server);
  const read = { changes: await lastReading(engine, place), sweep: swept?.last?.startedAt ?? 0 };
  const window = await windowOf(engine, place, clock);
  return { engine, place, signal, clock, window, read, reads: { left: mostReads }, view: new ListedView() };
}

/** A record that differs, or that cannot be told yet; `recordId`: of the row that was listed, absent where none was. */
export type Candidate = { readonly key: Key; readonly recordId?: RecordId };

export type CandidatePage = {
  readonly candidates: readonly Candidate[];
  /** Rows of the listing that were compared. */
  readonly rows: number;
};

/** The listing first, then what of the heads was not listed. */
export async function* candidatesOf(look: Look): AsyncGenerator<CandidatePage> {
  const { engine, place, signal } = look;
  const listed = new RowSet();
  const fetch = look.view.watching((range) => place.table.list(range, signal));
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize)) {
    yield { candidates: await differingIn(look, page), rows: page.records.length };
    for (const { key } of page.records) listed.add(numberOf(key));
    listed.cut();
    const { records, foundCount: total } = page;
    engine.report({ kind: 'read', ...nameOf(place), phase: 'verify', records: records.length, total });
  }
  const heads = paged<{ readonly key: Key }>((last) =>
    engine.records.keys(place.plan.name, headsInOnePage, last?.key),
  );
  for await (const page of heads) {
    signal.throwIfAborted();
    const unlisted = page.flatMap(({ key }) => (listed.has(numberOf(key)) ? [] : key));
    yield { candidates: await missingAmong(look, unlisted), rows: 0 };
  }
}

/** Heads compared at once. */
const headsInOnePage = 1000;

async function differingIn(look: Look, { records, at, until }: ReadPage): Promise<readonly Candidate[]> {
  const { place, clock, read } = look;
  const keys = [...new Set(records.flatMap(({ key }) => (key === '' ? [] : key)))];
  const known = await knownOf(look, keys);
  return records.flatMap((record): readonly Candidate[] => {
    const { key, recordId } = record;
    const of = known(key);
    const seen = observe(place, record, clock, at, until);
    // Of two rows with one key the other one is known.
    const isSame = key !== '' && isKnownRow(of, seen) && differenceOf(of, seen, read) === undefined;
    return isSame ? [] : [{ key, recordId }];
  });
}

async function missingAmong(look: Look, keys: readonly Key[]): Promise<readonly Candidate[]> {
  if (keys.length === 0) return [];
  const known = await knownOf(look, keys);
  return keys.flatMap((key) => (absenceOf(known(key)) === undefined ? [] : { key }));
}

/** What is known of each of the keys, on this server and in all. */
export async function knownOf(
  { engine, place }: Pick<Look, 'engine' | 'place'>,
  keys: readonly Key[],
): Promise<(key: Key) => Compared> {
  const { plan, link } = place;
  const { result } = await readable(engine, place, keys, async (of) => ({
    heads: await engine.records.heads(plan.name, of),
    replicas: await engine.records.replicas(plan.name, link.server, of),
  }));
  return (key) => ({ plan, link, head: result.heads.get(key), replica: result.replicas.get(key) });
}

const numberOfCandidate = ({ key, recordId = '' }: Candidate): number => rowNumber(key, recordId);

/** Candidates by their numbers, the first of them with their keys. */
export class Noted {
  readonly #numbers = new RowSet();
  readonly #kept: Candidate[] = [];
  readonly #most: number;

  /** `most`: how many are kept with their keys. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#numbers.size;
  }

  add(candidate: Candidate): void {
    this.#numbers.add(numberOfCandidate(candidate));
    if (this.#kept.length < this.#most) this.#kept.push(candidate);
  }

  /** All of them again, as many at once as one find takes; where not all were kept, those that differ still. */
  async *again(look: Look): AsyncGenerator<readonly Candidate[]> {
    const { batchSize } = look.engine.settings;
    if (this.#kept.length === this.size) {
      yield* chunksOf(this.#kept, batchSize);
      return;
    }
    for await (const { candidates } of candidatesOf(look))
      yield* chunksOf(
        candidates.filter((one) => this.#numbers.has(numberOfCandidate(one))),
        batchSize,
      );
  }
}
