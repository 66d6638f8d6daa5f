/**
 * Whether what a server refused as a child is only early: its parent is, or may be, still on its way there.
 *
 * Asks nothing of any server: whoever waits for a parent looks at the state again and again, and writes once it is there.
 */
import type { BatchRow } from '../core/batch.ts';
import type { Head } from '../core/head.ts';
import { receives, sends } from '../core/link.ts';
import type { EpochMs, Key, TableName } from '../core/names.ts';
import { isBehind } from '../core/observation.ts';
import { type Parent, parentKeyOf } from '../core/parents.ts';
import { type Engine, type Place, placeOf } from './engine.ts';
import { paged } from './paged.ts';
import { readable } from './readable.ts';

/** The table of the parent that the record waits for on that server; undefined where nothing is on its way. */
export async function awaitedParent(
  engine: Engine,
  { plan, link }: Place,
  head: Head,
): Promise<TableName | undefined> {
  for (const parent of plan.after ?? []) {
    const place = placeOf(engine, parent.table, link.server);
    if (place && receives(place.link) && (await isOnItsWay(engine, place, parent, head))) return parent.table;
  }
  return undefined;
}

async function isOnItsWay(engine: Engine, place: Place, parent: Parent, child: Head): Promise<boolean> {
  if (parent.field === undefined)
    return (await isAnyOnItsWay(engine, place)) || isUnread(engine, place, changedAt(child));
  const key = parentKeyOf(parent, child, place.link.server);
  return key !== undefined && isRecordOnItsWay(engine, place, key, changedAt(child));
}

/** One that is parked there is behind, too; one that was deleted comes no more. */
async function isRecordOnItsWay(engine: Engine, place: Place, key: Key, since: EpochMs): Promise<boolean> {
  const { plan, link } = place;
  const { result } = await readable(engine, place, [key], async (keys) => {
    const replicas = await engine.records.replicas(plan.name, link.server, keys);
    return { replicas, heads: await engine.records.heads(plan.name, keys) };
  });
  const head = result.heads.get(key);
  if (head === undefined) return isUnread(engine, place, since);
  return head.deleted === undefined && isBehind(place, head, result.replicas.get(key));
}

async function isAnyOnItsWay({ control }: Engine, { plan, link }: Place): Promise<boolean> {
  if ((await control.parkedPage(plan.name, link.server, 1)).length > 0) return true;
  const rows = paged<BatchRow>((after) => control.openBatches(link.server, rowsInOnePage, after));
  for await (const page of rows) if (page.some(({ table }) => table === plan.name)) return true;
  return false;
}

/** Small rows that are read once; more keeps more of them in memory. */
const rowsInOnePage = 200;

/** A server that sends the parents was not read since the child was there: the parent may have been before it. */
async function isUnread({ control }: Engine, { plan }: Place, since: EpochMs): Promise<boolean> {
  for (const { server } of plan.links.filter(sends)) {
    const mark = await control.watermark(plan.name, server);
    if (mark === undefined || mark.setAt < since) return true;
  }
  return false;
}

const changedAt = ({ fields }: Head): EpochMs =>
  Math.max(0, ...Object.values(fields).map(({ stamp }) => stamp.hi));
