/**
 * A folder of files that the configuration names serves one state: another one would remove from it what nothing of its own names.
 *
 * So the folder holds the path of its state. It is not believed where there is no state any more, as when one was moved. What lies
 * on a share of several machines is not told apart.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFileName } from './local-state.ts';
import { accessing, createPrivateDirectory, createPrivateFile, ofFiles } from './private-files.ts';
import { StateFileError } from './state-file-error.ts';

/** In the folder; its only line is the path of the state's directory. */
export const ownerFileName = 'serversync-state.txt';

/** Makes the folder where there is none. Throws StateFileError where it is that of another state. */
export function takeFilesFolder(folder: string, stateDirectory: string): void {
  createPrivateDirectory(folder, ofFiles);
  const path = join(folder, ownerFileName);
  const own = accessing(stateDirectory, () => realpathSync(stateDirectory));
  createPrivateFile(path, ofFiles);
  const owner = accessing(path, () => readFileSync(path, 'utf8'), ofFiles).trim();
  if (owner === own) return;
  if (owner !== '' && existsSync(join(owner, stateFileName))) throw ofOtherState(folder, owner);
  accessing(path, () => writeFileSync(path, `${own}\n`), ofFiles);
}

const ofOtherState = (folder: string, owner: string): StateFileError =>
  new StateFileError(
    'state-other-folder',
    folder,
    `holds the files of the state in ${owner}`,
    'Each would remove what only the other one needs: name another folder in the configuration (containers: folder), or leave it out. ' +
      'If that state is a copy that nobody works with, remove it',
  );
