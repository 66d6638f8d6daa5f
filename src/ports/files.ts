/**
 * Contents of containers on their way from server to server, and for as long as something names them: each once, by the SHA-256 of its
 * bytes. Nothing of it is ever held in memory as a whole.
 */
import type { EpochMs } from '../core/names.ts';

export type StoredFile = {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
};

/** The bytes of a file do not come to their end. */
export class FileBrokenOff extends Error {
  /** `message`: in words, no content, no address (R9). */
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'FileBrokenOff';
  }
}

export interface Files {
  /**
   * Stores the bytes as they come, as fast as they can be stored. When it returns they are there as a whole, and will be after a
   * crash; where it throws, what `bytes` threw included, or the process dies, nothing is. To store what is there already changes nothing
   * but its `storedAt`.
   */
  put(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StoredFile>;

  /** Its size; undefined: it is not there. */
  size(sha256: string): Promise<number | undefined>;

  /** The bytes from the first on, read as they are asked for; undefined: they are not there. */
  open(sha256: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;

  /** All that is there, in no order. */
  all(): AsyncIterable<StoredFile & { readonly storedAt: EpochMs }>;

  /** Removes what was last stored before then; false, and it stays, where it was stored later. Nothing is to remove: true. */
  remove(sha256: string, before: EpochMs): Promise<boolean>;
}

/** Which files are named by anything that is stored: heads, what lost a conflict or waits, and what a record held before. */
export interface FileNames {
  /** Those of the hashes that are named anywhere. Reads through all that is stored: takes long. */
  namedAmong(sha256s: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string>>;
}
