/**
 * Contents of containers in a folder beside the state: each a file of its own, named by the hash of its bytes, that only the user who runs
 * the sync may read.
 *
 * Bytes go to a file by another name first; it gets its own once all of them are on the disk. So what has such a name is whole, also
 * after the power was cut; what is left of one that was broken off is removed when it is a day old.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '../../core/names.ts';
import type { Files, StoredFile } from '../../ports/files.ts';
import { whole } from '../files/whole.ts';
import { ofFiles, systemCode, toldOfPath } from './private-files.ts';

type Options = { readonly directory: string; readonly now: () => EpochMs };

const partial = 'partial-';
const named = /^[0-9a-f]{64}$/;
/** Nobody is at work on one file for so long. */
const leftAfterMs = 86_400_000;

export class LocalFiles implements Files {
  readonly #directory: string;
  readonly #now: () => EpochMs;
  #made = false;

  /** Nothing is made before there is something to store. */
  constructor({ directory, now }: Options) {
    this.#directory = directory;
    this.#now = now;
  }

  async put(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StoredFile> {
    await this.#make();
    const path = join(this.#directory, `${partial}${randomUUID()}`);
    const file = await this.#told(() => open(path, 'wx', 0o600));
    try {
      const stored = await this.#written(file, bytes, signal);
      await this.#named(path, stored.sha256);
      return stored;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #written(
    file: FileHandle,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<StoredFile> {
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const part of bytes) {
        signal.throwIfAborted();
        hash.update(part);
        await this.#told(() => file.writeFile(part));
        size += part.length;
      }
      await this.#told(() => file.sync());
    } finally {
      await file.close();
    }
    return { sha256: hash.digest('hex'), size };
  }

  /** One that is there already is replaced by the same: then it is as young as this one. */
  async #named(path: string, sha256: string): Promise<void> {
    const now = new Date(this.#now());
    await this.#told(() => utimes(path, now, now));
    await this.#told(() => this.#moved(path, this.#pathOf(sha256)));
    await this.#sync();
  }

  async #moved(from: string, to: string): Promise<void> {
    try {
      await rename(from, to);
    } catch (error) {
      // Windows replaces no file that somebody reads; it holds the same.
      if (process.platform !== 'win32' || (await this.#stat(to)) === undefined) throw error;
      const now = new Date(this.#now());
      await utimes(to, now, now);
      await rm(from, { force: true });
    }
  }

  /** That it has its name is on the disk too. Windows has no such thing. */
  async #sync(): Promise<void> {
    if (process.platform === 'win32') return;
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  async size(sha256: string): Promise<number | undefined> {
    return (await this.#stat(this.#pathOf(sha256)))?.size;
  }

  async open(sha256: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    signal.throwIfAborted();
    if ((await this.size(sha256)) === undefined) return undefined;
    return whole(createReadStream(this.#pathOf(sha256), { signal, highWaterMark: 64 * 1024 }), sha256);
  }

  async *all(): AsyncGenerator<StoredFile & { readonly storedAt: EpochMs }> {
    for (const name of await this.#names()) {
      const path = join(this.#directory, name);
      const found = await this.#stat(path);
      if (found === undefined) continue;
      if (named.test(name)) yield { sha256: name, size: found.size, storedAt: found.mtimeMs };
      else if (name.startsWith(partial) && found.mtimeMs < this.#now() - leftAfterMs)
        await this.#told(() => rm(path, { force: true }));
    }
  }

  async remove(sha256: string, before: EpochMs): Promise<boolean> {
    const path = this.#pathOf(sha256);
    const found = await this.#stat(path);
    if (found !== undefined && found.mtimeMs >= before) return false;
    await this.#told(() => rm(path, { force: true }));
    return true;
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#directory);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw toldOfPath(this.#directory, error, ofFiles);
    }
  }

  async #stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
    try {
      return await stat(path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw toldOfPath(path, error, ofFiles);
    }
  }

  async #make(): Promise<void> {
    if (this.#made) return;
    await this.#told(() => mkdir(this.#directory, { recursive: true, mode: 0o700 }));
    this.#made = true;
  }

  async #told<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw toldOfPath(this.#directory, error, ofFiles);
    }
  }

  #pathOf(sha256: string): string {
    if (!named.test(sha256)) throw new TypeError('a file is named by 64 hexadecimal digits');
    return join(this.#directory, sha256);
  }
}
