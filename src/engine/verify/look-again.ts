/**
 * The second look at what differed: by key, with head, replica and open batch rows as they are now. What is still not as it
 * should be is a finding, with why it is so where that is known; what the sync is about to see or to write is under way.
 *
 *   R7  What cannot be told apart, found or seen is parked, as by any look. Who must change nothing looks through a copy.
 */
import {
  absenceOf,
  type Compared,
  type Difference,
  differenceOf,
  type DifferenceWhy,
} from '../../core/compare.ts';
import type { Parked } from '../../core/conflict.ts';
import { numberOf } from '../../core/digest.ts';
import type { EpochMs, FieldName, Key } from '../../core/names.ts';
import { sends } from '../../core/link.ts';
import type { Observation } from '../../core/observation.ts';
import type { Suspect } from '../../core/suspect.ts';
import { findKeys, type Gone, goneAmong, type Wanted } from '../look.ts';
import { emptyKey, parkRecords, rowKey } from '../park.ts';
import { isBelow } from '../reading-window.ts';
import { nameOf } from '../sweep-work.ts';
import { type Candidate, knownOf, type Look } from './candidates.ts';

export type FindingKind = Difference['kind'];

/** `suspected`: it was found gone once, and is looked for again; `parked`: for `code`. */
export type Why = DifferenceWhy | 'suspected' | 'parked';

export type Finding = {
  /** Of a record without a key the row it is in, as those that are parked are known. */
  readonly key: Key;
  readonly kind: FindingKind;
  readonly why: Why;
  readonly code?: string;
  readonly fields?: readonly FieldName[];
  /** Contents of records: for people who ask, never for a log (R9). */
  readonly values: readonly { readonly field: FieldName; readonly here: string; readonly agreed: string }[];
};

export type LookedAt =
  | { readonly kind: 'under-way' }
  | {
      readonly kind: 'finding';
      readonly finding: Finding;
      readonly candidate: Candidate;
      /** The record as the server shows it. */
      readonly seen: Observation | undefined;
      /** It was there, and is not. */
      readonly gone: Gone | undefined;
    };

/** At most as many as one find takes. `inBatches`: keys with an open batch row, as numbers. Those that are in order are left out. */
export async function lookAgain(
  look: Look,
  candidates: readonly Candidate[],
  inBatches: ReadonlySet<number>,
): Promise<readonly LookedAt[]> {
  const keyed = new Map(candidates.flatMap((one) => (one.key === '' ? [] : [[one.key, one] as const])));
  const now = await gathered(look, keyed);
  const looked = [...keyed.values()].flatMap((one) => judged(look, one, now, inBatches) ?? []);
  return [...looked, ...(await keylessAmong(look, candidates))];
}

/** What the server and the state say of some keys now. */
type Gathered = {
  readonly known: (key: Key) => Compared;
  readonly seen: ReadonlyMap<Key, Observation>;
  /** A find does not show it. */
  readonly absent: ReadonlySet<Key>;
  /** Of those it was there, and is not. */
  readonly gone: ReadonlyMap<Key, Gone>;
  /** Of those the row is there all the same, or may not be seen. */
  readonly there: ReadonlySet<Key>;
  readonly parked: ReadonlyMap<Key, Parked>;
  readonly suspects: ReadonlyMap<Key, Suspect>;
};

async function gathered(look: Look, keyed: ReadonlyMap<Key, Candidate>): Promise<Gathered> {
  const { engine, place, signal, clock } = look;
  const { table, server } = nameOf(place);
  const keys = [...keyed.keys()];
  const before = await engine.records.replicas(table, server, keys);
  const { at, present, absent } = await findKeys(engine, place, keys, clock, signal);
  const unseen = [...absent].flatMap((key) => {
    const replica = before.get(key);
    const recordId = keyed.get(key)?.recordId ?? replica?.recordId;
    return recordId === undefined ? [] : { key, recordId, rev: replica?.rev ?? 0 };
  });
  const gone = new Map((await goneOf(look, unseen, at)).map((one) => [one.key, one]));
  return {
    known: await knownOf(look, keys),
    seen: new Map(present.map((one) => [one.key, one])),
    absent,
    gone,
    there: new Set(unseen.flatMap(({ key }) => (gone.has(key) ? [] : key))),
    parked: await engine.control.parkedAmong(table, server, keys),
    suspects: await engine.control.suspectsAmong(table, server, keys),
  };
}

