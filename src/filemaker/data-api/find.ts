/**
 * Find requests. A criterion is text with operators in it, so whatever a key holds must stand for itself.
 *
 * Operators: help.claris.com pro-help finding-text and finding-ranges; a backslash makes the next character stand
 * for itself, also one that is no operator (assumed). `/`, `.` and braces mean something only in runs or around
 * a range: alone they stay plain, since they are common in keys. Blanks at either end would be trimmed.
 */
import { formatWallTime } from '../../core/wall-time.ts';
import type { FieldType } from '../../core/link.ts';
import type { Key } from '../../core/names.ts';
import type { PageRange, StampRange } from '../../ports/server.ts';
import { wireValue } from './field-values.ts';
import { timestampToWire } from '../http/us-dates.ts';

const operator = /^\s|\s$|[\\@*#?!=<>"~{}≤≥…]|\/{2,}|\.{2,}/g;

export const escapeCriterion = (text: string): string =>
  text.replace(operator, (run) => run.replaceAll(/./gs, '\\$&'));

/** The field is exactly this value, but for upper and lower case. */
export function exactly(type: FieldType, key: Key): string {
  const wire = wireValue(type, key);
  return `==${escapeCriterion(wire)}`;
}

/** Empty, and what is not of the field's type (pro-help finding-text and finding-ranges). */
const unstamped = ['=', '?'];

/** Criteria of which one holds. */
export function stampCriteria(range: StampRange): readonly string[] {
  if (range.kind === 'none') return unstamped;
  const from = stampText(range.kind, range.from);
  return [range.to === undefined ? `>=${from}` : `${from}...${stampText(range.kind, range.to)}`];
}

const stampText = (kind: 'wall' | 'utcMilliseconds', value: number): string =>
  kind === 'wall' ? timestampToWire(formatWallTime(value)) : String(value);

/** One find: each criterion is a request of its own on the field, joined by OR. An empty `portal` leaves portal rows out (assumed). */
export function findBody(field: string, criteria: readonly string[], { offset, limit }: PageRange): string {
  return JSON.stringify({
    query: criteria.map((criterion) => ({ [field]: criterion })),
    offset: offset + 1,
    limit,
    portal: [],
  });
}

export const listQuery = ({ offset, limit }: PageRange): string =>
  `?_offset=${offset + 1}&_limit=${limit}&portal=%5B%5D`;
