/**
 * Records that a writer does not find where they were.
 *
 *   R4  One that we deleted ourselves, or that is to be deleted or outside the server's share, is put down as gone at once.
 *   R8  Any other is suspected: it is looked for again, a while later, before that counts as a delete.
 */
import type { Head, Replica } from '../core/head.ts';
import type { EpochMs, Key } from '../core/names.ts';
import { isOutside } from '../core/share.ts';
import type { Suspect } from '../core/suspect.ts';
import type { SweepState } from '../core/sweep.ts';
import type { Engine, Place } from './engine.ts';
import { ingestAbsences } from './ingest-absences.ts';
import type { LinkClock } from './link-clock.ts';
import { type Gone, goneAmong } from './look.ts';
import type { RowWork } from './row-work.ts';

export type Missing = {
  readonly missing: readonly Replica[];
  readonly heads: ReadonlyMap<Key, Head>;
  readonly clock: LinkClock;
  /** When the find that does not show them was made. */
  readonly at: EpochMs;
};

export async function settleMissing(
  engine: Engine,
  place: Place,
  work: RowWork,
  { missing, heads, clock, at }: Missing,
  signal: AbortSignal,
): Promise<void> {
  if (missing.length === 0) return;
  const gone = await goneAmong(engine, place, missing, at, signal);
  if (gone === 'halted') {
    work.halted = true;
    return;
  }
  const isOurs = ({ key }: Gone): boolean => {
    const head = heads.get(key);
    const isToGo = head !== undefined && (head.deleted !== undefined || isOutside(place.link, head));
    return isToGo || work.leftOf(key).some((entry) => entry.remove);
  };
  await ingestAbsences(engine, place, gone.filter(isOurs), clock, work.row.oldestChangeAt, signal);
  await suspect(
    engine,
    place,
    gone.filter((one) => !isOurs(one)),
    'delivery',
  );
  const left = missing.filter(({ key }) => !gone.some((one) => one.key === key && isOurs(one)));
  for (const { key } of left) work.settle(key);
}

/**
 * They are looked for again when a settle time is over. One that is suspected already, of the same row, keeps its first look, unless a
 * person's answer is the reason now; when it was listed last it keeps in any case.
 */
export async function suspect(
  engine: Engine,
  { plan, link }: Place,
  gone: readonly Gone[],
  source: Suspect['source'],
): Promise<void> {
  if (gone.length === 0) return;
  const keys = gone.map(({ key }) => key);
  const before = await engine.control.suspectsAmong(plan.name, link.server, keys);
  const fresh = gone.filter(({ key, rev }) => source === 'restored' || before.get(key)?.rev !== rev);
  const swept = await engine.control.sweep(plan.name, link.server);
  await engine.control.putSuspects(
    fresh.map(
      ({ key, recordId, rev, until, deletedAt }): Suspect => ({
        table: plan.name,
        server: link.server,
        key,
        recordId,
        rev,
        at: until,
        source,
        ...(deletedAt && { deletedAt }),
        ...listed(before.get(key), swept),
      }),
    ),
  );
}

function listed(before: Suspect | undefined, swept: SweepState | undefined): Pick<Suspect, 'listedAt'> {
  const listedAt = before === undefined ? swept?.last?.startedAt : before.listedAt;
  return listedAt === undefined ? {} : { listedAt };
}
