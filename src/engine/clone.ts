/** Whether the records of a server are all in other rows than they were known in: a file that was made anew from them. */
import { keptExamples } from '../core/halt.ts';
import type { Key, RecordId } from '../core/names.ts';
import { matchRows } from '../core/look-up.ts';
import type { Engine, Place } from './engine.ts';
import { readable } from './readable.ts';

/** Records that are looked up beside the one that was met: more cost requests where one record was made anew, fewer tell less. */
const sampled = 20;
/** Keys from among which they are taken, in even distances: those that were made together need not tell of the others. */
const takenFrom = 400;
/** So many in other rows are no accident. */
const enough = 3;

export type Others = {
  /** The row of the record that was met, if it is another one than was known. */
  readonly movedTo: RecordId | undefined;
  /** How many of the others were found, and in another row than they were known in. */
  readonly figures: { readonly found: number; readonly moved: number };
  readonly examples: readonly Key[];
};

/** One find for some of the records that are known there, and for the one that was met. */
export async function othersOf(
  engine: Engine,
  place: Place,
  met: Key | undefined,
  signal: AbortSignal,
): Promise<Others> {
  const { plan, link } = place;
  const keys = await someKeys(engine, place, met);
  const asked = met === undefined ? keys : [met, ...keys];
  // First what is known, then what is there.
  const { result: replicas } = await readable(engine, place, asked, (of) =>
    engine.records.replicas(plan.name, link.server, of),
  );
  const known = [...replicas.values()].filter(({ key, gone }) => !gone && key !== met).slice(0, sampled);
  const wanted = [...(met === undefined ? [] : [met]), ...known.map(({ key }) => key)];
  const matches = matchRows(wanted, wanted.length === 0 ? [] : await place.table.lookUp(wanted, signal));
  const rowOf = (key: Key): RecordId | undefined => {
    const match = matches.get(key);
    return match?.kind === 'found' ? match.row.recordId : undefined;
  };
  const found = known.filter(({ key }) => rowOf(key) !== undefined);
  const moved = found.filter(({ key, recordId }) => rowOf(key) !== recordId);
  const now = met === undefined ? undefined : rowOf(met);
  return {
    movedTo: met !== undefined && now !== replicas.get(met)?.recordId ? now : undefined,
    figures: { found: found.length, moved: moved.length },
    examples: moved.slice(0, keptExamples).map(({ key }) => key),
  };
}

/** Behind the one that was met in the order of keys, and from the beginning where the end is near. */
export async function someKeys(
  { records }: Engine,
  { plan }: Place,
  met: Key | undefined,
): Promise<readonly Key[]> {
  const behind = await records.keys(plan.name, takenFrom, met);
  const before = behind.length < takenFrom ? await records.keys(plan.name, takenFrom - behind.length) : [];
  const keys = [...new Set([...behind, ...before].map(({ key }) => key))].filter((key) => key !== met);
  const step = Math.max(1, Math.floor(keys.length / (3 * sampled)));
  return keys.filter((_, at) => at % step === 0).slice(0, 3 * sampled);
}

/** Most of those that were looked up are in other rows. Of so few that they tell nothing, `fewTell` says that they do. */
export function isClone({ figures: { found, moved } }: Pick<Others, 'figures'>, fewTell: boolean): boolean {
  if (moved >= enough) return 2 * moved > found;
  return fewTell && found < enough && 2 * moved >= found;
}
