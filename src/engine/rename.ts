/**
 * rename: what is stored of a table by names of fields gets the names that the configuration has now (core/renaming.ts).
 *
 *   R5, R6  So a field that is only called otherwise is no first meeting: nothing is read anew, nothing is a conflict, nothing is
 *           written on a server. Where a name means another field of one server since, that field meets there for the first time;
 *           where it does so on all of them, it is a field that comes, and what is stored is kept under another name.
 *
 * While it is under way the shape says so, and everybody else leaves the table alone. How far it came stands
 * there too, and whoever is next goes on from it: each value is changed once.
 */
import type { BatchKey, BatchRow, Sending } from '../core/batch.ts';
import type { Head, Replica } from '../core/head.ts';
import type { TablePlan } from '../core/link.ts';
import type { Key, ServerName } from '../core/names.ts';
import {
  allNames,
  known,
  knownName,
  renamedHead,
  renamedReplica,
  renamedShape,
  type Renaming,
  renamingOf,
} from '../core/renaming.ts';
import { shapeOf } from '../core/shape.ts';
import type { Engine } from './engine.ts';
import { keepHistory } from './keep-history.ts';
import { knownPlaces } from './leave.ts';
import { keepMet, type Pace } from './meet.ts';
import { paged } from './paged.ts';

type Work = { readonly engine: Engine; readonly plan: TablePlan; readonly renaming: Renaming };

/** `unfinished`: `pace` said to stop; the next call goes on. */
export async function rename(engine: Engine, plan: TablePlan, pace: Pace): Promise<'done' | 'unfinished'> {
  const { control, clock, settings } = engine;
  const before = await control.shape(plan.name);
  if (before === undefined) return 'done';
  const { renaming: begun, ...shape } = before;
  const at = clock.now() + settings.storingMs;
  const renaming = begun ?? renamingOf(before, shapeOf(plan), at);
  if (renaming === undefined) return 'done';
  const renamed = begun === undefined ? renamedShape(renaming, shape, shapeOf(plan), at) : shape;
  if (begun === undefined) {
    await control.putShape({ ...renamed, renaming });
    // What others, who looked at the shape before, are storing at this moment has to be there to be renamed.
    await clock.sleep(settings.storingMs, unstopped);
  }
  const work = { engine, plan, renaming };
  const servers = await serversOf(work);
  await renameRows(work, servers);
  const keep = (after: Key): Promise<void> =>
    control.putShape({ ...renamed, renaming: { ...renaming, after } });
  if ((await renameRecords(work, servers, keep, pace)) === 'unfinished') return 'unfinished';
  await renameConflicts(work);
  await renameWatermarks(work, servers);
  if (renaming.other.length > 0) {
    await keepMet(engine, plan);
    await control.dropWatermarks(plan.name);
  }
  await control.putShape(renamed);
  tell(work);
  // Where a former process had begun it, the configuration may say otherwise by now.
  return begun === undefined && !renaming.isHalf ? 'done' : rename(engine, plan, pace);
}

/** By the names that people know. */
function tell({ engine, plan, renaming }: Work): void {
  const to = Object.entries(renaming.isHalf ? {} : renaming.to).map(([from, name]) => [
    knownName(from),
    name,
  ]);
  const { aside = {}, other } = renaming;
  if (to.length + other.length + Object.keys(aside).length === 0) return;
  engine.report({ kind: 'renamed', table: plan.name, to: Object.fromEntries(to), aside, other });
}

const unstopped = new AbortController().signal;

const serversOf = async ({ engine, plan }: Work): Promise<readonly ServerName[]> =>
  (await knownPlaces(engine.control)).filter(({ table }) => table === plan.name).map(({ server }) => server);

/** Records that are changed at once. */
const recordsInOnePage = 500;

/** How far it came is kept behind each page: nothing is renamed twice, and a table that takes long comes to its end. */
async function renameRecords(
  work: Work,
  servers: readonly ServerName[],
  keep: (after: Key) => Promise<void>,
  pace: Pace,
): Promise<'done' | 'unfinished'> {
  const { engine, plan, renaming } = work;
  const pages = paged<BatchKey>((last) =>
    engine.records.keys(plan.name, recordsInOnePage, last?.key ?? renaming.after),
  );
  for await (const page of pages) {
    const keys = page.map(({ key }) => key);
    await untilDone(keys, (open) => renameHeads(work, open));
    for (const server of servers) await untilDone(keys, (open) => renameReplicas(work, server, open));
    const last = keys.at(-1);
    if (last !== undefined) await keep(last);
    if ((await pace()) === 'stop') return 'unfinished';
  }
  return 'done';
}

