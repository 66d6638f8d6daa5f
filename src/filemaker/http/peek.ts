/** The first bytes of an answer, looked at and given back as they came. */
import { ConnectionBroken, type StreamResponse } from './stream.ts';

export type Peeked = {
  readonly start: Buffer;
  /** There are no more. */
  readonly isAll: boolean;
  /** With all of its bytes, the first ones included. */
  readonly response: StreamResponse;
};

/** At least `most` bytes, where there are so many; that it broke off within them is told when they are read. */
export async function peeked(response: StreamResponse, most: number): Promise<Peeked> {
  const rest = response.bytes[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let end: 'open' | 'all' | ConnectionBroken = 'open';
  for (let size = 0; size < most && end === 'open'; ) {
    const next = await nextOf(rest);
    if (next instanceof Uint8Array) {
      parts.push(next);
      size += next.length;
    } else end = next;
  }
  const drop = (): void => {
    void rest.return?.(undefined);
  };
  const bytes = { [Symbol.asyncIterator]: () => again(parts, end, rest) };
  return { start: Buffer.concat(parts), isAll: end === 'all', response: { ...response, bytes, drop } };
}

async function nextOf(rest: AsyncIterator<Uint8Array>): Promise<Uint8Array | 'all' | ConnectionBroken> {
  try {
    const next = await rest.next();
    return next.done === true ? 'all' : next.value;
  } catch (error) {
    if (error instanceof ConnectionBroken) return error;
    throw error;
  }
}

async function* again(
  parts: readonly Uint8Array[],
  end: 'open' | 'all' | ConnectionBroken,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* parts;
    if (end instanceof ConnectionBroken) throw end;
    if (end === 'open') yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    await rest.return?.(undefined);
  }
}
