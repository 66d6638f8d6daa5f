/**
 * Deletes that FileMaker made of one: a record was deleted there, and a relationship took its children with it. Only where
 * the configuration names the field of the parent (`after`).
 *
 *   R5  Children that went with a parent which nobody deleted, since we removed it for a share or it was lost, live on. The parent may be
 *       back by the time that they are missed.
 *   R8  A child is a consequence once the delete of its parent is put down; until then it waits, so that a person's answer about the
 *       parents comes first. Then it does not count for the limit of deletes: its parent did, where it was deleted by people, and where it
 *       was deleted by us the delete had been counted before.
 */
import { lastHeld } from '../core/absence.ts';
import type { Replica } from '../core/head.ts';
import type { EpochMs, Key, ServerName, TableName } from '../core/names.ts';
import { type Parent, parentKeyOf } from '../core/parents.ts';
import type { Suspect } from '../core/suspect.ts';
import { tookAlong } from '../core/went.ts';
import { type Engine, type Place, placeOf } from './engine.ts';
import { type Known, loadKnown } from './ingest.ts';
import { paged } from './paged.ts';

export type Families = {
  /** Children whose parent seems to be gone there too, or is being removed there. */
  readonly early: ReadonlySet<Key>;
  /** Children whose parent was deleted there, and everywhere. */
  readonly consequences: ReadonlySet<Key>;
  /** Children that went with a parent which nobody deleted there. */
  readonly taken: ReadonlySet<Key>;
};

/** Suspects of the tables that this one comes after, by table. */
export type ParentSuspects = ReadonlyMap<TableName, ReadonlySet<Key>>;

export async function parentSuspects(engine: Engine, { plan, link }: Place): Promise<ParentSuspects> {
  const found = new Map<TableName, Set<Key>>();
  for (const { table } of namedParents(plan)) {
    const keys = new Set<Key>();
    const pages = paged<Suspect>((after) =>
      engine.control.suspects(table, link.server, engine.settings.batchSize, after?.key),
    );
    for await (const page of pages) for (const { key } of page) keys.add(key);
    found.set(table, keys);
  }
  return found;
}

/** What is known of a record that is not found. */
export type Missed = Pick<Suspect, 'key' | 'listedAt'>;

export async function familiesOf(
  engine: Engine,
  place: Place,
  missed: readonly Missed[],
  suspects: ParentSuspects,
): Promise<Families> {
  const families = { early: new Set<Key>(), consequences: new Set<Key>(), taken: new Set<Key>() };
  const parents = namedParents(place.plan);
  if (parents.length === 0 || missed.length === 0) return families;
  const { server } = place.link;
  const keys = missed.map(({ key }) => key);
  const children = await loadKnown(engine, place, keys);
  for (const parent of parents) {
    const from = placeOf(engine, parent.table, server);
    if (from === undefined) continue;
    const pairs = missed.flatMap((child) => {
      const head = children.heads.get(child.key);
      const own = head && parentKeyOf(parent, head, server);
      return own === undefined
        ? []
        : { key: child.key, own, child: { ...child, at: thereAt(child, children, server) } };
    });
    const known = await loadKnown(engine, from, [...new Set(pairs.map(({ own }) => own))]);
    for (const { key, own, child } of pairs) {
      const isSuspected = suspects.get(parent.table)?.has(own) === true;
      const fate = isSuspected ? 'early' : fateOf(engine, own, known, child);
      if (fate !== undefined) families[fate].add(key);
    }
  }
  return families;
}

function fateOf(
  engine: Engine,
  parent: Key,
  { sending, heads, replicas }: Known,
  child: Missed & { readonly at: EpochMs },
): keyof Families | undefined {
  const [head, replica] = [heads.get(parent), replicas.get(parent)];
  if (sending.get(parent)?.some(({ remove }) => remove)) return 'early';
  if (head === undefined || replica === undefined) return undefined;
  if (tookAlong(replica, head, child.at, engine.settings.settleMs)) return 'taken';
  return head.deleted !== undefined && wentLately(engine, replica, child) ? 'consequences' : undefined;
}

const namedParents = ({ after = [] }: Place['plan']): readonly Parent[] =>
  after.filter(({ field }) => field !== undefined);

/** When it was there last, for all that is known: it was read or written there, or a sweep listed it. */
function thereAt({ key, listedAt = 0 }: Missed, { heads, replicas }: Known, server: ServerName): EpochMs {
  return Math.max(listedAt, lastHeld(heads.get(key), replicas.get(key), server)?.at ?? 0);
}

const dayMs = 86_400_000;

/** What went before a sweep that still listed the child explains nothing; a day is given in any case. */
const wentLately = (
  { clock }: Engine,
  { gone, until }: Replica,
  { listedAt = Number.POSITIVE_INFINITY }: Missed,
): boolean => gone === true && until >= Math.min(clock.now() - dayMs, listedAt);