/** `work` returns the keys of what moved meanwhile. */
async function untilDone(
  keys: readonly Key[],
  work: (open: readonly Key[]) => Promise<ReadonlySet<Key>>,
): Promise<void> {
  for (let open = keys; open.length > 0; ) open = [...(await work(open))];
}

async function renameHeads(work: Work, keys: readonly Key[]): Promise<ReadonlySet<Key>> {
  const { engine, plan, renaming } = work;
  const heads = await engine.records.heads(plan.name, keys);
  const changes = [...heads.values()].flatMap((before) => {
    const head = renamedHead(renaming, before);
    return head === undefined ? [] : [{ before, head }];
  });
  if (changes.length === 0) return new Set();
  return engine.records.putHeads(await asKept(work, changes));
}

type Changed = { readonly before: Head; readonly head: Head };

/** What is only called otherwise is no change; what is dropped is one, and stays in the history. */
const asKept = async ({ engine, renaming }: Work, changes: readonly Changed[]): Promise<readonly Head[]> =>
  renaming.anew === undefined
    ? changes.map(({ head }) => head)
    : keepHistory(
        engine,
        changes.map(({ before, head }) => ({
          before,
          merged: { head, changed: false, stored: true, lost: [] },
          cause: { kind: 'taken-up' },
        })),
      );

async function renameReplicas(
  { engine, plan, renaming }: Work,
  server: ServerName,
  keys: readonly Key[],
): Promise<ReadonlySet<Key>> {
  const replicas = await engine.records.replicas(plan.name, server, keys);
  const renamed = [...replicas.values()].flatMap((one): readonly Replica[] => {
    const next = renamedReplica(renaming, one);
    return next === undefined ? [] : [next];
  });
  return renamed.length === 0 ? new Set() : engine.records.putReplicas(renamed);
}

const rowsInOnePage = 1000;

/** What was announced by the former names; nobody works on the rows meanwhile. */
async function renameRows({ engine, plan, renaming }: Work, servers: readonly ServerName[]): Promise<void> {
  const { control } = engine;
  const names = allNames(renaming);
  for (const server of servers) {
    const rows = paged<BatchRow>((after) => control.openBatches(server, rowsInOnePage, after));
    for await (const page of rows)
      for (const row of page.filter(({ table }) => table === plan.name)) {
        const former = row.sending.filter(({ digests }) =>
          Object.keys(digests).some((field) => names[field]),
        );
        if (former.length === 0) continue;
        const rev = await control.appendSending(row.id, row.rev, former.map(announcedAs(renaming)));
        if (rev !== undefined) await control.withdrawSending(row.id, rev, former);
      }
  }
}

/** An entry is known by its key and its time: half a millisecond tells the two apart. */
const announcedAs =
  (renaming: Renaming) =>
  (entry: Sending): Sending => ({
    ...entry,
    at: entry.at + 0.5,
    digests: known(renaming, undefined, entry.digests),
    ...(entry.amounts && { amounts: known(renaming, undefined, entry.amounts) }),
  });

/** More than are ever kept. */
const allConflicts = 1_000_000;

async function renameConflicts({ engine, plan, renaming }: Work): Promise<void> {
  const names = allNames(renaming);
  if (Object.keys(names).length === 0) return;
  const kept = await engine.control.conflicts(allConflicts, { table: plan.name });
  const renamed = kept.flatMap(({ open, ...one }) => {
    const field = names[one.field];
    // Of a field that is put aside nothing can be chosen any more.
    const waits = open && renaming.aside?.[one.field] === undefined;
    return field === undefined ? [] : [{ ...one, field, ...(waits && { open }) }];
  });
  if (renamed.length > 0) await engine.control.putConflicts(renamed);
}

/** They were read by the same fields of the servers. */
async function renameWatermarks(
  { engine, plan, renaming }: Work,
  servers: readonly ServerName[],
): Promise<void> {
  for (const server of servers) {
    const watermark = await engine.control.watermark(plan.name, server);
    if (watermark?.fields === undefined) continue;
    const fields = watermark.fields.map((field) => renaming.to[field] ?? field);
    const generation = watermark.generation + 1;
    await engine.control.putWatermark({ ...watermark, generation, fields });
  }
}