/** Undefined where it is in order. */
function judged(
  look: Look,
  candidate: Candidate,
  now: Gathered,
  inBatches: ReadonlySet<number>,
): LookedAt | undefined {
  const { key } = candidate;
  const [of, seen] = [now.known(key), now.seen.get(key)];
  const found = foundOf(look, of, candidate, now);
  if (found === undefined) return undefined;
  if (inBatches.has(numberOf(key)) || (seen && isToBeRead(look, found.why, seen)))
    return { kind: 'under-way' };
  const finding = {
    key,
    kind: found.kind,
    ...knownWhy(found.why, now.parked.get(key), now.suspects.has(key)),
    ...(found.kind === 'different' && { fields: found.fields }),
    values: valuesOf(of, seen, found),
  };
  return { kind: 'finding', finding, candidate, seen, gone: now.gone.get(key) };
}

async function goneOf(
  { engine, place, signal, reads }: Look,
  unseen: readonly Wanted[],
  at: EpochMs,
): Promise<readonly Gone[]> {
  const [read, others] = [unseen.slice(0, reads.left), unseen.slice(reads.left)];
  reads.left -= read.length;
  const { server } = place.link;
  const until = engine.clock.now();
  // Whether the file was put back is for readers, writers and sweeps to say: without a modId it is not asked.
  const asked = read.map(({ key, recordId, rev }) => ({ key, recordId, rev }));
  const gone = await goneAmong(engine, place, asked, at, signal);
  return [...(gone === 'halted' ? [] : gone), ...others.map((one) => ({ ...one, server, at, until }))];
}

/** Undefined where it is in order. What is there and cannot be found, seen or told apart is at fault in that. */
function foundOf(
  { read }: Look,
  of: Compared,
  { key, recordId }: Candidate,
  now: Gathered,
): Difference | undefined {
  const seen = now.seen.get(key);
  const isAbsent = now.absent.has(key);
  if (seen !== undefined) return differenceOf(of, seen, read);
  if (isAbsent && !now.there.has(key)) return absenceOf(of);
  if (recordId === undefined) return { kind: 'missing', why: 'behind' };
  const why = of.link.role === 'receive' ? 'only-receives' : 'not-read';
  const isExtra = of.head === undefined || !isAbsent;
  return isExtra ? { kind: 'extra', why } : { kind: 'different', fields: [], why };
}

/** The next reading of changes sees it, and what follows from that is done then. */
const isToBeRead = ({ place, window }: Look, why: DifferenceWhy, seen: Observation): boolean =>
  sends(place.link) && (why === 'not-read' || why === 'not-as-written') && !isBelow(seen, window);

function knownWhy(
  why: DifferenceWhy,
  parked: Parked | undefined,
  isSuspected: boolean,
): Pick<Finding, 'why' | 'code'> {
  if (parked !== undefined) return { why: 'parked', code: parked.code };
  return { why: isSuspected ? 'suspected' : why };
}

function valuesOf(
  { head, plan }: Compared,
  seen: Observation | undefined,
  found: Difference,
): Finding['values'] {
  const fields = found.kind === 'different' ? found.fields : plan.fields.map(({ name }) => name);
  const values = fields.map((field) => ({
    field,
    here: seen?.values[field] ?? '',
    agreed: found.kind === 'extra' ? '' : (head?.fields[field]?.value ?? ''),
  }));
  return values.filter(({ here, agreed }) => here !== agreed);
}

/** Rows that have no key still. */
async function keylessAmong(
  { engine, place, signal }: Look,
  candidates: readonly Candidate[],
): Promise<readonly LookedAt[]> {
  const found: LookedAt[] = [];
  for (const candidate of candidates) {
    const { key, recordId } = candidate;
    if (key !== '' || recordId === undefined) continue;
    const row = await place.table.read(recordId, signal);
    if (row === undefined || row === 'denied' || row.key !== '') continue;
    const reason = emptyKey(place, recordId);
    await parkRecords(engine, place, [reason]);
    const finding = { key: rowKey(recordId), kind: 'extra', why: 'parked', code: reason.code } as const;
    found.push({
      kind: 'finding',
      finding: { ...finding, values: [] },
      candidate,
      seen: undefined,
      gone: undefined,
    });
  }
  return found;
}
