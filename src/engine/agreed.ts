/** Conflicts that waited for a person and do no longer, since the servers came to hold the same, the record ended, or the field was left out: they are closed. */
import { type Conflict, keptFrom } from '../core/conflict.ts';
import type { Merged } from '../core/merge.ts';
import type { FieldName, TableName } from '../core/names.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { readable } from './readable.ts';

type Ports = Pick<Engine, 'control' | 'clock'>;

/** After the heads are stored: until then they wait, and one that is left open by a crash is known by its head. */
export async function closeAgreed({ control, clock }: Ports, merged: readonly Merged[]): Promise<void> {
  const ids = merged.flatMap(({ agreed = [] }) => agreed);
  if (ids.length === 0) return;
  await close({ control, clock }, await control.conflictsById(ids));
}

async function close({ control, clock }: Ports, conflicts: readonly Conflict[]): Promise<void> {
  const rows = conflicts.filter(({ open }) => open);
  await control.putConflicts(rows.map(({ open: _open, ...row }) => ({ ...row, agreedAt: clock.now() })));
}

/** More than ever wait. */
const all = 1_000_000;

/** Of fields that are not kept the same any more nothing can be chosen: each server keeps its own value. */
export async function closeOfFields(
  ports: Ports,
  table: TableName,
  fields: readonly FieldName[],
): Promise<void> {
  if (fields.length === 0) return;
  const open = await ports.control.conflicts(all, { table, open: true });
  await close(
    ports,
    open.filter(({ field }) => fields.includes(field)),
  );
}

/** Longer than anybody takes from the conflict to the head that names it, ms. */
const surelyStoredMs = 3_600_000;

/** Open conflicts looked at in one go: what is left comes with the next sweep. */
const mostAtOnce = 1_000;

/** Those that no head names any more: who ended them died before he could close them. */
export async function closeLeftOpen(engine: Engine, place: Place): Promise<void> {
  const { plan } = place;
  const before = engine.clock.now() - surelyStoredMs;
  const open = await engine.control.conflicts(mostAtOnce, { table: plan.name, open: true });
  const old = open.filter((one) => keptFrom(one) < before);
  for (const chunk of chunksOf(old, engine.settings.batchSize)) {
    const keys = [...new Set(chunk.map(({ key }) => key))];
    const { result: heads, unreadable } = await readable(engine, place, keys, (of) =>
      engine.records.heads(plan.name, of),
    );
    const left = chunk.filter(
      ({ id, key, field }) =>
        !unreadable.has(key) && !heads.get(key)?.fields[field]?.held?.conflicts.includes(id),
    );
    if (left.length > 0) await close(engine, left);
  }
}
