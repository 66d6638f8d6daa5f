/** A sweep's work as it stands: what it has counted, the rows that it has listed, and how both are stored. */
import type { EpochMs, FieldName, ServerName, TableName } from '../core/names.ts';
import {
  addedCounts,
  noCounts,
  RowSet,
  type SweepCounts,
  type SweepState,
  type SweepUnderWay,
} from '../core/sweep.ts';
import { rowsInPart, type SweepPart } from '../ports/safety.ts';
import type { Engine, Place } from './engine.ts';
import { type LinkClock, linkClock } from './link-clock.ts';
import { Listing } from './sweep-listing.ts';
import type { Pace } from './meet.ts';
import { windowFrom } from './reading-window.ts';
import { FileWatch } from './restored.ts';

/** A sweep that nobody went on with for so long begins anew, ms: what it listed says little by then. */
const longestMs = 3 * 86_400_000;

export type SweepWork = {
  readonly engine: Engine;
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly clock: LinkClock;
  readonly startedAt: number;
  readonly fields: readonly FieldName[];
  readonly rows: RowSet;
  readonly before: SweepState;
  readonly at: SweepUnderWay['place'];
  /** Stamps below this are older than what a reading of changes looks at; undefined where nobody reads changes there. */
  readonly window: number | undefined;
  readonly watch: FileWatch;
  readonly listing: Listing;
  counts: SweepCounts;
  hidden: number;
  parts: number;
};

export const listingFromStart = { phase: 'listing', place: { offset: 0, seen: [] }, parts: 0 } as const;

export async function begin(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: Pace,
): Promise<SweepWork> {
  const { table, server } = nameOf(place);
  const { control } = engine;
  const fields = place.plan.fields.map(({ name }) => name);
  const [stored, watermark, clock] = await Promise.all([
    control.sweep(table, server),
    control.watermark(table, server),
    linkClock(engine, place, signal),
  ]);
  const now = engine.clock.now();
  const before = stored ?? { table, server };
  const { goOn, rows } = (await stillGood(engine, before, fields)) ?? { rows: new RowSet() };
  if (goOn === undefined) await control.dropSweepParts(table, server);
  return {
    engine,
    place,
    signal,
    pace,
    clock,
    fields,
    rows,
    before,
    startedAt: goOn?.startedAt ?? now,
    at: goOn?.place ?? listingFromStart,
    watch: new FileWatch(watermark?.newest),
    listing: new Listing(engine, place, { mayBeThin: before.last !== undefined, unfit: goOn?.unfit }, signal),
    window: windowFrom(engine, watermark, clock),
    counts: goOn?.counts ?? noCounts,
    hidden: goOn?.hidden ?? 0,
    parts: goOn?.place.parts ?? 0,
  };
}

/** The sweep that is under way, with its rows read back; undefined where it cannot be gone on with. */
async function stillGood(
  engine: Engine,
  { table, server, underWay }: SweepState,
  fields: readonly FieldName[],
): Promise<{ readonly goOn: SweepUnderWay; readonly rows: RowSet } | undefined> {
  if (underWay === undefined || isTooOld(engine, underWay.startedAt)) return undefined;
  if (JSON.stringify(underWay.fields) !== JSON.stringify(fields)) return undefined;
  const { startedAt, place } = underWay;
  const rows = await readRows(engine, { table, server, startedAt }, place.parts);
  return rows && { goOn: underWay, rows };
}

export const isTooOld = ({ clock }: Pick<Engine, 'clock'>, startedAt: EpochMs): boolean =>
  clock.now() - startedAt > longestMs;

/** What a listing that was begun then has stored; undefined where a part is missing. */
export async function readRows(
  { control }: Pick<Engine, 'control'>,
  of: Omit<SweepPart, 'part' | 'rows'>,
  parts: number,
): Promise<RowSet | undefined> {
  const rows = new RowSet();
  for (let part = 0; part < parts; part += 1) {
    const stored = await control.sweepPart({ ...of, part });
    if (stored === undefined) return undefined;
    rows.addPart(stored);
  }
  return rows;
}

type Listed = {
  readonly engine: Engine;
  readonly place: Place;
  readonly startedAt: EpochMs;
  readonly rows: RowSet;
  parts: number;
};

/** Whether the next page goes into the same part. */
export const hasRoom = ({ engine, rows }: Pick<Listed, 'engine' | 'rows'>): boolean =>
  rows.uncut + engine.settings.pageSize <= rowsInPart;

/** What was listed since the last part. */
export async function storeRows(work: Listed): Promise<void> {
  const { engine, place, startedAt, parts } = work;
  const rows = work.rows.cut();
  if (rows.length === 0) return;
  await engine.control.putSweepPart({ ...nameOf(place), startedAt, part: parts, rows });
  work.parts = parts + 1;
}

export async function save(
  { engine, before, startedAt, fields, counts, hidden, listing: { unfit } }: SweepWork,
  at: SweepUnderWay['place'],
): Promise<void> {
  await engine.control.putSweep({
    ...before,
    underWay: { startedAt, fields, place: at, counts, hidden, ...(unfit && { unfit }) },
  });
}

export function add(work: SweepWork, counts: Partial<SweepCounts>): void {
  work.counts = addedCounts(work.counts, counts);
}

export const nameOf = ({
  plan,
  link,
}: Place): { readonly table: TableName; readonly server: ServerName } => ({
  table: plan.name,
  server: link.server,
});

/** Since this sweep began, by another process. */
export async function isHalted({ engine, place }: SweepWork): Promise<boolean> {
  const { table, server } = nameOf(place);
  return (await engine.control.halt(table, server)) !== undefined;
}
