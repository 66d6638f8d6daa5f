/**
 * The last part of a sweep, of a table that has fields whose values should be of one record each: which are held by several.
 * It looks at what all servers should hold, so that one server's sweep does it for all: that of the first one that sends. Nothing is
 * changed by it, and no server is asked.
 */
import { type Doubled, DoubledRecords, heldIn, ValueNumbers } from '../core/doubled.ts';
import type { Head } from '../core/head.ts';
import { sends } from '../core/link.ts';
import type { Key } from '../core/names.ts';
import type { Place } from './engine.ts';
import { paged } from './paged.ts';
import { readable } from './readable.ts';
import { nameOf, save, type SweepWork } from './sweep-work.ts';

/** Heads read at once. */
const headsInOnePage = 1000;

/** Undefined: it is not looked for here. It is not gone on with in the middle: whoever is next begins it anew. */
export async function findDoubled(work: SweepWork): Promise<Doubled | 'unfinished' | undefined> {
  if (!looksHere(work.place)) return undefined;
  const doubled = await lookThrough(work);
  if (doubled !== 'stopped') return doubled;
  // Who began with this had all the time that there is, and so would the next.
  if (work.at.phase === 'doubled') return { fields: [], unknown: true };
  await save(work, { phase: 'doubled', parts: work.parts });
  return 'unfinished';
}

const looksHere = ({ plan, link }: Place): boolean =>
  (plan.unique ?? []).length > 0 && plan.links.find(sends)?.server === link.server;

async function lookThrough(work: SweepWork): Promise<Doubled | 'stopped'> {
  const unique = work.place.plan.unique ?? [];
  const numbers = unique.map((field) => ({ field, all: new ValueNumbers() }));
  const counted = await eachHead(work, (head) => {
    for (const { field, all } of numbers) all.add(heldIn(head, field));
  });
  if (counted === 'stopped') return 'stopped';
  const repeated = numbers.map(({ field, all }) => ({ field, of: all.repeated() }));
  const doubled = repeated
    .filter(({ of }) => of.values > 0)
    .map(({ field, of }) => ({ field, records: new DoubledRecords(field, of) }));
  if (doubled.length === 0) return { fields: [] };
  const told = await eachHead(work, (head) => {
    for (const { field, records } of doubled) records.add(head.key, heldIn(head, field));
  });
  if (told === 'stopped') return 'stopped';
  return { fields: doubled.flatMap(({ records }) => records.found() ?? []) };
}

/** In the order of keys. A record that cannot be read is parked, and left out. */
async function eachHead(work: SweepWork, look: (head: Head) => void): Promise<'all' | 'stopped'> {
  const { engine, place, pace } = work;
  const { table } = nameOf(place);
  const pages = paged<{ key: Key }>((last) => engine.records.keys(table, headsInOnePage, last?.key));
  for await (const page of pages) {
    const keys = page.map(({ key }) => key);
    const { result: heads } = await readable(engine, place, keys, (of) => engine.records.heads(table, of));
    for (const key of keys) {
      const head = heads.get(key);
      if (head) look(head);
    }
    if ((await pace()) === 'stop') return 'stopped';
  }
  return 'all';
}
