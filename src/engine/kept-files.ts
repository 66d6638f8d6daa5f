/**
 * Files of a record that came though the record could not be put down, kept so that none comes twice; and those that come too slowly.
 *
 *   R4  What was read counts for the modId at which it was read, and no other.
 *   R7  A file that is not through when the time is over, time and again, is given up: it would keep its server from all else.
 *   R9  What is kept names the row, the field, the hash and the size: no key, and no name of a file.
 */
import {
  type CutOff,
  fileInStore,
  type FilesRead,
  tooSlow,
  withCutOff,
  withFileRead,
  withOneMoreTry,
} from '../core/files-read.ts';
import type { FieldName, Key, RecordId } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import type { Files, StoredFile } from '../ports/files.ts';
import type { Engine, Place } from './engine.ts';

type Ports = Pick<Engine, 'control' | 'clock'>;

/** Smaller ones come again as fast as it can be put down that they came. Assumed. */
const keptFrom = 1_000_000;

export class KeptFiles {
  readonly #ports: Ports;
  readonly #store: Files;
  #read: FilesRead;
  #isStored: boolean;

  private constructor(ports: Ports, store: Files, read: FilesRead, isStored: boolean) {
    this.#ports = ports;
    this.#store = store;
    this.#read = read;
    this.#isStored = isStored;
  }

  /** Of the record as it was seen. */
  static async of(ports: Ports, store: Files, { plan, link }: Place, seen: Observation): Promise<KeptFiles> {
    const [table, server, { recordId, modId }] = [plan.name, link.server, seen];
    const before = await ports.control.filesRead(table, server, recordId);
    const none = { table, server, recordId, modId, files: {}, cutOff: {}, at: ports.clock.now() };
    const cutOff = before === undefined ? {} : withOneMoreTry(before, none.at).cutOff;
    const read = before?.modId === modId ? before : { ...none, cutOff };
    return new KeptFiles(ports, store, read, before !== undefined);
  }

  /** What came before, and is there still. */
  async stored(field: FieldName): Promise<StoredFile | undefined> {
    const found = fileInStore(this.#read, field, this.#ports.clock.now());
    if (found === undefined || (await this.#store.size(found.hash)) !== found.size) return undefined;
    return { sha256: found.hash, size: found.size };
  }

  async keep(field: FieldName, { sha256, size }: StoredFile): Promise<void> {
    if (size < keptFrom && this.#read.cutOff[field] === undefined) return;
    await this.#put(withFileRead(this.#read, field, { hash: sha256, size }, this.#ports.clock.now()));
  }

  async cutOff(field: FieldName, last: Omit<CutOff, 'times'>): Promise<void> {
    await this.#put(withCutOff(this.#read, field, last, this.#ports.clock.now()));
  }

  /** Undefined: it is tried. */
  async tooSlow(field: FieldName, key: Key): Promise<CutOff | undefined> {
    const found = tooSlow(this.#read, field);
    if (found === undefined) return undefined;
    const now = this.#ports.clock.now();
    const isAsked = await takeAsk(this.#ports, this.#read, key);
    // As long as it is met it is known.
    await this.#put(isAsked ? withOneMoreTry(this.#read, now) : { ...this.#read, at: now });
    return isAsked ? undefined : found;
  }

  /** The record is put down. Which of its files come too slowly is known on. */
  async drop(): Promise<void> {
    const { table, server, recordId, cutOff } = this.#read;
    if (Object.keys(cutOff).length > 0) return;
    if (this.#isStored) await this.#ports.control.dropFilesRead(table, server, recordId);
    this.#isStored = false;
  }

  async #put(read: FilesRead): Promise<void> {
    this.#read = read;
    this.#isStored = true;
    await this.#ports.control.putFilesRead(read);
  }
}

/** Whether somebody asked for another try of the record, which is parked since a file of it comes too slowly. An ask counts once. */
async function takeAsk({ control }: Ports, { table, server }: FilesRead, key: Key): Promise<boolean> {
  const parked = (await control.parkedAmong(table, server, [key])).get(key);
  if (parked?.retryAt === undefined) return false;
  const { retryAt: _taken, ...rest } = parked;
  await control.park([rest]);
  return true;
}

/** The same, of who has taken the ask already. */
export async function tryOnceMore(
  { control, clock }: Ports,
  { plan, link }: Place,
  recordId: RecordId,
): Promise<void> {
  const read = await control.filesRead(plan.name, link.server, recordId);
  if (read !== undefined) await control.putFilesRead(withOneMoreTry(read, clock.now()));
}

/** Whose turn it is, of the large files that several records have: two at once share the way, and neither may come to its end in time. */
export class LargeTurn {
  #isTaken = false;

  /** False: another one is on its way. */
  take(): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    return true;
  }

  free(): void {
    this.#isTaken = false;
  }
}
