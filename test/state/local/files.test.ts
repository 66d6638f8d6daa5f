/** Files of containers in a folder. */
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LocalFiles } from '../../../src/state/local/local-files.ts';
import { filesContract, type OpenedFiles } from '../../contracts/files.ts';

const open = async (): Promise<OpenedFiles & { readonly directory: string }> => {
  const parent = await mkdtemp(join(tmpdir(), 'serversync-files-'));
  const directory = join(parent, 'files');
  return {
    directory,
    files: new LocalFiles({ directory, now: Date.now }),
    now: Date.now,
    spoil: (sha256) => writeFile(join(directory, sha256), 'forgery'),
    close: () => rm(parent, { recursive: true, force: true }),
  };
};

describe('in a folder', () => {
  filesContract(open);
});

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

const never = new AbortController().signal;

test.skipIf(process.platform === 'win32')(
  'only who runs the sync may read them, and the folder is made for the first of them',
  async () => {
    const { directory, files, close } = await open();
    try {
      expect(await files.size('0'.repeat(64))).toBeUndefined();
      await expect(readdir(directory)).rejects.toThrow('ENOENT');
      const { sha256 } = await files.put(once('secret'), never);
      const modes = await Promise.all(
        [directory, join(directory, sha256)].map(async (path) => (await stat(path)).mode & 0o777),
      );
      expect(modes).toEqual([0o700, 0o600]);
    } finally {
      await close();
    }
  },
);

test('what a process left half is no file, and goes once it is a day old', async () => {
  const { directory, files, close } = await open();
  try {
    await files.put(once('whole'), never);
    const [left, young] = ['partial-1', 'partial-2'].map((name) => join(directory, name));
    await writeFile(left ?? '', 'half');
    await writeFile(young ?? '', 'half');
    const old = new Date(Date.now() - 2 * 86_400_000);
    await utimes(left ?? '', old, old);
    expect(await Array.fromAsync(files.all())).toHaveLength(1);
    expect((await readdir(directory)).filter((name) => name.startsWith('partial'))).toEqual(['partial-2']);
  } finally {
    await close();
  }
});
