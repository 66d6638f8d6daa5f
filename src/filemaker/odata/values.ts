/**
 * Canonical values (docs/architecture.md) and what OData sends and takes for them, by field type. A timestamp has a `Z` and is the wall
 * clock of its server all the same. Container content does not travel in records: it is neither asked for nor sent.
 */
import { canonicalNumber, canonicalText } from '../../core/canonical.ts';
import type { FieldType } from '../../core/link.ts';
import { nativeLineEnds } from '../http/line-ends.ts';
import { dateFromWire, timeFromWire, timestampFromWire } from '../http/us-dates.ts';

type Conversion = (value: string) => string;

/** `Z`, or an offset where the server was asked for it: never converted. */
const zone = /(?<=\d)(?:Z|[+-]\d\d:?\d\d)$/;

const duration = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d+)?S)?)?$/;

/** Of a duration such as `PT10H5M` or `P1DT2H`, as which OData tells a time that may be of 24 hours and more. */
function clockOf(text: string): string {
  const found = duration.exec(text);
  if (found === null) return text;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = found;
  return `${Number(days) * 24 + Number(hours)}:${minutes}:${seconds}${fraction}`;
}

const fromWire: Readonly<Record<FieldType, Conversion>> = {
  text: canonicalText,
  number: canonicalNumber,
  date: dateFromWire,
  time: (text) => timeFromWire(clockOf(text)),
  timestamp: (text) => timestampFromWire(text.replace(zone, '')),
  container: () => '',
};

/** Undefined where the value is none that a field can have. */
export function canonicalValue(type: FieldType, wire: unknown): string | undefined {
  if (wire === null) return '';
  if (typeof wire === 'string') return fromWire[type](wire);
  if (typeof wire === 'number') return fromWire[type](String(wire));
  return typeof wire === 'boolean' ? String(Number(wire)) : undefined;
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?$/;

/**
 * A value as JSON text, since a number goes with all of its digits. Empty is `null`, whatever the type. Text in a number field goes
 * as text: whether a server takes it is for the server to say.
 */
export function wireJson(type: FieldType, canonical: string): string {
  if (canonical === '') return 'null';
  if (type === 'number' && number.test(canonical)) return canonical;
  if (type === 'timestamp' && timestamp.test(canonical)) return JSON.stringify(`${canonical}Z`);
  return JSON.stringify(type === 'text' || type === 'number' ? nativeLineEnds(canonical) : canonical);
}
