/** Bodies that carry a file: taken in as they come, so that a file of any size needs no memory. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { FileMakerFailure } from '../failure.ts';
import type { Blobs, Received } from '../store/blobs.ts';

/** A part with its name. */
export type Upload = Received & { readonly part: string };

export const isForm = (contentType: string | undefined): boolean =>
  contentType?.toLowerCase().startsWith('multipart/form-data') === true;

/** The parts that are files; none where the form cannot be read. */
export function receiveForm(request: IncomingMessage, blobs: Blobs): Promise<readonly Upload[]> {
  return new Promise((resolve, reject) => {
    const parts: Promise<Upload>[] = [];
    const parser = parserOf(request);
    if (parser === undefined) {
      request.resume();
      request.once('end', () => resolve([]));
      return;
    }
    parser.on('file', (part: string, bytes: Readable, name: string, _encoding: string, type: string) => {
      parts.push(blobs.receive({ name, type }, bytes).then((received) => ({ ...received, part })));
    });
    parser.once('error', () => {
      request.unpipe(parser);
      request.resume();
      resolve([]);
    });
    parser.once('finish', () => {
      Promise.all(parts).then(resolve, reject);
    });
    request.once('error', reject);
    request.pipe(parser);
  });
}

function parserOf(request: IncomingMessage): InstanceType<typeof Busboy> | undefined {
  const { 'content-type': type = '' } = request.headers;
  try {
    // The name of the file as a whole, whatever slashes are in it.
    return new Busboy({ headers: { ...request.headers, 'content-type': type }, preservePath: true });
  } catch {
    // No boundary: a form without parts.
    return undefined;
  }
}

/** Throws 960 where no part is named `upload` (captured text). */
export function uploadedPart(uploads: readonly Upload[]): Received {
  const found = uploads.find(({ part }) => part === 'upload');
  if (!found) throw new FileMakerFailure('960', "Upload payload must contain a part named 'upload'.");
  return found;
}

/** Takes so many bytes, and no more: then the connection is to be reset. */
export async function cutOff(request: AsyncIterable<Uint8Array>, after: number): Promise<void> {
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size >= after) return;
  }
}

/** A PATCH whose body is a file and nothing else. */
export const isRawFile = ({ method, headers }: IncomingMessage): boolean =>
  method === 'PATCH' &&
  /^(?:image|application|video|audio|text)\/(?!json)/i.test(headers['content-type'] ?? '');

export async function receiveRaw(request: IncomingMessage, blobs: Blobs): Promise<Upload> {
  const { 'content-disposition': disposition = '', 'content-type': type = '' } = request.headers;
  const [, quoted, bare] = /filename=(?:"([^"]*)"|([^;]*))/i.exec(disposition) ?? [];
  const told = Buffer.from(quoted ?? bare ?? '', 'latin1')
    .toString('utf8')
    .trim();
  const name = told === '' ? 'Untitled.png' : told;
  return { ...(await blobs.receive({ name, type }, request)), part: '' };
}
