/**
 * The entries of heads that are about to be stored.
 *
 *   R5  Each is stored before its head, so that nothing is replaced of which no entry tells. One whose head is never stored
 *       is named by none, and goes by its age.
 */
import { type Cause, recorded } from '../core/history.ts';
import type { Head } from '../core/head.ts';
import type { Merged } from '../core/merge.ts';
import type { Engine } from './engine.ts';

type Change = { readonly before: Head | undefined; readonly merged: Merged; readonly cause: Cause };

/** Letters that tell the attempts at one version of one record apart. */
const idLength = 8;

/** The heads to be stored, each naming its history, once their entries are stored. */
export async function keepHistory(
  { control, clock, newId, settings }: Pick<Engine, 'control' | 'clock' | 'newId' | 'settings'>,
  changes: readonly Change[],
): Promise<readonly Head[]> {
  const attempt = { id: newId().slice(0, idLength), at: clock.now(), keptMs: settings.historyMs };
  const all = changes.flatMap(({ before, merged: { head, stored, lost }, cause }) =>
    stored && head ? recorded({ before, after: head, cause, lost }, attempt) : [],
  );
  const entries = all.flatMap(({ entry }) => entry ?? []);
  if (entries.length > 0) await control.putHistory(entries);
  return all.map(({ head }) => head);
}
