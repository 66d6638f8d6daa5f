/** Versions of objects in the bucket: what is removed by the id of each is gone for good. */
import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { EpochMs } from '../../core/names.ts';
import { translated } from './state-error.ts';

type Version = { readonly key: string; readonly VersionId: string; readonly at: EpochMs };

export class ObjectVersions {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * Removes what was stored under the key before `before`, each version by its own id: what somebody stores there meanwhile is
   * another version, and stays. The oldest first, so that the newest is what is read until the end. False: there is a later one.
   */
  async remove(key: string, before: EpochMs): Promise<boolean> {
    const versions = (await Array.fromAsync(this.beginning(key))).filter((one) => one.key === key);
    const old = versions.filter(({ at }) => at < before).toSorted((a, b) => a.at - b.at);
    for (const { VersionId } of old) {
      const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, VersionId });
      await translated(this.#place, () => this.#client.send(command));
    }
    return old.length === versions.length;
  }

  /** Of all whose keys begin so, those of one object one after the other; marks of deleting included. */
  async *beginning(Prefix: string): AsyncGenerator<Version> {
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (next !== undefined) {
      const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
        Bucket: this.#bucket,
        Prefix,
        ...next,
      });
      const page = await translated(this.#place, () => this.#client.send(command));
      const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      for (const { Key = '', VersionId = 'null', LastModified } of found.toSorted(byKey))
        yield { key: Key, VersionId, at: LastModified?.getTime() ?? Number.POSITIVE_INFINITY };
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
  }

  get #place(): string {
    return `bucket ${this.#bucket}`;
  }
}

const byKey = (one: { Key?: string | undefined }, other: { Key?: string | undefined }): number =>
  (one.Key ?? '') < (other.Key ?? '') ? -1 : 1;
