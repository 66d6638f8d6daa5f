/**
 * Texts too large for a table row: in S3, under the hash of what they hold, written before the row that names them. Never
 * overwritten with anything else and never removed, so that whoever reads the row finds them.
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { hash } from 'node:crypto';
import { inParallel } from './in-parallel.ts';
import { translated } from './state-error.ts';

/** What this process stored lately is not sent again; a set of names only. */
const mostRemembered = 10_000;

export class LargeValues {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #stored = new Set<string>();

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  static nameOf(text: string): string {
    return hash('sha256', text, 'hex');
  }

  async put(texts: ReadonlyMap<string, string>): Promise<void> {
    const missing = [...texts].filter(([name]) => !this.#stored.has(name));
    await inParallel(missing, ([name, text]) => this.#putOne(name, text), 8);
  }

  async get(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = await inParallel(names, (name) => this.#getOne(name), 8);
    return new Map(names.map((name, at) => [name, texts[at] ?? '']));
  }

  async #putOne(name: string, text: string): Promise<void> {
    const Body = Buffer.from(text);
    const command = new PutObjectCommand({ Bucket: this.#bucket, Key: keyOf(name), Body });
    await translated(this.#place, () => this.#client.send(command));
    if (this.#stored.size >= mostRemembered) this.#stored.clear();
    this.#stored.add(name);
  }

  async #getOne(name: string): Promise<string> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(name) });
    const text = await translated(this.#place, async () =>
      (await this.#client.send(command)).Body?.transformToString('utf-8'),
    );
    if (text === undefined || LargeValues.nameOf(text) !== name) {
      throw new Error(
        `the object ${keyOf(name)} of bucket ${this.#bucket} does not hold what it was stored with`,
      );
    }
    return text;
  }

  get #place(): string {
    return `bucket ${this.#bucket}`;
  }
}

const keyOf = (name: string): string => `values/${name}`;
