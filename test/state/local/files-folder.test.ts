import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeFilesFolder } from '../../../src/state/local/files-folder.ts';

test('a folder of files that cannot be one is told with the setting that names it, not with that of the state', () => {
  const directory = mkdtempSync(join(tmpdir(), 'serversync-folder-'));
  try {
    const state = join(directory, 'state');
    mkdirSync(state);
    writeFileSync(join(directory, 'notes.txt'), '');
    const folder = join(directory, 'notes.txt', 'files');
    expect(() => takeFilesFolder(folder, state)).toThrow(
      `${folder}: lies in or is a file, not a folder. Name a folder as containers: folder in the configuration`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
