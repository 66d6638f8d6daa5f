/** Conflicts that waited for a person and do no longer, since the servers came to hold the same: they are closed. */
import type { Merged } from '../core/merge.ts';
import type { Engine } from './engine.ts';

/** After the heads are stored: until then they wait, and one that is left open by a crash is known by its head. */
export async function closeAgreed(
  { control, clock }: Pick<Engine, 'control' | 'clock'>,
  merged: readonly Merged[],
): Promise<void> {
  const ids = merged.flatMap(({ agreed = [] }) => agreed);
  if (ids.length === 0) return;
  const rows = (await control.conflictsById(ids)).filter(({ open }) => open);
  await control.putConflicts(rows.map(({ open: _open, ...row }) => ({ ...row, agreedAt: clock.now() })));
}
