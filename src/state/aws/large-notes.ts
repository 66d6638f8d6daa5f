/**
 * What is forgotten may lie in the bucket, under the hash of what it holds: another record may hold the same. So the names are
 * put down first; then the rows go that held them; then all rows are read for who names them still; and only what no row
 * names is removed. Whoever dies in between leaves the note, and somebody else goes on from it: nothing stays that nobody
 * will remove.
 *
 *   R2  Nothing goes that a row names. Who stores a row has sent its texts at most `rememberedMs` before it began to, and dies
 *       within 15 minutes; so whatever is named by a row that was stored after the reading began was sent less than
 *       `removable` before it, and stays.
 */
import { randomUUID } from 'node:crypto';
import { filesReadCountMs } from '../../core/files-read.ts';
import type { EpochMs } from '../../core/names.ts';
import type { FileNames } from '../../ports/files.ts';
import { type LargeRemoved, noLarge, type NotedLarge, type Removal } from '../../ports/forgetting.ts';
import { asNumber, numberOf, textOf } from './attributes.ts';
import { inParallel } from './in-parallel.ts';
import type { LargeValues } from './large-values.ts';
import { namedAmong, objectsIn } from './object-names.ts';
import type { ObjectVersions } from './object-versions.ts';
import { folder as filesFolder, youngMs } from './s3-files.ts';
import { attributesOf, type Item, type Table } from './table.ts';

const partition = 'forgetting';

/** A name has 64 letters: a note stays far below the 400 KB of an item. */
const namesInOneNote = 1000;

/** Files are noted under their keys in the bucket, values by their names. */
const isFile = (name: string): boolean => name.startsWith(filesFolder);

/**
 * What was sent so long before all rows were read, ms: one that is young is not sent again by who is about to name it, nor what that one read hours ago, and that one
 * dies within 15 minutes; and 15 more for clocks that are apart.
 */
export const removableFile = youngMs + filesReadCountMs + 30 * 60_000;

/** What was sent so long before all rows were read, ms: with the 5 minutes by which clocks may be apart, less than 25 would do. */
export const removable = 30 * 60_000;

export type LargeNotesOptions = {
  /** Where the notes lie. */
  readonly control: Table;
  /** All that name objects. */
  readonly tables: readonly Table[];
  readonly large: LargeValues;
  readonly files: { readonly names: FileNames; readonly versions: ObjectVersions };
};

export class LargeNotes {
  readonly #of: LargeNotesOptions;

  constructor(of: LargeNotesOptions) {
    this.#of = of;
  }

  /** Puts down what the items name, and files by their hashes, before the items are removed. */
  note(items: readonly Item[], files: readonly string[]): Promise<readonly NotedLarge[]> {
    const names = new Set([...items.flatMap(objectsIn), ...files.map((sha256) => filesFolder + sha256)]);
    return this.#put([...names], this.#of.large.now());
  }

  async noteUnheld(at: EpochMs): Promise<number> {
    const { tables, large } = this.#of;
    const names = new Set(await Array.fromAsync(large.names()));
    for (const note of await this.#all()) for (const name of note.names) names.delete(name);
    if (names.size === 0) return 0;
    const held = await namedAmong(tables, names);
    const unheld = [...names].filter((name) => !held.has(name));
    await this.#put(unheld, at);
    return unheld.length;
  }

  async #put(names: readonly string[], at: EpochMs): Promise<readonly NotedLarge[]> {
    const notes = Array.from({ length: Math.ceil(names.length / namesInOneNote) }, (_, chunk) => ({
      id: randomUUID(),
      names: names.slice(chunk * namesInOneNote, (chunk + 1) * namesInOneNote),
    }));
    await this.#of.control.putAll(
      notes.map(({ id, names: some }) => ({
        ...attributesOf({ pk: partition, sk: id }),
        noted: { SS: [...some] },
        at: asNumber(at),
      })),
    );
    return notes;
  }

  async notedBefore(before: EpochMs): Promise<readonly NotedLarge[]> {
    return (await this.#all()).filter(({ at }) => at < before);
  }

  async #all(): Promise<readonly (NotedLarge & { readonly at: EpochMs })[]> {
    const items = await Array.fromAsync(this.#of.control.query(partition));
    return items.map((item) => ({
      id: textOf(item, 'sk'),
      names: item['noted']?.SS ?? [],
      at: numberOf(item, 'at'),
    }));
  }

  async remove(notes: readonly NotedLarge[]): Promise<LargeRemoved> {
    const names = new Set(notes.flatMap((note) => note.names));
    if (names.size === 0) return noLarge;
    const [files, values] = [[...names].filter(isFile), [...names].filter((name) => !isFile(name))];
    const done = await this.#removeValues(values);
    const ofFiles = files.length === 0 ? undefined : await this.#removeFiles(files);
    const later = new Set([...done.later, ...(ofFiles?.later ?? [])]);
    const over = notes.filter((note) => !note.names.some((name) => later.has(name)));
    await this.#of.control.removeAll(over.map(({ id }) => ({ pk: partition, sk: id })));
    return { ...counted(done), ...(ofFiles && { files: counted(ofFiles) }) };
  }

  async #removeValues(names: readonly string[]): Promise<Done> {
    const { tables, large } = this.#of;
    const before = large.now() - removable;
    const held = names.length === 0 ? new Set<string>() : await namedAmong(tables, new Set(names));
    return removedFrom(names, held, (name) => large.remove(name, before));
  }

  async #removeFiles(keys: readonly string[]): Promise<Done> {
    const { files, large } = this.#of;
    const before = large.now() - removableFile;
    const hashes = keys.map((key) => key.slice(filesFolder.length));
    const named = await files.names.namedAmong(new Set(hashes), new AbortController().signal);
    const held = new Set([...named].map((sha256) => filesFolder + sha256));
    return removedFrom(keys, held, (key) => files.versions.remove(key, before));
  }
}

type Done = {
  readonly free: readonly string[];
  readonly held: ReadonlySet<string>;
  readonly later: ReadonlySet<string>;
};

async function removedFrom(
  names: readonly string[],
  held: ReadonlySet<string>,
  remove: (name: string) => Promise<boolean>,
): Promise<Done> {
  const free = names.filter((name) => !held.has(name));
  const done = await inParallel(free, remove, 8);
  return { free, held, later: new Set(free.filter((_, at) => !done[at])) };
}

const counted = ({ free, held, later }: Done): Removal => ({
  removed: free.length - later.size,
  held: held.size,
  later: later.size,
});
