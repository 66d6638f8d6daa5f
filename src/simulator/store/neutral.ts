/** Neutral values: how they compare, and how they are made from what a caller of the simulator gives. */
import { canonicalNumber } from '../../core/canonical.ts';
import type { FieldType } from '../description.ts';
import { readWall } from '../wall-text.ts';

const plainNumber = /^-?\d+(?:\.\d+)?$/;

/** The exact digits if the text is a number, else undefined (FileMaker keeps text in number fields). */
export function digitsOf(text: string): string | undefined {
  const canonical = canonicalNumber(text);
  return plainNumber.test(canonical) ? canonical : undefined;
}

/** FileMaker compares text without regard to case; numbers by value. */
export function folded(type: FieldType, value: string): string {
  if (type === 'text') return value.normalize('NFC').toLowerCase();
  return type === 'number' ? canonicalNumber(value) : value;
}

/** What orders and ranges compare; NaN where the value is empty or is none of its type. */
export function comparable(type: FieldType, value: string): number {
  if (value === '') return Number.NaN;
  if (type === 'number') return Number(digitsOf(value) ?? Number.NaN);
  if (type === 'time') return secondsOf(value);
  if (type === 'date' || type === 'timestamp')
    return Date.parse(`${value.padEnd(11, 'T').padEnd(19, '00:00:00')}Z`);
  return Number.NaN;
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

/** FileMaker's native line end is CR. */
export const storedText = (text: string): string =>
  text.includes('\n') ? text.replaceAll('\r\n', '\r').replaceAll('\n', '\r') : text;

/** For rows given from code: neutral or US dates, numbers as numbers or text. Throws where a date is none. */
export function neutralOf(type: FieldType, given: string | number): string {
  const text = String(given);
  if (text === '' || type === 'container') return text;
  if (type === 'text') return storedText(text);
  if (type === 'number') return text;
  const neutral = readWall(text, type, 'iso') ?? readWall(text, type, 'MM/dd/yyyy');
  if (neutral === undefined) throw new Error(`"${text}" is no ${type}: write it like 2026-11-22T10:00:00`);
  return neutral;
}
