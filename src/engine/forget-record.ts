/**
 * What is held of one record is forgotten, by a person's wish. No server is asked, and nothing is written there.
 *
 *   R2  Its key stays in a bare tombstone as long as a server may still hold the record (see core/forgetting.ts).
 *   R5  The stated exception: a person has it forgotten. Of a record that lives only what it held before goes.
 *
 * Order: a note of large values and files, the head without its values, then what it held before, then replicas, the head, and large
 * values last. A crash anywhere, and forgetting it again ends the same, large values by whoever finds the note; whoever merges
 * meanwhile finds another version, and starts over.
 */
import {
  bareTombstone,
  type Forgettable,
  type HeldOf,
  type Hindrance,
  hindrancesTo,
  isTombstone,
  serversWith,
  type Tombstone,
  withoutAmounts,
} from '../core/forgetting.ts';
import { filesNamedIn } from '../core/file-value.ts';
import type { Head } from '../core/head.ts';
import type { DeletePolicy } from '../core/link.ts';
import type { Key, ServerName } from '../core/names.ts';
import type { LargeForgetting, LargeRemoved, NotedLarge } from '../ports/forgetting.ts';
import { allHistory } from './all-history.ts';
import { RecordBusy } from './choose.ts';
import type { Engine } from './engine.ts';
import { dropExamples, dropFromNewest } from './forget-traces.ts';
import { heldOf } from './held-of-record.ts';

export type Forgetting = Pick<Engine, 'records' | 'control' | 'clock'> & {
  readonly forgetting: LargeForgetting;
};

export type RecordToForget = Forgettable & {
  readonly key: Key;
  readonly deletes: DeletePolicy;
};

/** What was removed. */
export type Removed = {
  /** Values of the head itself. */
  readonly values: number;
  readonly history: number;
  readonly conflicts: number;
  /** Halts, first meetings and readings that had it as an example. */
  readonly examples: number;
  readonly replicas: number;
};

export type ForgetOutcome =
  /** Nothing was held of it. */
  | { readonly kind: 'unknown' }
  /** It is not deleted: nothing was removed. */
  | { readonly kind: 'alive'; readonly servers: readonly ServerName[] }
  /** Its values are gone; its key stays, for these reasons. */
  | {
      readonly kind: 'bare';
      readonly removed: Removed;
      readonly hindrances: readonly Hindrance[];
      readonly large?: LargeRemoved;
    }
  | { readonly kind: 'forgotten'; readonly removed: Removed; readonly large?: LargeRemoved };

/** What forgetting it would do. Removes nothing. */
export async function planForgetting(engine: Forgetting, wanted: RecordToForget): Promise<ForgetOutcome> {
  const held = await heldOf(engine, wanted);
  const end = endOf(held, wanted, engine.clock.now());
  if (held.head !== undefined && end === undefined) return aliveOn(held, wanted);
  const past = await countPast(engine.control, wanted);
  const removed = { ...past, values: end === undefined ? 0 : valuesIn(end), replicas: 0 };
  if (end === undefined) return isAnything(removed) ? { kind: 'forgotten', removed } : { kind: 'unknown' };
  const hindrances = await inTheWay(engine, held, wanted);
  if (hindrances.length > 0) return { kind: 'bare', removed, hindrances };
  return { kind: 'forgotten', removed: { ...removed, replicas: held.replicas.length } };
}

/** What `forgetPast` would remove. */
export async function planForgettingPast(
  { control }: Forgetting,
  wanted: Pick<RecordToForget, 'table' | 'key'>,
): Promise<PastForgotten> {
  const { history } = await countPast(control, wanted);
  const conflicts = await control.conflictsOf(wanted.table, wanted.key);
  const waiting = conflicts.filter(({ open }) => open).length;
  return { removed: sumOf(nothing, { history, conflicts: conflicts.length - waiting }), waiting };
}

async function countPast(
  control: Engine['control'],
  { table, key }: Pick<RecordToForget, 'table' | 'key'>,
): Promise<Pick<Removed, 'history' | 'conflicts' | 'examples'>> {
  const history = await allHistory(control, table, key);
  const conflicts = await control.conflictsOf(table, key);
  return { history: history.length, conflicts: conflicts.length, examples: 0 };
}

/** Heads that others store meanwhile: each attempt is over in moments. */
const mostAttempts = 20;

/** Throws RecordBusy, and what the state throws. What it did until then is done; doing it again ends the same. */
export async function forgetRecord(engine: Forgetting, wanted: RecordToForget): Promise<ForgetOutcome> {
  const noted: NotedLarge[] = [];
  const outcome = await forgetRows(engine, wanted, noted);
  const large = await engine.forgetting.removeNoted(noted);
  return outcome.kind === 'bare' || outcome.kind === 'forgotten' ? { ...outcome, large } : outcome;
}

