/**
 * The parts of a `$batch` body, by the bytes as FileMaker Server counts them (filemaker-odata.md, section 2.5): a write's body is as long
 * as its Content-Length says, whatever follows; a GET ends with its blank line, and one without it is dropped, as on real servers.
 */
import { syntaxError } from '../faults.ts';

export type Operation = {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** One operation, or those of a change set. */
export type Part = Operation | readonly Operation[];

export const isChangeSet = (part: Part): part is readonly Operation[] => Array.isArray(part);

const lineEnd = Buffer.from('\r\n');
const blankLine = Buffer.from('\r\n\r\n');

/** Throws -1002 where there is no multipart. */
export function parseBatch(body: Buffer, contentType: string | undefined): readonly Part[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw syntaxError('$batch');
  return partsOf(body, boundary).flatMap((part): readonly Part[] => {
    const nested = boundaryOf(part.headers['content-type']);
    if (nested !== undefined)
      return [partsOf(part.content, nested).flatMap((one) => operationOf(one.content))];
    return operationOf(part.content);
  });
}

function boundaryOf(contentType: string | undefined): string | undefined {
  const [, quoted, bare] =
    /^multipart\/mixed\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '') ?? [];
  return quoted ?? bare;
}

type RawPart = { readonly headers: Readonly<Record<string, string>>; readonly content: Buffer };

/**
 * A part goes on to the next boundary, or to where the length of its operation's body says, if that is further: a length too great
 * swallows the boundary and what follows.
 */
function partsOf(body: Buffer, boundary: string): readonly RawPart[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: RawPart[] = [];
  let at = boundaryAt(body, mark, 0);
  while (at >= 0 && body.subarray(at + mark.length, at + mark.length + 2).toString() !== '--') {
    const from = at + mark.length + lineEnd.length;
    const headEnd = body.indexOf(blankLine, from);
    if (headEnd < 0) break;
    const headers = headersOf(body.subarray(from, headEnd));
    const start = headEnd + blankLine.length;
    const next = boundaryAt(body, mark, Math.max(start, declaredEnd(body, start, headers)));
    // The line end before a boundary belongs to the boundary.
    const end = next < 0 ? body.length : Math.max(start, next - (isLineEnd(body, next - 2) ? 2 : 0));
    parts.push({ headers, content: body.subarray(start, end) });
    at = next;
  }
  return parts;
}

/** A line of its own: the boundary of a change set may begin with that of the batch. */
function boundaryAt(body: Buffer, mark: Buffer, from: number): number {
  let at = body.indexOf(mark, from);
  while (at >= 0 && !/^(?:--|\s|$)/.test(body.subarray(at + mark.length, at + mark.length + 2).toString()))
    at = body.indexOf(mark, at + mark.length);
  return at;
}

const isLineEnd = (body: Buffer, at: number): boolean => body.subarray(at, at + 2).equals(lineEnd);

function declaredEnd(body: Buffer, start: number, outer: Readonly<Record<string, string>>): number {
  if (boundaryOf(outer['content-type']) !== undefined) return start;
  const headEnd = body.indexOf(blankLine, start);
  if (headEnd < 0) return start;
  const length = Number(headersOf(body.subarray(start, headEnd))['content-length'] ?? 0);
  return Number.isInteger(length) ? headEnd + blankLine.length + length : start;
}

/** The request line of an operation is among them without a name, and does no harm. */
function headersOf(head: Buffer): Record<string, string> {
  const lines = head.toString('utf8').split('\r\n');
  return Object.fromEntries(
    lines.flatMap((line): [string, string][] => {
      const [, name, value] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value ?? '']];
    }),
  );
}

function operationOf(content: Buffer): readonly Operation[] {
  const headEnd = content.indexOf(blankLine);
  if (headEnd < 0) return [];
  const head = content.subarray(0, headEnd);
  const [, method = '', url = ''] = /^(\w+) (\S+)(?: HTTP\/1\.\d)?/.exec(head.toString('utf8')) ?? [];
  if (method === '') return [];
  const headers = headersOf(head);
  const rest = content.subarray(headEnd + blankLine.length);
  const length = headers['content-length'];
  return [
    { method, url, headers, body: length === undefined ? trimmed(rest) : rest.subarray(0, Number(length)) },
  ];
}

const trimmed = (rest: Buffer): Buffer => Buffer.from(rest.toString('utf8').replace(/\s+$/, ''));
