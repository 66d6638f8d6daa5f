/**
 * Files that nothing names any more once something was forgotten: on this machine, where nobody else works with the state, all of them go
 * at once. So it is found by who forgets the record again if it was killed in between.
 */
import { existsSync } from 'node:fs';
import { systemClock } from '../../composition/system-clock.ts';
import type { Configuration } from '../../config/configuration.ts';
import { onAndOn } from '../../engine/meet.ts';
import { tidyFiles } from '../../engine/tidy-files.ts';
import type { Removal } from '../../ports/forgetting.ts';
import type { ChangingState, StatePlace } from '../opened-state.ts';
import { filesFolderOf, filesFor, stateDirectoryOf } from '../workplace.ts';

/** Undefined where there are no files here. Throws StateFileError. */
export async function removedFiles(
  configuration: Configuration,
  { configFile, stateDirectory }: StatePlace,
  { fileNames: names }: ChangingState,
): Promise<Removal | undefined> {
  const directory = stateDirectoryOf(configFile, stateDirectory);
  if (names === undefined || !existsSync(filesFolderOf(configuration, directory))) return undefined;
  const store = filesFor(configuration, directory);
  const files = { store, names, limitBytes: configuration.containers.limitBytes };
  // The clock of a disk may be a little ahead of this one.
  const removed = await tidyFiles(
    { files, clock: systemClock },
    onAndOn,
    new AbortController().signal,
    -60_000,
  );
  return { removed, held: 0, later: 0 };
}
