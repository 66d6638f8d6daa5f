/**
 * Texts too large for a table row: in S3, under the hash of what they hold, written before the row that names them. Never
 * overwritten with anything else, and removed only where no row names them (large-notes.ts), so that whoever reads the row finds
 * them.
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { hash } from 'node:crypto';
import type { EpochMs } from '../../core/names.ts';
import { inParallel } from './in-parallel.ts';
import { ObjectVersions } from './object-versions.ts';
import { namesOf, translated } from './state-error.ts';
import { ValueMissing } from './value-missing.ts';

/** What this process stored lately is not sent again; names only. */
const mostRemembered = 10_000;

/** For how long. What was stored before that may have been removed since: see `removable` in large-notes.ts. */
export const rememberedMs = 5 * 60_000;

/** S3 says of an object that is not there that it may not be read, to those who may not list the bucket. */
const absent: readonly string[] = ['NoSuchKey', 'NotFound', 'AccessDenied'];

export class LargeValues {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #ownClock: () => EpochMs;
  readonly #versions: ObjectVersions;
  /** When each was sent. */
  readonly #stored = new Map<string, EpochMs>();

  constructor(client: S3Client, bucket: string, now: () => EpochMs) {
    this.#client = client;
    this.#bucket = bucket;
    this.#ownClock = now;
    this.#versions = new ObjectVersions(client, bucket);
  }

  /** As S3 has it, to within the 5 minutes by which it lets a request be off: the SDK learns what this machine's clock is off by more. */
  now(): EpochMs {
    return this.#ownClock() + this.#client.config.systemClockOffset;
  }

  static nameOf(text: string): string {
    return hash('sha256', text, 'hex');
  }

  async put(texts: ReadonlyMap<string, string>): Promise<void> {
    const since = this.#ownClock() - rememberedMs;
    const missing = [...texts].filter(
      ([name]) => (this.#stored.get(name) ?? Number.NEGATIVE_INFINITY) < since,
    );
    await inParallel(missing, ([name, text]) => this.#putOne(name, text), 8);
  }

  async get(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = await inParallel(names, (name) => this.#getOne(name), 8);
    return new Map(names.map((name, at) => [name, texts[at] ?? '']));
  }

  async #putOne(name: string, text: string): Promise<void> {
    const Body = Buffer.from(text);
    const sentAt = this.#ownClock();
    const command = new PutObjectCommand({ Bucket: this.#bucket, Key: keyOf(name), Body });
    await translated(this.#place, () => this.#client.send(command));
    if (this.#stored.size >= mostRemembered) this.#stored.clear();
    this.#stored.set(name, sentAt);
  }

  /** As ObjectVersions.remove. */
  async remove(name: string, before: EpochMs): Promise<boolean> {
    this.#stored.delete(name);
    return this.#versions.remove(keyOf(name), before);
  }

  /** Of all that is stored, each once. */
  async *names(): AsyncGenerator<string> {
    let last: string | undefined;
    for await (const { key } of this.#versions.beginning(keyOf(''))) {
      if (key !== last) yield key.slice(keyOf('').length);
      last = key;
    }
  }

  async #getOne(name: string): Promise<string> {
    const text = await this.#textOf(name);
    if (text !== undefined && LargeValues.nameOf(text) === name) return text;
    throw this.#missing(name, 'it does not hold what it was stored with');
  }

  async #textOf(name: string): Promise<string | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(name) });
    try {
      return await translated(this.#place, async () =>
        (await this.#client.send(command)).Body?.transformToString('utf-8'),
      );
    } catch (error) {
      if (!namesOf(error).some((one) => absent.includes(one))) throw error;
      throw this.#missing(name, 'it does not exist, or may not be read', error);
    }
  }

  #missing(name: string, found: string, cause?: unknown): ValueMissing {
    return new ValueMissing({ bucket: this.#bucket, object: keyOf(name), found }, [], cause);
  }

  get #place(): string {
    return `bucket ${this.#bucket}`;
  }
}

const keyOf = (name: string): string => `values/${name}`;
