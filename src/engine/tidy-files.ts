/**
 * Files that nothing names any more are removed: of records that were forgotten, and of values whose history is over.
 *
 *   R2  A file is stored before anything names it. So one that was stored lately is left alone, whether it is named or not.
 *   R5  What a head, a value that lost, or a history names stays.
 */
import { isContainer } from '../core/files.ts';
import type { ServerName } from '../core/names.ts';
import type { Engine } from './engine.ts';

/** Between the last byte of a file and the head that names it lie seconds; nobody is at it for so long. */
const youngMs = 86_400_000;

/** With the sweep of one server, so that it is done once in a round of sweeps. */
export async function tidyFilesWith(engine: Engine, server: ServerName): Promise<void> {
  const first = [...engine.tables.values()].find(({ plan }) => plan.fields.some(isContainer));
  if (first?.plan.links[0]?.server === server) await tidyFiles(engine);
}

export async function tidyFiles({ files, clock }: Pick<Engine, 'files' | 'clock'>): Promise<number> {
  if (typeof files !== 'object' || files.names === undefined) return 0;
  const before = clock.now() - youngMs;
  const old = new Set<string>();
  for await (const { sha256, storedAt } of files.store.all()) if (storedAt < before) old.add(sha256);
  if (old.size === 0) return 0;
  const named = await files.names.namedAmong(old);
  const free = [...old].filter((sha256) => !named.has(sha256));
  for (const sha256 of free) await files.store.remove(sha256, before);
  return free.length;
}
