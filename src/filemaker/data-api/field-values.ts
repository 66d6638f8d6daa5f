/**
 * Canonical values (docs/architecture.md) and what the Data API sends and takes for them, by field type. Total over the types;
 * `null` is never sent: FileMaker refuses it (1708). Container content does not travel in records (containers.ts): only that one
 * is empty is read and written here.
 */
import { canonicalNumber, canonicalText } from '../../core/canonical.ts';
import type { FieldType } from '../../core/link.ts';
import { nativeLineEnds } from '../http/line-ends.ts';
import {
  dateFromWire,
  dateToWire,
  timeFromWire,
  timestampFromWire,
  timestampToWire,
} from '../http/us-dates.ts';

type Conversion = (value: string) => string;

const fromWire: Readonly<Record<FieldType, Conversion>> = {
  text: canonicalText,
  number: canonicalNumber,
  date: dateFromWire,
  time: timeFromWire,
  timestamp: timestampFromWire,
  container: () => '',
};

/** Numbers go as strings, so that nothing on the way rounds them. */
const toWire: Readonly<Record<FieldType, Conversion>> = {
  text: nativeLineEnds,
  number: nativeLineEnds,
  date: dateToWire,
  time: (time) => time,
  timestamp: timestampToWire,
  container: () => '',
};

export const wireValue = (type: FieldType, canonical: string): string => toWire[type](canonical);

/** What JavaScript writes without an exponent is canonical, of text too. */
function numberText(type: FieldType, wire: number): string {
  const text = String(wire);
  return text.includes('e') ? fromWire[type](text) : text;
}

/** Undefined where the value is neither text nor a number: an answer that this API does not give. */
export function canonicalValue(type: FieldType, wire: unknown): string | undefined {
  if (typeof wire === 'number' && (type === 'number' || type === 'text')) return numberText(type, wire);
  if (typeof wire === 'string') return wire === '' ? '' : fromWire[type](wire);
  return typeof wire === 'number' ? fromWire[type](String(wire)) : undefined;
}
