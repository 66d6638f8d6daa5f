/** What a plan comes to, gathered from what it noted and from the copy of the state that it worked with. */
import { type HaltedPlace, haltedIn, serverStates } from '../composition/overview.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Conflict, Parked } from '../core/conflict.ts';
import type { EpochMs, FieldName, ServerName, TableName } from '../core/names.ts';
import type { Suspect } from '../core/suspect.ts';
import { paged } from '../engine/paged.ts';
import type { Chosen } from '../engine/run.ts';
import type { Control } from '../ports/control.ts';
import type {
  Planned,
  PlannedConflicts,
  PlannedCount,
  PlannedKind,
  PlannedPlace,
  PlannedWrite,
} from '../ports/planned.ts';
import { isChosen } from './chosen.ts';

export type PlannedWork = PlannedPlace & {
  readonly creates: number;
  readonly edits: number;
  readonly deletes: number;
  /** In how many edits each field would be written. */
  readonly fields: Readonly<Record<FieldName, number>>;
  /** Records among them that are parked there now. */
  readonly parkedNow: number;
  /** The first of each kind, where they were asked for. */
  readonly records: readonly PlannedWrite[];
};

export type PlanReport = {
  readonly work: readonly PlannedWork[];
  readonly conflicts: readonly PlannedConflicts[];
  /** The first of each table, where they were asked for. */
  readonly conflicting: readonly Conflict[];
  /** Records that seem to be gone: they are looked for again by a later run. */
  readonly suspected: readonly (PlannedPlace & { readonly records: number })[];
  /** Records that would be parked for what was found in reading. */
  readonly parked: readonly (PlannedPlace & { readonly code: string; readonly records: number })[];
  readonly halted: readonly (HaltedPlace & { readonly isNew: boolean })[];
  /** Keys that a run would leave for later. */
  readonly pending: readonly { readonly server: ServerName; readonly keys: number }[];
};

export type Gathering = {
  readonly configuration: Configuration;
  readonly control: Control;
  readonly planned: Planned;
  readonly chosen: Chosen;
  /** Records shown of each kind; 0: none. */
  readonly limit: number;
  readonly startedAt: EpochMs;
  /** What was halted before the plan began. */
  readonly haltedBefore: readonly HaltedPlace[];
};

export async function reportOf(of: Gathering): Promise<PlanReport> {
  const { configuration, control, planned, chosen, haltedBefore } = of;
  const places = configuration.tables
    .flatMap(({ name, links }) => links.map(({ server }) => ({ table: name, server })))
    .filter((place) => isChosen(chosen, place));
  const counts = await planned.counts();
  const halted = (await haltedIn(configuration, control)).filter((place) => isChosen(chosen, place));
  const known = new Set(haltedBefore.map(({ id }) => id));
  const servers = await serverStates(configuration, control, systemClock.now());
  return {
    work: await each(places, (place) => workAt(of, place, counts)),
    conflicts: (await planned.conflictCounts()).filter((one) => isOf(chosen, one)),
    conflicting: (await each(tablesOf(places), (table) => planned.conflicts(table, of.limit))).flat(),
    suspected: (await each(places, (place) => suspectedAt(control, place))).flat(),
    parked: (await each(places, (place) => parkedAt(of, place))).flat(),
    halted: halted.map((one) => ({ ...one, isNew: !known.has(one.id) })),
    pending: servers.flatMap(({ server, pending: keys }) => (keys > 0 ? { server, keys } : [])),
  };
}

async function each<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

const tablesOf = (places: readonly PlannedPlace[]): readonly TableName[] => [
  ...new Set(places.map(({ table }) => table)),
];

const isOf = ({ table, server }: Chosen, one: PlannedConflicts): boolean =>
  one.table === (table ?? one.table) && [one.winner, one.loser].includes(server ?? one.winner);

const kinds: readonly PlannedKind[] = ['create', 'edit', 'delete'];

async function workAt(
  { planned, limit }: Gathering,
  place: PlannedPlace,
  counts: readonly PlannedCount[],
): Promise<PlannedWork> {
  const ofKind = (kind: PlannedKind): PlannedCount | undefined =>
    counts.find((one) => one.table === place.table && one.server === place.server && one.kind === kind);
  const listed = limit === 0 ? [] : await each(kinds, (kind) => planned.writes(place, kind, limit));
  return {
    ...place,
    creates: ofKind('create')?.records ?? 0,
    edits: ofKind('edit')?.records ?? 0,
    deletes: ofKind('delete')?.records ?? 0,
    fields: ofKind('edit')?.fields ?? {},
    parkedNow: kinds.reduce((sum, kind) => sum + (ofKind(kind)?.parked ?? 0), 0),
    records: listed.flat(),
  };
}

/** Records in one page of what the state lists. */
const inOnePage = 500;

async function suspectedAt(control: Control, place: PlannedPlace): Promise<PlanReport['suspected']> {
  const { table, server } = place;
  let records = 0;
  const pages = paged<Suspect>((after) => control.suspects(table, server, inOnePage, after?.key));
  for await (const page of pages) records += page.length;
  return records === 0 ? [] : [{ ...place, records }];
}

async function parkedAt(
  { control, startedAt }: Gathering,
  place: PlannedPlace,
): Promise<PlanReport['parked']> {
  const { table, server } = place;
  const byCode = new Map<string, number>();
  const pages = paged<Parked>((after) => control.parkedPage(table, server, inOnePage, after?.key));
  for await (const page of pages)
    for (const { code, at } of page) if (at >= startedAt) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  return [...byCode].map(([code, records]) => ({ ...place, code, records }));
}
