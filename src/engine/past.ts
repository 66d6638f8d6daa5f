/** What a record held before: the chain of its entries, from the head down, as far as it is kept or wanted. */
import type { EntryPlace, Head } from '../core/head.ts';
import { type Content, type HistoryEntry, markOf, type Step, stepsBack } from '../core/history.ts';
import { presentEntry } from '../core/former-names.ts';
import type { Renamed } from '../core/shape.ts';
import type { Shapes } from '../ports/control.ts';
import type { Histories } from '../ports/history.ts';

export type Past = {
  /** The newest first. */
  readonly steps: readonly Step[];
  /** From this version on what the record held is known. */
  readonly knownFrom: number;
  /** What it held after that one. */
  readonly oldest: Content;
  /** Why it ends there: it is the beginning; more is kept, and was not wanted; what lies before is not kept. */
  readonly end: 'beginning' | 'more' | 'not kept';
  /** Since then fields are called as they are here. */
  readonly renamings: readonly Renamed[];
};

export type Wanted = {
  /** At most so many entries. */
  readonly most?: number;
  /** What lies above this version. */
  readonly above?: number;
};

/** Enough for what people look at; an entry is mostly small. */
const entriesInOnePage = 100;

/** By the names that fields have now. */
export async function pastOf(
  histories: Pick<Histories, 'history'> & Pick<Shapes, 'shape'>,
  head: Head,
  { most = Number.POSITIVE_INFINITY, above = 0 }: Wanted = {},
): Promise<Past> {
  const { since, last } = markOf(head);
  const { renamings = [] } = (await histories.shape(head.table)) ?? {};
  const isWanted = ({ version }: EntryPlace, found: number): boolean => version > above && found < most;
  const entries: HistoryEntry[] = [];
  let next = last;
  for await (const entry of stored(histories, head)) {
    if (next === undefined || !isWanted(next, entries.length) || entry.version < next.version) break;
    if (entry.version !== next.version || entry.id !== next.id) continue;
    entries.push(presentEntry(renamings, entry));
    next = entry.previous;
  }
  const steps = stepsBack(head, entries);
  const oldest = steps.at(-1)?.before ?? head;
  if (next === undefined) {
    return { steps, oldest, renamings, knownFrom: since, end: since === 1 ? 'beginning' : 'not kept' };
  }
  const end = isWanted(next, entries.length) ? 'not kept' : 'more';
  return { steps, oldest, renamings, knownFrom: next.version, end };
}

async function* stored(
  histories: Pick<Histories, 'history'>,
  { table, key }: Head,
): AsyncGenerator<HistoryEntry> {
  let after: EntryPlace | undefined;
  do {
    const page = await histories.history(table, key, entriesInOnePage, after);
    yield* page;
    after = page.length < entriesInOnePage ? undefined : page.at(-1);
  } while (after !== undefined);
}

/** What it held after a version; undefined where that is not known. */
export function contentAt({ steps, knownFrom }: Past, head: Content, version: number): Content | undefined {
  if (version < knownFrom) return undefined;
  return steps.findLast(({ entry }) => entry.version > version)?.before ?? head;
}