/** `noted`: large values of what it removes are added. */
async function forgetRows(
  engine: Forgetting,
  wanted: RecordToForget,
  noted: NotedLarge[],
): Promise<ForgetOutcome> {
  let removed = nothing;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const held = await heldOf(engine, wanted);
    const end = endOf(held, wanted, engine.clock.now());
    if (held.head !== undefined && end === undefined) return aliveOn(held, wanted);
    const files = await filesOf(engine.control, wanted, held.head);
    noted.push(...(await engine.forgetting.noteLarge(wanted.table, wanted.key, files)));
    const bare = end && bareTombstone(end, serversWith(held));
    if (bare && bare !== held.head && (await engine.records.putHeads([bare])).size > 0) continue;
    removed = sumOf(removed, { values: end === undefined ? 0 : valuesIn(end) });
    removed = sumOf(removed, await dropPast(engine, wanted));
    const counted = bare ? withoutAmounts(held.replicas) : [];
    await engine.records.putReplicas(counted);
    if (counted.length > 0) continue;
    const hindrances = await inTheWay(engine, held, wanted);
    if (bare && hindrances.length > 0) return { kind: 'bare', removed, hindrances };
    if (bare && !(await dropFromNewest(engine.control, wanted, serversOf(held, wanted)))) continue;
    if (bare && !(await removeAll(engine, held, bare))) continue;
    removed = sumOf(removed, { replicas: bare ? held.replicas.length : 0 });
    return bare || isAnything(removed) ? { kind: 'forgotten', removed } : { kind: 'unknown' };
  }
  throw new RecordBusy();
}

/** Files that it, its history or a conflict names. */
const filesOf = async (
  control: Engine['control'],
  { table, key }: Pick<RecordToForget, 'table' | 'key'>,
  head?: Head,
): Promise<readonly string[]> => {
  const past = [await allHistory(control, table, key), await control.conflictsOf(table, key)];
  return [...new Set(filesNamedIn([head?.fields, past]))];
};

const inTheWay = async (
  { control, clock }: Forgetting,
  held: HeldOf,
  wanted: RecordToForget,
): Promise<readonly Hindrance[]> => hindrancesTo(held, wanted, await control.pauses(), clock.now());

/** In the order of the configuration. */
function aliveOn(held: HeldOf, wanted: RecordToForget): ForgetOutcome {
  const having = serversWith(held);
  return { kind: 'alive', servers: serversOf(held, wanted).filter((server) => having.includes(server)) };
}

const nothing: Removed = { values: 0, history: 0, conflicts: 0, examples: 0, replicas: 0 };

const sumOf = (one: Removed, other: Partial<Removed>): Removed => ({
  values: one.values + (other.values ?? 0),
  history: one.history + (other.history ?? 0),
  conflicts: one.conflicts + (other.conflicts ?? 0),
  examples: one.examples + (other.examples ?? 0),
  replicas: one.replicas + (other.replicas ?? 0),
});

const isAnything = (removed: Removed): boolean => Object.values(removed).some((count) => count > 0);

/** `waiting`: conflicts that stay, since they wait for a person. */
export type PastForgotten = {
  readonly removed: Removed;
  readonly waiting: number;
  readonly large?: LargeRemoved;
};

/** Of a record that lives: what it held before, and values that lost and wait for nobody. Gives how many of them wait. */
export async function forgetPast(
  engine: Forgetting,
  wanted: Pick<RecordToForget, 'table' | 'key'>,
): Promise<PastForgotten> {
  const { control, forgetting } = engine;
  const files = await filesOf(control, wanted);
  const noted = await forgetting.noteLarge(wanted.table, wanted.key, files);
  const conflicts = await control.conflictsOf(wanted.table, wanted.key);
  const settled = conflicts.filter(({ open }) => !open).map(({ id }) => id);
  await control.dropConflicts(settled);
  const history = await control.dropHistory(wanted.table, wanted.key);
  const removed = sumOf(nothing, { history, conflicts: settled.length });
  const large = await forgetting.removeNoted(noted);
  return { removed, waiting: conflicts.length - settled.length, large };
}

/** The tombstone; with `deletes: ignore` there is none, and a record that is on no server any more counts as deleted now. */
function endOf(held: HeldOf, { deletes, servers }: RecordToForget, now: number): Tombstone | undefined {
  const { head } = held;
  if (head === undefined) return undefined;
  if (isTombstone(head)) return head;
  if (deletes !== 'ignore' || serversWith(held).length > 0 || held.replicas.length === 0) return undefined;
  return { ...head, deleted: { stamp: { lo: now, hi: now }, origin: servers[0] ?? '' } };
}

const valuesIn = ({ fields, createOnly }: Head): number =>
  Object.keys(fields).length + Object.keys(createOnly).length;

/** What it held before, what lost, and where it is shown as an example. */
async function dropPast(
  { control }: Forgetting,
  { table, key }: RecordToForget,
): Promise<Pick<Removed, 'history' | 'conflicts' | 'examples'>> {
  const conflicts = (await control.conflictsOf(table, key)).map(({ id }) => id);
  await control.dropConflicts(conflicts);
  const history = await control.dropHistory(table, key);
  const examples = await dropExamples(control, table, key);
  return { history, conflicts: conflicts.length, examples };
}

const serversOf = ({ replicas }: HeldOf, { servers }: RecordToForget): readonly ServerName[] => [
  ...new Set([...servers, ...replicas.map(({ server }) => server)]),
];

/** Replicas, then the head, each if it is as it was read; false: somebody was at work. */
async function removeAll({ records }: Forgetting, { replicas }: HeldOf, head: Head): Promise<boolean> {
  for (const replica of replicas) if (!(await records.removeReplica(replica))) return false;
  return records.removeHead(head);
}
