/** Who removes files that nothing names has little time on AWS, and may be told to stop. */
import { describe, expect, test } from 'vitest';
import { tidyFiles } from '../../src/engine/tidy-files.ts';
import type { FileNames, Files } from '../../src/ports/files.ts';

const dayMs = 86_400_000;
const now = 100 * dayMs;
const never = new AbortController().signal;

const refused = (): Promise<never> => Promise.reject(new Error('nobody asks for this'));

/** Four files of two days ago, of which the second is named. */
function filesOf(): { readonly removed: string[]; readonly files: { store: Files; names: FileNames } } {
  const removed: string[] = [];
  const store: Files = {
    put: refused,
    size: refused,
    open: refused,
    async *all() {
      for (const sha256 of ['a', 'b', 'c', 'd'])
        yield await Promise.resolve({ sha256, size: 1, storedAt: now - 2 * dayMs });
    },
    async remove(sha256) {
      removed.push(sha256);
      return true;
    },
  };
  const names: FileNames = {
    async namedAmong(_, signal) {
      signal.throwIfAborted();
      return new Set(['b']);
    },
  };
  return { removed, files: { store, names } };
}

const tidied = (files: ReturnType<typeof filesOf>['files'], turns: number, signal = never) => {
  let left = turns;
  const pace = async () => (left-- > 0 ? ('on' as const) : ('stop' as const));
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  return tidyFiles({ files: { ...files, limitBytes: 1 }, clock }, pace, signal);
};

describe('of files that nothing names', () => {
  test('all are removed where there is time, and the rest is left where there is none', async () => {
    for (const [turns, gone] of [
      [0, []],
      [2, ['a']],
      [9, ['a', 'c', 'd']],
    ] as const) {
      const { removed, files } = filesOf();
      expect(await tidied(files, turns)).toBe(gone.length);
      expect(removed).toEqual(gone);
    }
  });

  test('none is removed by who is told to stop at once', async () => {
    const { removed, files } = filesOf();
    const stopped = AbortSignal.abort(new Error('time is over'));
    await expect(tidied(files, 9, stopped)).rejects.toThrow('time is over');
    expect(removed).toEqual([]);
  });
});
