/**
 * A table that the configuration finds at another address of its server, or under another database or layout, from now on.
 *
 *   R8  It halts there, before anything is read or written, until some of the records that are known were found as they are
 *       known: then it goes on by itself. What is found instead halts it as that, and a person is told of the ways out.
 *   R7  Where the server cannot be reached there, it is asked again; nothing else waits for it.
 */
import { type Halt, type HaltKind, isOtherFile, keptExamples, type Moved, newHalt } from '../core/halt.ts';
import type { Replica } from '../core/head.ts';
import type { TablePlan } from '../core/link.ts';
import { matchRows } from '../core/look-up.ts';
import { askedOf, countOf, fileFound, type FoundRow, foundRow, type Looked } from '../core/moved.ts';
import type { Key } from '../core/names.ts';
import { isWhereItWas, type TableShape } from '../core/shape.ts';
import type { ServerRecord } from '../ports/server.ts';
import { someKeys } from './clone.ts';
import type { Engine, Place, PlaceName } from './engine.ts';
import { stateOf } from './link-clock.ts';
import { putBackDue } from './measure.ts';
import { endHalt } from './raise.ts';
import { readable } from './readable.ts';
import { nameOf } from './sweep-work.ts';

/** Halts the servers on which the table is at another address than it was; before that address is stored. */
export async function haltMoved(engine: Engine, plan: TablePlan, before: TableShape): Promise<void> {
  for (const link of plan.links) {
    const { server, address: now } = link;
    const was = before.addresses?.[server];
    if (was === undefined || now === undefined || isWhereItWas(before, link)) continue;
    await raiseMoved(engine, { table: plan.name, server }, { was, now });
  }
}

/** Nothing is asked where nothing was ever read, nor where its rows are to be paired anew anyway. */
async function raiseMoved(engine: Engine, place: PlaceName, addresses: Omit<Moved, 'before'>): Promise<void> {
  const { control, clock, report } = engine;
  const { table, server } = place;
  for (;;) {
    const [meeting, standing] = await Promise.all([
      control.meeting(table, server),
      control.halt(table, server),
    ]);
    if (meeting === undefined || standing?.kind === 'migration') return;
    const halt = newHalt({ ...place, kind: 'moved', at: clock.now() }, { figures: {}, examples: [] });
    const moved = { ...addresses, ...beforeOf(standing) };
    if (!(await control.putHalt({ ...halt, rev: (standing?.rev ?? 0) + 1, moved }))) continue;
    report({ kind: 'moved', ...place, ...addresses });
    return;
  }
}

/** What was found of another file says nothing of this one. */
function beforeOf(standing: Halt | undefined): Pick<Moved, 'before'> {
  if (standing === undefined || isOtherFile(standing.kind)) return {};
  const before = standing.kind === 'moved' ? standing.moved?.before : standing;
  return before === undefined ? {} : { before };
}

/** `halted`: by what was found, or since it could not be asked yet. Throws ServerError where the server is at fault. */
export async function proveMoved(
  engine: Engine,
  place: Place,
  halt: Halt,
  signal: AbortSignal,
): Promise<'done' | 'halted'> {
  const { moved } = halt;
  // Who goes by the former address tells nothing, and may be writing there for as long as a writer lives, which is less than twice as
  // long as storing may take.
  const isOurs = moved?.now === place.link.address;
  if (!isOurs || engine.clock.now() < halt.at + 2 * engine.settings.storingMs) return 'halted';
  const seen = await look(engine, place, signal);
  if (seen.found === 'same') return goOn(engine, halt, seen);
  await keepFound(engine, halt, seen);
  return 'halted';
}

async function goOn(engine: Engine, halt: Halt, { figures }: Seen): Promise<'done' | 'halted'> {
  const { table, server, rev, moved } = halt;
  engine.report({ kind: 'proven', table, server, figures });
  const before = moved?.before;
  if (before !== undefined) {
    await engine.control.putHalt({ ...before, rev: rev + 1 });
    return 'halted';
  }
  await endHalt(engine, halt);
  // What was to be delivered there meanwhile has lost its messages.
  await putBackDue(engine, server);
  return 'done';
}

const kinds: Readonly<Record<Exclude<Seen['found'], 'same'>, HaltKind>> = {
  older: 'restored',
  renumbered: 'clone',
  unknown: 'moved',
};

