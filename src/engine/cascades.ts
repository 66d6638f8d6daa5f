/**
 * Deletes that FileMaker made of one: a record was deleted there, and a relationship took its children with it. Only where
 * the configuration names the field of the parent (`after`).
 *
 *   R8  A child is a consequence once the delete of its parent is put down; until then it waits, so that a person's answer about the
 *       parents comes first. Then it does not count for the limit of deletes: its parent did, where it was deleted by people, and where it
 *       was deleted by us the delete had been counted before.
 */
import type { Head, Replica } from '../core/head.ts';
import type { EpochMs, Key, TableName } from '../core/names.ts';
import { type Parent, parentKeyOf } from '../core/parents.ts';
import { isOutside } from '../core/share.ts';
import type { Suspect } from '../core/suspect.ts';
import { type Engine, type Place, placeOf } from './engine.ts';
import { paged } from './paged.ts';
import { readable } from './readable.ts';

export type Families = {
  /** Children whose parent seems to be gone there too. */
  readonly early: ReadonlySet<Key>;
  /** Children whose parent was deleted there, and everywhere. */
  readonly consequences: ReadonlySet<Key>;
  /** Children whose parent went from there for the server's share, and lives on elsewhere. */
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

export async function familiesOf(
  engine: Engine,
  place: Place,
  keys: readonly Key[],
  suspects: ParentSuspects,
): Promise<Families> {
  const [early, consequences, taken] = [new Set<Key>(), new Set<Key>(), new Set<Key>()];
  const parents = namedParents(place.plan);
  if (parents.length === 0 || keys.length === 0) return { early, consequences, taken };
  const { result: heads } = await readable(engine, place, keys, (of) =>
    engine.records.heads(place.plan.name, of),
  );
  for (const parent of parents) {
    const parentOf = (head: Head): Key | undefined => parentKeyOf(parent, head, place.link.server);
    const { ended, out } = await goneAmong(
      engine,
      place,
      parent,
      [...heads.values()].flatMap((head) => parentOf(head) ?? []),
    );
    for (const [key, head] of heads) {
      const own = parentOf(head);
      if (own === undefined) continue;
      if (suspects.get(parent.table)?.has(own)) early.add(key);
      else if (ended.has(own)) consequences.add(key);
      else if (out.has(own)) taken.add(key);
    }
  }
  return { early, consequences, taken };
}

const namedParents = ({ after = [] }: Place['plan']): readonly Parent[] =>
  after.filter(({ field }) => field !== undefined);

type GoneParents = {
  /** They are deleted everywhere. */
  readonly ended: ReadonlySet<Key>;
  /** They are outside the server's share. */
  readonly out: ReadonlySet<Key>;
};

/** Parents that went from there lately. */
async function goneAmong(
  engine: Engine,
  { plan, link }: Place,
  { table }: Parent,
  keys: readonly Key[],
): Promise<GoneParents> {
  const place = placeOf(engine, table, link.server);
  if (place === undefined || keys.length === 0) return { ended: new Set(), out: new Set() };
  const since = await lastLook(engine, plan.name, link.server);
  const { result } = await readable(engine, place, [...new Set(keys)], async (of) => {
    const replicas = await engine.records.replicas(table, link.server, of);
    return { replicas, heads: await engine.records.heads(table, of) };
  });
  const isLate = ({ gone, until }: Replica): boolean => gone === true && until >= since;
  const late = [...result.replicas.values()].filter(isLate);
  const heads = late.flatMap(({ key }): readonly Head[] => {
    const head = result.heads.get(key);
    return head === undefined ? [] : [head];
  });
  const those = (isSo: (head: Head) => boolean): ReadonlySet<Key> =>
    new Set(heads.filter(isSo).map(({ key }) => key));
  return {
    ended: those((head) => head.deleted !== undefined),
    out: those((head) => head.deleted === undefined && isOutside(place.link, head)),
  };
}

const dayMs = 86_400_000;

/** Children that went with a parent are found by the sweep that comes next: what went before the last one explains nothing. */
async function lastLook({ control, clock }: Engine, table: TableName, server: string): Promise<EpochMs> {
  const swept = await control.sweep(table, server);
  return Math.min(clock.now() - dayMs, swept?.last?.startedAt ?? Number.POSITIVE_INFINITY);
}
