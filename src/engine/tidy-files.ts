/**
 * Files that nothing names any more are removed: of records that were forgotten, and of values whose history is over.
 *
 *   R2  A file is stored before anything names it. So one that was stored lately is left alone, whether it is named or not.
 *   R5  What a head, a value that lost, or a history names stays.
 */
import { isContainer } from '../core/files.ts';
import type { ServerName } from '../core/names.ts';
import type { Engine } from './engine.ts';
import type { Pace } from './meet.ts';

/** Between the last byte of a file and the head that names it lie seconds; nobody is at it for so long. */
const youngMs = 86_400_000;

/** With the sweep of one server, so that it is done once in a round of sweeps. */
export async function tidyFilesWith(
  engine: Engine,
  server: ServerName,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const first = [...engine.tables.values()].find(({ plan }) => plan.fields.some(isContainer));
  if (first?.plan.links[0]?.server === server) await tidyFiles(engine, pace, signal);
}

/** `notSinceMs`: who names a file has stored it since; less than nothing where nobody else is at work. Returns how many were removed. Where `pace` says to stop, the rest goes with the next sweep. */
export async function tidyFiles(
  { files, clock }: Pick<Engine, 'files' | 'clock'>,
  pace: Pace,
  signal: AbortSignal,
  notSinceMs = youngMs,
): Promise<number> {
  if (typeof files !== 'object' || files.names === undefined || (await pace()) === 'stop') return 0;
  const { store, names } = files;
  const before = clock.now() - notSinceMs;
  const old = new Set<string>();
  for await (const { sha256, storedAt } of store.all()) {
    signal.throwIfAborted();
    if (storedAt < before) old.add(sha256);
  }
  if (old.size === 0) return 0;
  const named = await names.namedAmong(old, signal);
  let removed = 0;
  for (const sha256 of old) {
    if (named.has(sha256)) continue;
    if ((await pace()) === 'stop') break;
    await store.remove(sha256, before);
    removed += 1;
  }
  return removed;
}
