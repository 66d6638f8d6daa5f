/** The bytes of a file that comes from a server, to their end: a connection that breaks off is taken up where it stopped, if the server can do that. */
import { FileBrokenOff } from '../../ports/files.ts';
import { ConnectionBroken, encodingOf, headerOf, type StreamReply, type StreamResponse } from './stream.ts';

/** Asks for the bytes from one on. */
export type From = (offset: number) => Promise<StreamReply>;

/** How often one transfer is taken up. Then it begins anew. Assumed. */
const mostTakenUp = 5;

/** Undefined where the server does not tell it. */
export function sizeOf(response: StreamResponse): number | undefined {
  const length = headerOf(response, 'content-length');
  return length === undefined || !/^\d+$/.test(length) ? undefined : Number(length);
}

/** Throws FileBrokenOff. */
export async function* fileBytes(first: StreamResponse, from: From): AsyncGenerator<Uint8Array> {
  const size = sizeOf(first);
  let at = 0;
  let response = first;
  for (let taken = 0; ; taken += 1) {
    let cause: unknown;
    try {
      for await (const part of response.bytes) {
        at += part.length;
        yield part;
      }
    } catch (error) {
      if (!(error instanceof ConnectionBroken)) throw error;
      cause = error;
    }
    if (cause === undefined && (size === undefined || at === size)) return;
    if (size === undefined || at >= size || taken === mostTakenUp) throw brokenOff(at, size, cause);
    response = await goneOn(from, at, size, cause);
  }
}

async function goneOn(from: From, at: number, size: number, cause: unknown): Promise<StreamResponse> {
  const reply = await from(at);
  if (reply.kind !== 'streaming') throw brokenOff(at, size, cause);
  const range = headerOf(reply, 'content-range') ?? '';
  if (
    reply.status === 206 &&
    encodingOf(reply) === undefined &&
    range.startsWith(`bytes ${at}-`) &&
    [`/${size}`, '/*'].some((end) => range.endsWith(end))
  )
    return reply;
  reply.drop();
  throw brokenOff(at, size, cause);
}

const brokenOff = (at: number, size: number | undefined, cause: unknown): FileBrokenOff =>
  new FileBrokenOff(
    `it broke off after ${at} ${size === undefined ? 'bytes' : `of ${size} bytes`}`,
    cause === undefined ? {} : { cause },
  );
