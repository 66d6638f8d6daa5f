/** What reads and writes may be told, from the query string of a GET or DELETE or from a JSON body. */
import { FileMakerFailure } from '../failure.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../http/json-body.ts';
import type { InSession } from '../http/exchange.ts';
import { folded } from '../store/neutral.ts';
import type { Layout } from '../store/layout.ts';
import type { SortKey } from '../find/find.ts';
import type { DateStyle } from '../wall-text.ts';

/** A parameter's text by its name in a body; GET knows paging and sort with an underscore. */
export type Parameters = (name: string) => Json | undefined;

const underscored = /^(?:offset|limit|sort)\b/;

export const fromQuery =
  (query: URLSearchParams): Parameters =>
  (name) =>
    query.get(underscored.test(name) ? `_${name}` : name) ?? undefined;

export const fromBody =
  (body: JsonObject): Parameters =>
  (name) =>
    body[name];

export const scriptKeys = ['script', 'script.prerequest', 'script.presort'].flatMap((key) => [
  key,
  `${key}.param`,
]);

export const optionalText = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : textOf(value);

/** A whole number from `least` up; throws 960. */
export function countAt(parameters: Parameters, name: string, otherwise: number, least: number): number {
  const text = optionalText(parameters(name));
  if (text === undefined || text === '') return otherwise;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (count < least) throw new FileMakerFailure('960', `Parameter is invalid: ${name}`);
  return count;
}

/** JSON where it came in a query string, itself where it came in a body. */
function listAt(parameters: Parameters, name: string): readonly Json[] | undefined {
  const value = parameters(name);
  if (value === undefined || value === '') return undefined;
  const parsed = typeof value === 'string' ? parsedList(value) : value;
  if (!isList(parsed)) throw new FileMakerFailure('1708');
  return parsed;
}

function parsedList(text: string): Json {
  try {
    const parsed: Json = JSON.parse(text);
    return parsed;
  } catch (cause) {
    if (cause instanceof SyntaxError) return text.split(',');
    throw cause;
  }
}

export function sortKeys(parameters: Parameters, layout: Layout): readonly SortKey[] {
  return (listAt(parameters, 'sort') ?? []).map((entry) => {
    if (!isObject(entry)) throw new FileMakerFailure('1708');
    const slot = layout.slot(textOf(entry['fieldName']));
    const order = optionalText(entry['sortOrder']) ?? 'ascend';
    const list = layout.description.valueLists?.[order];
    if (!list && order !== 'ascend' && order !== 'descend') throw new FileMakerFailure('404');
    const byList = list ? { list: list.map((value) => folded(slot.field.type, value)) } : {};
    return { slot, descending: order === 'descend', ...byList };
  });
}

export function portalNames(parameters: Parameters): ReadonlySet<string> | undefined {
  const names = listAt(parameters, 'portal');
  return names && new Set(names.map(textOf));
}

/** `dateformats`: 0 US, 1 the file's locale, 2 ISO 8601. */
export function dateStyle(parameters: Parameters, exchange: InSession, supported: boolean): DateStyle {
  const format = optionalText(parameters('dateformats'));
  if (format === undefined) return 'MM/dd/yyyy';
  if (!supported) throw new FileMakerFailure('960', 'Unknown parameter(s): dateformats');
  if (format === '0') return 'MM/dd/yyyy';
  if (format === '1') return exchange.database.description.localeDates ?? 'MM/dd/yyyy';
  if (format === '2') return 'iso';
  throw new FileMakerFailure('960', 'Parameter is invalid: dateformats');
}
