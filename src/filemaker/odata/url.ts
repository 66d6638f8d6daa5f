/**
 * Addresses of OData requests, encoded as FileMaker Server takes them. Never by URLSearchParams: an encoded `$` is
 * not seen as an option at all (the whole table is the answer), `+` is no blank, and `%2C` and `%3A` are syntax errors
 * (observed on real servers; see docs/filemaker.md).
 */
import type { FieldType } from '../../core/link.ts';

/** Longer ones depend on what stands in front of the server (data-api-guide url-data-format-notes). */
export const longestUrl = 2_000;

const literal: Readonly<Record<string, string>> = { '%24': '$', '%2C': ',', '%3A': ':', '%2F': '/' };

/** What an address holds beside what is asked: the way to the table, the names of options, what a proxy puts in front. */
export const besides = 300;

/** Of a query: `$`, `,`, `:` and `/` stand as they are, a blank is `%20`. */
export const encodeQuery = (text: string): string =>
  encodeURIComponent(wellFormed(text)).replaceAll(/%(?:24|2C|3A|2F)/g, (code) => literal[code] ?? code);

/** Of a name in the path, in which `FMTID:n` keeps its colon. */
export const encodeSegment = (text: string): string =>
  encodeURIComponent(wellFormed(text)).replaceAll('%3A', ':');

/** Half of a pair of surrogates cannot be encoded, nor be in FileMaker. */
const wellFormed = (text: string): string => text.toWellFormed();

const plainName = /^[A-Za-z][A-Za-z0-9]*$/;

/** As it stands in `$select`, `$filter` and `$orderby`: quoted wherever it may have to be, an id as it is. */
export function fieldName(name: string): string {
  if (isEntityId(name) || (plainName.test(name) && name.toLowerCase() !== 'id')) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

export const isEntityId = (name: string): boolean => /^FM[FT]ID:\d+$/.test(name);

export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const literalForms: Readonly<Record<Exclude<FieldType, 'text' | 'container'>, RegExp>> = {
  number: /^-?\d+(?:\.\d+)?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d+)?$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
};

/**
 * A canonical value in a `$filter`. Dates and their like are unquoted: quoted they match nothing, without an error; a timestamp has a `Z`,
 * which says nothing of a zone. Undefined where no value of that type is written so: no row can be asked for by it.
 */
export function filterLiteral(type: FieldType, canonical: string): string | undefined {
  if (type === 'text') return textLiteral(canonical.replaceAll('\n', '\r'));
  if (type === 'container' || !literalForms[type].test(canonical)) return undefined;
  return type === 'timestamp' ? `${canonical}Z` : canonical;
}

/** Of what stands in a query: name and value in turn, each once, those that are undefined left out. */
export function queryOf(options: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeQuery(value)}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

export const isTooLong = (path: string): boolean => path.length + besides > longestUrl;

/** All that the server shows unasked is asked for then. */
export const withoutSelect = (path: string): string =>
  path.replace(/([?&])\$select=[^&]*&?/, '$1').replace(/[?&]$/, '');

/**
 * In as few groups as their terms, joined by `or`, stay below the length that an address may have; one that is too long by itself stands
 * alone.
 */
export function groupsOf<T>(
  all: readonly T[],
  termOf: (one: T) => string,
  room: number,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let left = 0;
  for (const one of all) {
    const length = encodeQuery(` or ${termOf(one)}`).length;
    const last = groups.at(-1);
    if (last === undefined || length > left) {
      groups.push([one]);
      left = room - length;
    } else {
      last.push(one);
      left -= length;
    }
  }
  return groups;
}
