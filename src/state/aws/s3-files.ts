/**
 * Contents of containers in S3: each object named by the hash of its bytes.
 *
 * That is known only when all have gone by. So a file of more than one part goes to an object by another name first, in parts of which one
 * is in memory; S3 itself copies it to its own name once it is whole. What is left of one that was broken off, and the first
 * object, go by the rules of the bucket (infra/values-bucket.ts): so nobody needs the right to remove anything for that.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { EpochMs } from '../../core/names.ts';
import { FileBrokenOff, type Files, type StoredFile } from '../../ports/files.ts';
import { whole } from '../files/whole.ts';
import { translated } from './state-error.ts';

/** At least 5 MB but for the last, and 10,000 parts at the most (S3). Larger takes more memory, smaller more requests. */
const partSize = 8 * 1024 * 1024;

/**
 * One that was stored longer ago is stored anew, so that nobody who removes those of more than a day (engine/tidy-files.ts) takes it for one that
 * nothing names: so half a day is left until something does. Short stores the same file again and again, each time as a version that lies for 35 days.
 */
export const youngMs = 12 * 60 * 60_000;

/** S3 copies some 100 MB in a second (assumed), and answers when it is done. */
const copyWithin = { requestTimeout: 120_000 };

const named = /^[0-9a-f]{64}$/;
export const folder = 'files/';

type Head = { readonly size: number; readonly storedAt: EpochMs };

export class S3Files implements Files {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #now: () => EpochMs;

  constructor(client: S3Client, bucket: string, now: () => EpochMs) {
    this.#client = client;
    this.#bucket = bucket;
    this.#now = now;
  }

  async put(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StoredFile> {
    const hash = createHash('sha256');
    let size = 0;
    let upload: Upload | undefined;
    try {
      let last: Buffer = Buffer.alloc(0);
      for await (const part of partsOf(bytes)) {
        signal.throwIfAborted();
        if (last.length > 0) {
          upload ??= await this.#begin();
          await this.#sendPart(upload, last);
        }
        hash.update(part);
        size += part.length;
        last = part;
      }
      const sha256 = hash.digest('hex');
      const known = await this.#head(sha256);
      const isThere = known !== undefined && known.storedAt > this.#now() - youngMs;
      if (upload === undefined) {
        if (!isThere) await this.#putWhole(sha256, last);
      } else if (isThere) {
        await this.#abort(upload);
      } else {
        if (last.length > 0) await this.#sendPart(upload, last);
        await this.#complete(upload, sha256);
      }
      return { sha256, size };
    } catch (error) {
      if (upload !== undefined) await this.#abort(upload);
      throw error;
    }
  }

  async #putWhole(sha256: string, Body: Buffer): Promise<void> {
    const command = new PutObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256), Body });
    await translated(this.#place, () => this.#client.send(command));
  }

  async #begin(): Promise<Upload> {
    const Key = `uploading/${randomUUID()}`;
    const command = new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key });
    const { UploadId } = await translated(this.#place, () => this.#client.send(command));
    return { Bucket: this.#bucket, Key, UploadId, parts: [] };
  }

  async #sendPart({ parts, ...of }: Upload, Body: Buffer): Promise<void> {
    const PartNumber = parts.length + 1;
    const command = new UploadPartCommand({ ...of, PartNumber, Body });
    const { ETag } = await translated(this.#place, () => this.#client.send(command));
    parts.push({ PartNumber, ETag });
  }

  async #complete({ parts, ...of }: Upload, sha256: string): Promise<void> {
    const command = new CompleteMultipartUploadCommand({ ...of, MultipartUpload: { Parts: parts } });
    await translated(this.#place, () => this.#client.send(command, copyWithin));
    const copy = new CopyObjectCommand({
      Bucket: this.#bucket,
      Key: keyOf(sha256),
      CopySource: `${this.#bucket}/${of.Key}`,
    });
    await translated(this.#place, () => this.#client.send(copy, copyWithin));
  }

  /** As well as it can: what is left goes by the rule of the bucket. */
  async #abort({ Bucket, Key, UploadId }: Upload): Promise<void> {
    await this.#client
      .send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      .catch(() => undefined);
  }

  async size(sha256: string): Promise<number | undefined> {
    return (await this.#head(sha256))?.size;
  }

  async #head(sha256: string): Promise<Head | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256) });
    return translated(this.#place, async () => {
      try {
        const found = await this.#client.send(command);
        return { size: found.ContentLength ?? 0, storedAt: found.LastModified?.getTime() ?? 0 };
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 404 || (status === 403 && !(await this.#isListed(sha256)))) return undefined;
        throw error;
      }
    });
  }

  /** S3 says of an object that is not there that it may not be read, to those who may not list the whole bucket. Throws where it may not be listed. */
  async #isListed(sha256: string): Promise<boolean> {
    const Prefix = keyOf(sha256);
    const { Contents = [] } = await this.#client.send(
      new ListObjectsV2Command({ Bucket: this.#bucket, Prefix, MaxKeys: 1 }),
    );
    return Contents.some(({ Key }) => Key === Prefix);
  }

  async open(sha256: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const size = await this.size(sha256);
    return size === undefined ? undefined : whole(this.#read(sha256, size, signal), sha256);
  }

  /** Part by part: a connection that waits for a slow server would be given up. */
  async *#read(sha256: string, size: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < size; from += partSize) {
      signal.throwIfAborted();
      const Range = `bytes=${from}-${Math.min(size, from + partSize) - 1}`;
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256), Range });
      const part = await translated(this.#place, async () =>
        (await this.#client.send(command)).Body?.transformToByteArray(),
      );
      if (part === undefined) throw new FileBrokenOff('the bucket gave nothing of it');
      yield part;
    }
  }

  async *all(): AsyncGenerator<StoredFile & { readonly storedAt: EpochMs }> {
    let ContinuationToken: string | undefined;
    do {
      const command: ListObjectsV2Command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: folder,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      });
      const page = await translated(this.#place, () => this.#client.send(command));
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        const sha256 = Key.slice(folder.length);
        if (named.test(sha256)) yield { sha256, size: Size, storedAt: LastModified?.getTime() ?? 0 };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async remove(sha256: string, before: EpochMs): Promise<boolean> {
    const found = await this.#head(sha256);
    if (found === undefined) return true;
    if (found.storedAt >= before) return false;
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256) });
    await translated(this.#place, () => this.#client.send(command));
    return true;
  }

  get #place(): string {
    return `bucket ${this.#bucket}`;
  }
}

type Upload = {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
  readonly parts: { readonly PartNumber: number; readonly ETag: string | undefined }[];
};

function keyOf(sha256: string): string {
  if (!named.test(sha256)) throw new TypeError('a file is named by 64 hexadecimal digits');
  return folder + sha256;
}

/** As large as parts have to be; the last may be smaller, or empty. */
async function* partsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    parts.push(part);
    size += part.length;
    if (size < partSize) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  yield Buffer.concat(parts);
}
