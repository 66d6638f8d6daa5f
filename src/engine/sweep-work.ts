/** A sweep's work as it stands: what it has counted, the rows that it has listed, and how both are stored. */
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import {
  addedCounts,
  noCounts,
  RowSet,
  type SweepCounts,
  type SweepState,
  type SweepUnderWay,
} from '../core/sweep.ts';
import type { Engine, Place } from './engine.ts';
import { type LinkClock, linkClock } from './link-clock.ts';
import type { Pace } from './meet.ts';
import { windowOf } from './reading-window.ts';

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
  counts: SweepCounts;
  parts: number;
};

const listingFromStart = { phase: 'listing', place: { offset: 0, seen: [] }, parts: 0 } as const;

export async function begin(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: Pace,
): Promise<SweepWork> {
  const { table, server } = nameOf(place);
  const { control } = engine;
  const fields = place.plan.fields.map(({ name }) => name);
  const [stored, clock] = await Promise.all([control.sweep(table, server), linkClock(engine, place, signal)]);
  const now = engine.clock.now();
  const before = stored ?? { table, server };
  const rows = new RowSet();
  const goOn = await stillGood(engine, before, fields, rows);
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
    window: await windowOf(engine, place, clock),
    counts: goOn?.counts ?? noCounts,
    parts: goOn?.place.parts ?? 0,
  };
}

/** The sweep that is under way, with its rows read back; undefined where it cannot be gone on with. */
async function stillGood(
  { control, clock }: Engine,
  { table, server, underWay }: SweepState,
  fields: readonly FieldName[],
  rows: RowSet,
): Promise<SweepUnderWay | undefined> {
  if (underWay === undefined || clock.now() - underWay.startedAt > longestMs) return undefined;
  if (JSON.stringify(underWay.fields) !== JSON.stringify(fields)) return undefined;
  const parts: Float64Array[] = [];
  for (let part = 0; part < underWay.place.parts; part += 1) {
    const stored = await control.sweepPart({ table, server, startedAt: underWay.startedAt, part });
    if (stored === undefined) return undefined;
    parts.push(stored);
  }
  for (const part of parts) rows.addPart(part);
  return underWay;
}

export async function storeRows(work: SweepWork): Promise<void> {
  const { engine, place, startedAt, parts } = work;
  const rows = work.rows.cut();
  if (rows.length === 0) return;
  await engine.control.putSweepPart({ ...nameOf(place), startedAt, part: parts, rows });
  work.parts = parts + 1;
}

export async function save(
  { engine, before, startedAt, fields, counts }: SweepWork,
  at: SweepUnderWay['place'],
): Promise<void> {
  await engine.control.putSweep({ ...before, underWay: { startedAt, fields, place: at, counts } });
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
