/** A form with one file in it, as its bytes go by (RFC 7578, names of files as the WHATWG has them). */
import { randomBytes } from 'node:crypto';

export type Form = {
  readonly contentType: string;
  readonly length: number;
  readonly bytes: AsyncIterable<Uint8Array>;
};

export function formOf(
  part: string,
  file: { readonly name: string; readonly type: string; readonly size: number },
  bytes: AsyncIterable<Uint8Array>,
): Form {
  const boundary = `----ServerSync${randomBytes(18).toString('hex')}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${part}"; filename="${escaped(file.name)}"\r\n` +
      `Content-Type: ${file.type === '' ? 'application/octet-stream' : file.type}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.size + tail.length,
    bytes: around(head, bytes, tail),
  };
}

const escaped = (name: string): string =>
  name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

async function* around(
  head: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
  tail: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield head;
  yield* bytes;
  yield tail;
}
