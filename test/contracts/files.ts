/** What holds for every store of files. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { FileBrokenOff, type Files } from '../../src/ports/files.ts';

export type OpenedFiles = {
  readonly files: Files;
  readonly now: () => number;
  /** Makes other bytes of what is stored, behind its back. */
  readonly spoil: (sha256: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

const never = new AbortController().signal;

async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

async function* breaking(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw await Promise.resolve(new FileBrokenOff('it broke off'));
}

/** Parts of a size that no store takes at once. */
async function* many(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < count; part += 1) yield await Promise.resolve(Buffer.alloc(size, part));
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  return bytes === undefined ? undefined : Buffer.concat(await Array.fromAsync(bytes)).toString();
}

const namesIn = async (files: Files): Promise<readonly string[]> =>
  (await Array.fromAsync(files.all())).map(({ sha256 }) => sha256).toSorted((a, b) => a.localeCompare(b));

export function filesContract(open: () => Promise<OpenedFiles>): void {
  const use = async (work: (opened: OpenedFiles) => Promise<void>): Promise<void> => {
    const opened = await open();
    try {
      await work(opened);
    } finally {
      await opened.close();
    }
  };

  test('what was put in comes out, known by the hash of its bytes, and is there once', () =>
    use(async ({ files }) => {
      const stored = await files.put(parts('one ', 'two'), never);
      expect(stored).toEqual({ sha256: hashOf('one two'), size: 7 });
      expect(await files.put(parts('one two'), never)).toEqual(stored);
      expect(await textOf(await files.open(stored.sha256, never))).toBe('one two');
      expect(await files.size(stored.sha256)).toBe(7);
      expect(await namesIn(files)).toEqual([stored.sha256]);
    }));

  test('a file without a byte is a file', () =>
    use(async ({ files }) => {
      const { sha256, size } = await files.put(parts(), never);
      expect([size, await files.size(sha256), await textOf(await files.open(sha256, never))]).toEqual([
        0,
        0,
        '',
      ]);
    }));

  test('a large file comes out as it went in', () =>
    use(async ({ files }) => {
      const stored = await files.put(many(15, 1_000_000), never);
      const hash = createHash('sha256');
      let size = 0;
      for await (const part of (await files.open(stored.sha256, never)) ?? parts()) {
        hash.update(part);
        size += part.length;
      }
      expect([hash.digest('hex'), size]).toEqual([stored.sha256, 15_000_000]);
    }));

  test('what breaks off is not there, and what it threw is thrown', () =>
    use(async ({ files }) => {
      await expect(files.put(breaking('half'), never)).rejects.toThrow(FileBrokenOff);
      expect(await namesIn(files)).toEqual([]);
      expect(await files.size(hashOf('half'))).toBeUndefined();
    }));

  test('a file that was never stored is not there', () =>
    use(async ({ files }) => {
      const nobody = hashOf('nobody');
      expect([await files.size(nobody), await files.open(nobody, never)]).toEqual([undefined, undefined]);
      expect(await files.remove(nobody, Number.POSITIVE_INFINITY)).toBe(true);
    }));

  test('one that was stored again since stays where an older one was to be removed', () =>
    use(async ({ files, now }) => {
      const { sha256 } = await files.put(parts('once'), never);
      expect(await files.remove(sha256, now() - 60_000)).toBe(false);
      expect(await files.size(sha256)).toBe(4);
      expect(await files.remove(sha256, now() + 60_000)).toBe(true);
      expect([await files.size(sha256), await namesIn(files)]).toEqual([undefined, []]);
    }));

  test('bytes that are others than were stored do not come to their end', () =>
    use(async ({ files, spoil }) => {
      const { sha256 } = await files.put(parts('genuine'), never);
      await spoil(sha256);
      await expect(textOf(await files.open(sha256, never))).rejects.toThrow(FileBrokenOff);
    }));

  test('a name that is no hash is refused', () =>
    use(async ({ files }) => {
      await expect(files.size('../serversync.db')).rejects.toThrow(TypeError);
    }));
}
