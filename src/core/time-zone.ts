/** The offset of an IANA time zone at an instant, from the tables that come with the JavaScript engine. */

/** An IANA name such as `America/New_York`. */
export type TimeZone = string;

type Zone = { readonly format: Intl.DateTimeFormat; readonly offsets: Map<number, number> };

const zones = new Map<TimeZone, Zone>();

/** Where an offset is the same at both ends of a quarter of an hour it holds in between. */
const quarterMs = 15 * 60_000;
const keptOffsets = 50_000;

/** Local time minus UTC, in milliseconds. Throws RangeError for a zone that is not known. */
export function offsetAt(instant: number, zone: TimeZone): number {
  const known = zoneOf(zone);
  const quarter = Math.floor(instant / quarterMs);
  const offset = offsetAtQuarter(quarter, known);
  if (offset === offsetAtQuarter(quarter + 1, known)) return offset;
  // Most zones change at a whole quarter; St. John's did so at one minute past midnight until 2011.
  return computeOffset(Math.floor(instant / 1000) * 1000, known.format);
}

function offsetAtQuarter(quarter: number, { format, offsets }: Zone): number {
  const kept = offsets.get(quarter);
  if (kept !== undefined) return kept;
  const offset = computeOffset(quarter * quarterMs, format);
  if (offsets.size > keptOffsets) offsets.clear();
  offsets.set(quarter, offset);
  return offset;
}

export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function zoneOf(zone: TimeZone): Zone {
  const known = zones.get(zone);
  if (known) return known;
  const made = { format: formatFor(zone), offsets: new Map<number, number>() };
  zones.set(zone, made);
  return made;
}

function formatFor(zone: TimeZone): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
}

function computeOffset(instant: number, format: Intl.DateTimeFormat): number {
  const parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']));
  wall.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']), 0);
  return wall.getTime() - instant;
}