/** Told once for what is seen. */
async function keepFound({ control, clock, report }: Engine, halt: Halt, seen: Seen): Promise<void> {
  const { drift: _, ...rest } = halt;
  const { table, server, rev, moved } = halt;
  if (seen.found === 'same' || moved === undefined) return;
  const kind = kinds[seen.found];
  const isNews = kind !== halt.kind || JSON.stringify(seen.figures) !== JSON.stringify(halt.figures);
  if (!isNews && halt.answer === undefined) return;
  const { figures, examples } = seen;
  const fresh = newHalt({ table, server, kind, at: clock.now() }, { figures, examples });
  const next: Halt =
    kind === 'moved'
      ? { ...rest, figures, examples, rev: rev + 1 }
      : { ...fresh, rev: rev + 1, moved: { was: moved.was, now: moved.now } };
  if (await control.putHalt(next)) report({ kind: 'halted', why: kind, table, server, id: next.id, figures });
}

type Seen = {
  readonly found: ReturnType<typeof fileFound>;
  readonly figures: Halt['figures'];
  readonly examples: readonly Key[];
};

/** Records that are asked for, all in one find: those with the highest ids, and others. */
const asks = 25;

type Found = Looked & { readonly key: Key };

async function look(engine: Engine, place: Place, signal: AbortSignal): Promise<Seen> {
  const { newest, known } = await someKnown(engine, place);
  const looked = known.length === 0 ? [] : await lookedAt(place, known, signal);
  const newestKeys = new Set(newest);
  const ofNewest = looked.filter(({ key }) => newestKeys.has(key));
  const found = fileFound(looked, ofNewest);
  const examples = looked.filter((one) => one.found !== 'as-known').map(({ key }) => key);
  return { found, figures: figuresOf(found, looked, ofNewest), examples: examples.slice(0, keptExamples) };
}

/** By the names that the words of each kind use. */
function figuresOf(
  found: Seen['found'],
  looked: readonly Found[],
  newest: readonly Found[],
): Halt['figures'] {
  const elsewhere = countOf(looked, 'elsewhere');
  if (found === 'renumbered')
    return { found: countOf(looked, 'as-known', 'older', 'other', 'elsewhere'), moved: elsewhere };
  if (found === 'older')
    return countOf(looked, 'older') > 0
      ? { older: countOf(looked, 'older') }
      : { lost: countOf(newest, 'none') };
  const [asked, agreed] = [askedOf(looked), countOf(looked, 'as-known')];
  return found === 'same' ? { asked, agreed } : { asked, agreed, none: countOf(looked, 'none') };
}

/** First what is known, then what is there. */
async function someKnown(
  engine: Engine,
  place: Place,
): Promise<{ readonly newest: readonly Key[]; readonly known: readonly Replica[] }> {
  const { table, server } = nameOf(place);
  const rows = (await engine.control.watermark(table, server))?.newest ?? [];
  const newest = rows.flatMap(({ key, forgotten }) => (forgotten ? [] : [key]));
  const keys = [...new Set([...newest, ...(await someKeys(engine, place, newest[0]))])];
  const { result: replicas } = await readable(engine, place, keys, (of) =>
    engine.records.replicas(table, server, of),
  );
  // What was found gone at the former address tells nothing of this one.
  const suspects = await engine.control.suspectsAmong(table, server, keys);
  const isThere = ({ key, gone }: Replica): boolean => !gone && !suspects.has(key);
  const known = keys.flatMap((key) => replicas.get(key) ?? []).filter(isThere);
  return { newest, known: known.slice(0, asks) };
}

async function lookedAt(
  place: Place,
  known: readonly Replica[],
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const keys = known.map(({ key }) => key);
  const matches = matchRows(keys, await place.table.lookUp(keys, signal));
  const looked: Found[] = [];
  for (const replica of known) {
    const { key } = replica;
    const match = matches.get(key);
    const shown = match?.kind === 'found' ? match.row : undefined;
    const isUnclear = match?.kind === 'ambiguous';
    const found = isUnclear ? 'unclear' : await foundOf(place, replica, shown, signal);
    looked.push({ key, found });
  }
  return looked;
}

/** A find may show an earlier state, or not a record that is there: a read of the row tells. */
async function foundOf(
  place: Place,
  replica: Replica,
  shown: ServerRecord | undefined,
  signal: AbortSignal,
): Promise<FoundRow> {
  const byFind = shown && foundRow(replica, asRow(place, shown));
  if (byFind !== undefined && byFind !== 'older') return byFind;
  const row = await place.table.read(replica.recordId, signal);
  if (row === 'denied') return 'unclear';
  if (row === undefined || row.key !== replica.key) return 'none';
  return foundRow(replica, asRow(place, row));
}

const asRow = ({ plan }: Place, record: ServerRecord) => ({
  recordId: record.recordId,
  modId: record.modId,
  digests: stateOf(plan, record).digests,
});
