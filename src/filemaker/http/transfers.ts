/** A file that comes from a server, as often as it takes, until it is given up. */
import { FileBrokenOff } from '../../ports/files.ts';
import type { Downloaded, FileFrom } from '../../ports/server.ts';
import { nameFrom, typeFrom } from './content-headers.ts';
import type { ConnectionFailure } from './connection-failure.ts';
import { noAnswer, type Place } from './failures.ts';
import { fileBytes, type From, sizeOf } from './file-stream.ts';
import type { Waiting } from './retry.ts';
import { encodingOf, headerOf, type StreamResponse } from './stream.ts';

/** Its address went stale, or it broke off: the next time it may do. */
export type Missed = {
  readonly kind: 'missed';
  readonly reason: string;
  /** Where nothing came at all. */
  readonly failure?: ConnectionFailure;
};

/** Transfers of one file that may be missed until it is given up. Assumed. */
const mostTransfers = 4;

export async function transferred<Result>(
  place: Place,
  { clock, random, policy }: Waiting,
  signal: AbortSignal,
  transfer: () => Promise<Downloaded<Result> | Missed>,
): Promise<Downloaded<Result>> {
  for (let tried = 1; ; tried += 1) {
    const got = await transfer();
    if (got.kind !== 'missed') return got;
    // What no connection is made to says nothing of the file; what breaks off each time may.
    const { failure } = got;
    if (tried === mostTransfers && failure !== undefined && failure.kind !== 'lost')
      throw noAnswer(place, { ...failure, kind: failure.kind }, tried);
    if (tried === mostTransfers) return { kind: 'refused', reason: `${got.reason}, tried ${tried} times` };
    // Refusals come in bursts.
    await clock.sleep(Math.floor(random() * Math.min(policy.capMs, policy.baseMs * 4 ** tried)), signal);
  }
}

/** Gives the file to `take`. `from`: asks for what is left of one that broke off. */
export async function taken<Result>(
  response: StreamResponse,
  from: From,
  take: (file: FileFrom) => Promise<Result>,
): Promise<{ readonly kind: 'taken'; readonly result: Result } | Missed> {
  const encoding = encodingOf(response);
  if (encoding !== undefined) {
    response.drop();
    // What somebody on the way made of a file is no file of anybody's.
    return { kind: 'missed', reason: `it came compressed (${encoding}), which nobody had asked for` };
  }
  const bytes = fileBytes(response, from);
  try {
    const result = await take({
      name: nameFrom(headerOf(response, 'content-disposition')),
      type: typeFrom(headerOf(response, 'content-type')),
      size: sizeOf(response),
      bytes,
    });
    return { kind: 'taken', result };
  } catch (error) {
    if (error instanceof FileBrokenOff) return { kind: 'missed', reason: error.message };
    throw error;
  } finally {
    // Where it was not read to its end nobody wants the rest.
    await bytes.return(undefined);
    // One of which no byte was asked for is closed by nobody else.
    response.drop();
  }
}

/** Until a server that has all of a file answers: it may be storing it. Assumed: 5 MB in a second. */
export const storedWithinMs = (size: number): number => 60_000 + Math.ceil(size / 5_000);
