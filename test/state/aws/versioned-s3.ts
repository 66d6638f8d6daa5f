/** An S3 that keeps all versions of its objects, which the emulators do not: as much of it as the state uses, by AWS's own answers. */
import { S3Client } from '@aws-sdk/client-s3';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listening } from '../../end-to-end/support/listening.ts';

type Version = { readonly id: string; readonly key: string; readonly body: string; readonly at: number };

export class VersionedS3 implements AsyncDisposable {
  readonly endpoint: string;
  /** The oldest first. */
  versions: readonly Version[] = [];
  /** Its clock. */
  now = (): number => Date.now();
  /** Awaited before the first request that removes something. */
  beforeRemoving: (() => Promise<void>) | undefined;
  /** So many versions in one page of a listing. */
  pageSize = 2;
  readonly #server: Listening;
  #count = 0;

  private constructor(server: Listening) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${server.port}`;
  }

  /** Whoever asked for it destroys it. */
  newClient(): S3Client {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const { endpoint } = this;
    return new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  }

  static async start(): Promise<VersionedS3> {
    const opened: { one?: VersionedS3 } = {};
    const server = await listening(
      createServer((request, response) => void opened.one?.answer(request, response)),
    );
    opened.one = new VersionedS3(server);
    return opened.one;
  }

  /** Names of what can be read, each once. */
  get keys(): readonly string[] {
    return [...new Set(this.versions.map(({ key }) => key))];
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.endpoint);
    const key = pathname.split('/').slice(2).join('/');
    const body = await text(request);
    if (request.method === 'PUT') this.#put(key, body, response);
    else if (request.method === 'DELETE') await this.#remove(key, searchParams.get('versionId'), response);
    else if (searchParams.has('versions')) this.#list(searchParams, response);
    else this.#get(key, response);
  }

  #put(key: string, body: string, response: ServerResponse): void {
    const id = `v${(this.#count += 1)}`;
    this.versions = [...this.versions, { id, key, body, at: this.now() }];
    response.writeHead(200, { etag: '"e"', 'x-amz-version-id': id }).end();
  }

  #get(wanted: string, response: ServerResponse): void {
    const found = this.versions.findLast(({ key }) => key === wanted);
    if (found !== undefined) response.writeHead(200).end(found.body);
    else response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
  }

  async #remove(key: string, id: string | null, response: ServerResponse): Promise<void> {
    const meanwhile = this.beforeRemoving;
    this.beforeRemoving = undefined;
    await meanwhile?.();
    if (id === null)
      throw new Error('a version is to be named: without one nothing is removed but from sight');
    this.versions = this.versions.filter((one) => one.key !== key || one.id !== id);
    response.writeHead(204).end();
  }

  /** The newest first, as AWS has it. */
  #list(asked: URLSearchParams, response: ServerResponse): void {
    const all = this.versions.filter(({ key }) => key.startsWith(asked.get('prefix') ?? '')).toReversed();
    const after = all.findIndex(({ id }) => id === asked.get('version-id-marker')) + 1;
    const page = all.slice(after, after + this.pageSize);
    const last = page.at(-1);
    const isMore = after + page.length < all.length && last !== undefined;
    const next = isMore
      ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`
      : '';
    const versions = page.map(
      ({ key, id, at }) =>
        `<Version><Key>${key}</Key><VersionId>${id}</VersionId><LastModified>${new Date(at).toISOString()}</LastModified></Version>`,
    );
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(
        `<?xml version="1.0"?><ListVersionsResult><IsTruncated>${isMore}</IsTruncated>${next}${versions.join('')}</ListVersionsResult>`,
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
