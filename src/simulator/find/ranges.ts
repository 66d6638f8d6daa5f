/** Criteria on numbers, dates, times and timestamps as spans of comparable numbers. */
import type { FieldType } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { comparable, digitsOf } from '../store/neutral.ts';
import { readWall } from '../wall-text.ts';

/** Both ends included. */
export type Span = { readonly from: number; readonly to: number };
export type Test = (value: number) => boolean;

const secondMs = 1000;
const dayMs = 86_400_000;

export function spanTest(span: Span): Test {
  const { from, to } = span;
  return (value) => value >= from && value <= to;
}

const comparisons: Readonly<Record<string, (span: Span) => Test>> = {
  '<=': (span) => (value) => value <= span.to,
  '>=': (span) => (value) => value >= span.from,
  '<': (span) => (value) => value < span.from,
  '>': (span) => (value) => value > span.to,
};

/** Reads `>=x`, `a...b`, `x`, parts of dates. Undefined: a number criterion that holds no number. */
export function rangeTest(criterion: string, type: FieldType, today: string): Test | undefined {
  const text = criterion.replaceAll('≤', '<=').replaceAll('≥', '>=').replaceAll('…', '...').trim();
  const [, operator, operand = ''] = /^(<=|>=|<|>)(.*)$/s.exec(text) ?? [];
  if (operator !== undefined) return optional(spanOf(operand, type, today), comparisons[operator]);
  const [first, last] = splitRange(text);
  if (last === undefined) return partsTest(first, type) ?? optional(spanOf(first, type, today), spanTest);
  const [from, to] = [spanOf(first, type, today), spanOf(last, type, today)];
  return from && to ? spanTest({ from: from.from, to: to.to }) : undefined;
}

function optional(span: Span | undefined, make: ((span: Span) => Test) | undefined): Test | undefined {
  return span && make ? make(span) : undefined;
}

/** `a...b` and `a..b`, but not the dots within braces. */
function splitRange(text: string): [string, string | undefined] {
  const match = /^([^{}]*?)\.{2,3}([^{}]*)$/s.exec(text);
  return match ? [match[1] ?? '', match[2] ?? ''] : [text, undefined];
}

function spanOf(given: string, type: FieldType, today: string): Span | undefined {
  const text = given.trim().replace(/^=+/, '').replaceAll('"', '');
  if (type === 'number') {
    const digits = digitsOf(text);
    return digits === undefined ? undefined : { from: Number(digits), to: Number(digits) };
  }
  if (type === 'time') {
    const seconds = comparable('time', readWall(text, 'time', 'MM/dd/yyyy') ?? '');
    return known({ from: seconds, to: seconds }, '501');
  }
  return known(dateSpan(text === '//' ? usDate(today) : text, type), '500');
}

function known(span: Span | undefined, code: string): Span {
  if (!span || Number.isNaN(span.from)) throw new FileMakerFailure(code);
  return span;
}

const usDate = (iso: string): string => `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`;

/** A day, a month, a year, or for a timestamp field a second; a date means the whole day there. */
function dateSpan(text: string, type: FieldType): Span | undefined {
  const day = readWall(text, 'date', 'MM/dd/yyyy');
  if (day !== undefined)
    return lasting(Date.parse(`${day}T00:00:00Z`), type === 'date' ? 0 : dayMs - secondMs);
  const stamp = type === 'timestamp' ? readWall(text, 'timestamp', 'MM/dd/yyyy') : undefined;
  if (stamp !== undefined) return lasting(Date.parse(`${stamp}Z`), 0);
  const [, month, year] = /^(?:(\d{1,2})\/)?(\d{4})$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const from = Date.UTC(Number(year), month === undefined ? 0 : Number(month) - 1, 1);
  const to =
    month === undefined ? Date.UTC(Number(year) + 1, 0, 1) : Date.UTC(Number(year), Number(month), 1);
  return { from, to: to - secondMs };
}

const lasting = (from: number, ms: number): Span => ({ from, to: from + ms });

/** Dates by parts: a part may be `*` or `{a..b}`, as in `{1..3}/{1..31}/2026`. */
function partsTest(text: string, type: FieldType): Test | undefined {
  if (type !== 'date' && type !== 'timestamp') return undefined;
  if (!/[*{]/.test(text)) return undefined;
  const parts = text.split('/').map(partTest);
  const [month, day, year] = parts;
  if (parts.length !== 3 || !month || !day || !year) throw new FileMakerFailure('500');
  return (value) => {
    if (Number.isNaN(value)) return false;
    const date = new Date(value);
    return month(date.getUTCMonth() + 1) && day(date.getUTCDate()) && year(date.getUTCFullYear());
  };
}

function partTest(part: string): Test | undefined {
  const text = part.trim();
  if (text === '*') return () => true;
  const [, from, to] = /^\{(\d+)\.{2,3}(\d+)\}$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return spanTest({ from: Number(from), to: Number(to) });
  return /^\d+$/.test(text) ? (value) => value === Number(text) : undefined;
}
