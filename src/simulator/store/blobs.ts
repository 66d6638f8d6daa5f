/**
 * Contents of container fields, by what the field stores. Small ones lie in memory, large ones in files of a temporary folder; of others only
 * a seed is kept, from which their bytes come whenever they are asked for: so that a test of 500 MB needs neither.
 */
import { createCipheriv, createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type FileShape = { readonly name: string; readonly type: string };

export type Blob = FileShape & {
  readonly size: number;
  /** Of its bytes, in hexadecimal digits. */
  readonly sha256: () => Promise<string>;
  /** The bytes from one on. */
  readonly open: (from: number) => Readable;
  /** All of them at once. */
  readonly whole: () => Buffer;
};

const largestInMemory = 1_000_000;

export class Blobs {
  readonly #blobs = new Map<string, Blob>();
  #directory: Promise<string> | undefined;

  get(id: string): Blob | undefined {
    return this.#blobs.get(id);
  }

  entries(): Iterable<readonly [string, Blob]> {
    return this.#blobs;
  }

  /** What the field stores for it. */
  add(blob: Blob, id: string): string {
    this.#blobs.set(id, blob);
    return id;
  }

  keep(shape: FileShape, bytes: Uint8Array): string {
    return this.added(blobOf(shape, bytes));
  }

  /** As many bytes as are asked for, always the same ones for one seed. */
  seeded(shape: FileShape, size: number, seed: number): string {
    const id = createHash('sha256')
      .update(JSON.stringify([shape.name, size, seed]))
      .digest('hex');
    const open = (from: number): Readable => Readable.from(seededBytes(seed, from, size));
    const whole = (): Buffer => Buffer.concat([...seededBytes(seed, 0, size)]);
    return this.add({ ...shape, size, open, whole, sha256: () => digestOf(open(0)) }, id);
  }

  /** Under the id that the same file has each time. */
  added({ blob, sha256 }: Received): string {
    return this.add(blob, createHash('sha256').update(blob.name).update(sha256).digest('hex'));
  }

  /** The bytes as they come, to their end. */
  async receive(shape: FileShape, bytes: AsyncIterable<Uint8Array>): Promise<Received> {
    const source = bytes[Symbol.asyncIterator]();
    const parts: Uint8Array[] = [];
    let size = 0;
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      parts.push(next.value);
      size += next.value.length;
      if (size > largestInMemory) return this.#receiveLarge(shape, parts, source);
    }
    return blobOf(shape, Buffer.concat(parts));
  }

  async #receiveLarge(
    shape: FileShape,
    parts: readonly Uint8Array[],
    rest: AsyncIterator<Uint8Array>,
  ): Promise<Received> {
    const path = join(await this.#made(), randomUUID());
    const hash = createHash('sha256');
    let size = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const part of both(parts, rest)) {
        hash.update(part);
        size += part.length;
        yield part;
      }
    };
    await pipeline(counted, createWriteStream(path));
    const sha256 = hash.digest('hex');
    const open = (from: number): Readable => createReadStream(path, { start: from });
    const whole = (): Buffer => readFileSync(path);
    return { blob: { ...shape, size, open, whole, sha256: () => Promise.resolve(sha256) }, sha256 };
  }

  #made(): Promise<string> {
    this.#directory ??= mkdtemp(join(tmpdir(), 'filemaker-containers-'));
    return this.#directory;
  }

  async close(): Promise<void> {
    const directory = await this.#directory;
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function* both(
  parts: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* parts;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

export type Received = { readonly blob: Blob; readonly sha256: string };

function blobOf(shape: FileShape, bytes: Uint8Array): Received {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const open = (from: number): Readable => Readable.from([bytes.subarray(from)]);
  const size = bytes.length;
  const whole = (): Buffer => Buffer.from(bytes);
  return { blob: { ...shape, size, open, whole, sha256: () => Promise.resolve(sha256) }, sha256 };
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of bytes) hash.update(part);
  return hash.digest('hex');
}

const block = 16;
const partSize = 256 * 1024;

/** A cipher's stream can be entered anywhere, and is fast. */
function* seededBytes(seed: number, from: number, size: number): Generator<Buffer> {
  const key = createHash('sha256').update(String(seed)).digest().subarray(0, block);
  const counter = Buffer.alloc(block);
  counter.writeBigUInt64BE(BigInt(Math.floor(from / block)), block / 2);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  cipher.update(Buffer.alloc(from % block));
  const zeros = Buffer.alloc(partSize);
  for (let at = from; at < size; at += partSize)
    yield cipher.update(zeros.subarray(0, Math.min(partSize, size - at)));
}
