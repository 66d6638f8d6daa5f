/**
 * The address of an OData request, read as strictly as FileMaker Server reads it (filemaker-odata.md, section 1.8): a blank is `%20` and
 * never `+`; commas and colons stand as they are; an option whose `$` is encoded is not seen at all.
 */
import { syntaxError } from './faults.ts';

export const odataRoot = '/fmi/odata/v4';

export type Segment = {
  readonly name: string;
  /** What stands in the parentheses behind the name, decoded. */
  readonly key: string | undefined;
};

export type Address = { readonly segments: readonly Segment[]; readonly options: QueryOptions };

const known = new Set([
  'select',
  'filter',
  'orderby',
  'top',
  'skip',
  'count',
  'expand',
  'skiptoken',
  'format',
  'apply',
]);

/** `url` is what follows the root. Throws -1002. */
export function readAddress(url: string): Address {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const parts = path.split('/').filter((part) => part !== '');
  return {
    segments: parts.map((part) => readSegment(decoded(part))),
    options: new QueryOptions(mark < 0 ? '' : url.slice(mark + 1)),
  };
}

function readSegment(text: string): Segment {
  const open = text.indexOf('(');
  if (open <= 0 || !text.endsWith(')')) return { name: text, key: undefined };
  return { name: text.slice(0, open), key: text.slice(open + 1, -1) };
}

/** The options of a query by name, without the `$`. */
export class QueryOptions {
  /** As it came. */
  readonly raw: string;
  private readonly texts = new Map<string, string>();

  constructor(raw: string) {
    this.raw = raw;
    for (const part of raw.split('&')) {
      const equals = part.indexOf('=');
      if (equals > 0) this.note(part.slice(0, equals), part.slice(equals + 1));
    }
  }

  has(name: string): boolean {
    return this.texts.has(name);
  }

  /** Decoded. Throws -1002. */
  text(name: string): string | undefined {
    const raw = this.texts.get(name);
    return raw === undefined ? undefined : decodedOption(raw);
  }

  /** A whole number from 0 up; throws -1002. */
  count(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw syntaxError(text);
    return Number(text);
  }

  private note(name: string, value: string): void {
    // An encoded dollar is no dollar to the server: the option is ignored, and the whole table is the answer.
    if (/%24/i.test(name)) return;
    const bare = name.startsWith('$') ? name.slice(1) : name;
    if (known.has(bare) || name.startsWith('@')) this.texts.set(bare, value);
    else if (name.startsWith('$')) throw syntaxError(name);
  }
}

const suspicious = /\+|%2c|%3a/i;
const pieces = /%[0-9a-f]{2}|[\s\S]/gi;

function decodedOption(raw: string): string {
  if (!suspicious.test(raw)) return decoded(raw);
  let quote: string | undefined;
  for (const { 0: piece, index } of raw.matchAll(pieces)) {
    const char = piece.length > 1 ? piece.toLowerCase() : piece;
    if (char === '+') throw syntaxError(decoded(raw.slice(index)));
    if (quote === undefined && isWronglyEncoded(char, raw, index))
      throw syntaxError(decoded(raw.slice(index)));
    const mark = char === '%27' ? "'" : char === '%22' ? '"' : char;
    if (mark === "'" || mark === '"') quote = quote === undefined ? mark : quote === mark ? undefined : quote;
  }
  return decoded(raw);
}

/** A comma anywhere, a colon in a time. In `FMFID%3A1` it does no harm: a client that is used on real servers writes it so. */
const isWronglyEncoded = (char: string, raw: string, index: number): boolean =>
  char === '%2c' || (char === '%3a' && /\d/.test(raw[index - 1] ?? ''));

/** Throws -1002. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) throw syntaxError(text);
    throw cause;
  }
}
