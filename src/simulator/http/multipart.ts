/** The one part that an upload carries. */
import { FileMakerFailure } from '../failure.ts';
import type { Blob } from '../simulation.ts';

const headerEnd = Buffer.from('\r\n\r\n');

/** Throws 960 where no part is named `upload` (captured text). */
export function uploadedPart(body: Buffer, contentType: string): Blob {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  const blob =
    boundary === undefined ? undefined : partsOf(body, boundary).find((part) => part.field === 'upload');
  if (!blob) throw new FileMakerFailure('960', "Upload payload must contain a part named 'upload'.");
  return blob;
}

type Part = Blob & { readonly field: string };

function partsOf(body: Buffer, boundary: string): readonly Part[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = readPart(body.subarray(at + mark.length + 2, next - 2));
    if (part) parts.push(part);
    at = next;
  }
  return parts;
}

function readPart(text: Buffer): Part | undefined {
  const split = text.indexOf(headerEnd);
  if (split < 0) return undefined;
  const headers = text.subarray(0, split).toString('utf8');
  const field = /name="([^"]*)"/i.exec(headers)?.[1] ?? '';
  const name = /filename="([^"]*)"/i.exec(headers)?.[1] ?? 'file';
  const type = /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1] ?? 'application/octet-stream';
  return { field, name, type, bytes: text.subarray(split + headerEnd.length) };
}
