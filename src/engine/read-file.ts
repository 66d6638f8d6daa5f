/**
 * One file of a container on its way from a server into the store.
 *
 *   R7  One that is larger than the limit is given up before it has come; so is one that is not through when the time is over, time
 *       and again. A large one comes alone.
 */
import type { CutOff } from '../core/files-read.ts';
import type { FileRead } from '../core/files.ts';
import { fileName } from '../core/file-value.ts';
import type { FieldName } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import type { StoredFile } from '../ports/files.ts';
import type { FileFrom, ServerFiles } from '../ports/server.ts';
import type { Engine, FileKeeping, Place } from './engine.ts';
import { Progress } from './file-progress.ts';
import type { KeptFiles, LargeTurn } from './kept-files.ts';

export type ReadFile =
  | { readonly kind: 'read'; readonly file: FileRead; readonly modId?: number | undefined }
  | { readonly kind: 'empty'; readonly modId?: number | undefined }
  | { readonly kind: 'reference' }
  | { readonly kind: 'too-large'; readonly size: number | undefined }
  | { readonly kind: 'too-slow'; readonly last: CutOff }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Another large one is on its way. */
  | { readonly kind: 'later' }
  /** It is not there any more. */
  | { readonly kind: 'none' };

export type ReadFrom = {
  readonly engine: Engine;
  readonly place: Place;
  readonly files: ServerFiles;
  readonly keeping: FileKeeping;
  readonly kept: KeptFiles;
  readonly turn: LargeTurn;
};

export async function readFile(
  from: ReadFrom,
  { recordId, key }: Observation,
  field: FieldName,
  signal: AbortSignal,
): Promise<ReadFile> {
  const last = await from.kept.tooSlow(field, key);
  if (last !== undefined) return { kind: 'too-slow', last };
  const coming = new Coming(from, field, await from.kept.stored(field), signal);
  try {
    const got = await from.files.download(recordId, field, coming.take, signal);
    return got.kind === 'taken' ? { kind: 'read', file: got.result, modId: got.modId } : got;
  } catch (error) {
    if (error instanceof TooLarge) return { kind: 'too-large', size: error.size };
    if (error instanceof OtherIsLarge) return { kind: 'later' };
    if (signal.aborted) await coming.cutOff();
    throw error;
  } finally {
    coming.end();
  }
}

/** A file that is asked for once, or more often where it breaks off. */
class Coming {
  readonly #of: ReadFrom;
  readonly #field: FieldName;
  readonly #before: StoredFile | undefined;
  readonly #signal: AbortSignal;
  #hasTurn = false;
  #began: { readonly at: number; bytes: number } | undefined;

  /** `before`: what came of it, as a whole, before. */
  constructor(of: ReadFrom, field: FieldName, before: StoredFile | undefined, signal: AbortSignal) {
    this.#of = of;
    this.#field = field;
    this.#before = before;
    this.#signal = signal;
  }

  readonly take = async (from: FileFrom): Promise<FileRead> => {
    const { limitBytes } = this.#of.keeping;
    if (from.size !== undefined && from.size > limitBytes) throw new TooLarge(from.size);
    const stored = this.#cameBefore(from) ?? (await this.#stored(from));
    return { name: fileName(from.name), size: stored.size, sha256: stored.sha256, type: from.type };
  };

  /** Its name and type are asked for anew, its bytes are not. */
  #cameBefore({ size }: FileFrom): StoredFile | undefined {
    return size === undefined || size === this.#before?.size ? this.#before : undefined;
  }

  async #stored(from: FileFrom): Promise<StoredFile> {
    const { engine, place, keeping, kept, turn } = this.#of;
    const isLarge = (from.size ?? 0) >= engine.settings.largeFileBytes;
    if (isLarge && !this.#hasTurn) {
      if (!turn.take()) throw new OtherIsLarge();
      this.#hasTurn = true;
    }
    // Where it breaks off and begins anew it is under way since the first time.
    this.#began = { at: this.#began?.at ?? engine.clock.now(), bytes: 0 };
    const progress = new Progress(engine, place, this.#field, 'coming', from.size);
    const stored = await keeping.store.put(progress.counting(this.#within(from.bytes)), this.#signal);
    await kept.keep(this.#field, stored);
    return stored;
  }

  async *#within(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const began = this.#began ?? { bytes: 0 };
    for await (const part of bytes) {
      began.bytes += part.length;
      if (began.bytes > this.#of.keeping.limitBytes) throw new TooLarge(undefined);
      yield part;
    }
  }

  /** The time was over. What began a moment before says nothing of how fast it comes. */
  async cutOff(): Promise<void> {
    const { engine, kept } = this.#of;
    if (this.#began === undefined) return;
    const { at, bytes } = this.#began;
    const ms = engine.clock.now() - at;
    if (ms >= engine.settings.slowFileMs) await kept.cutOff(this.#field, { bytes, ms });
  }

  end(): void {
    if (this.#hasTurn) this.#of.turn.free();
  }
}

class OtherIsLarge extends Error {}

class TooLarge extends Error {
  /** Undefined where the server did not tell it. */
  readonly size: number | undefined;

  constructor(size: number | undefined) {
    super('a file is larger than the limit');
    this.size = size;
  }
}
