/**
 * Dates, times and timestamps between the neutral form that is stored and the text on the wire. US by default
 * whatever the file's locale; input may leave out leading zeros and may say AM or PM. Years are four digits.
 */
export type DateStyle = 'MM/dd/yyyy' | 'dd.MM.yyyy' | 'iso';
export type WallType = 'date' | 'time' | 'timestamp';

const pad = (digits: string | number): string => String(digits).padStart(2, '0');

const datePatterns: Readonly<Record<DateStyle, RegExp>> = {
  'MM/dd/yyyy': /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/,
  'dd.MM.yyyy': /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
  // The guide's own example of dateformats 2 is "2029/1/20".
  iso: /^(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})$/,
};

function readDate(text: string, style: DateStyle): string | undefined {
  const parts = datePatterns[style].exec(text)?.groups;
  if (!parts) return undefined;
  const neutral = `${parts['year']}-${pad(parts['month'] ?? '')}-${pad(parts['day'] ?? '')}`;
  const at = Date.parse(`${neutral}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== neutral ? undefined : neutral;
}

const timePattern = /^(\d{1,4}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(?:\s*([AaPp])[Mm])?$/;

function readTime(text: string): string | undefined {
  const [, hours, minutes, seconds = '0', half] = timePattern.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const shift = half === undefined ? 0 : half.toLowerCase() === 'p' ? 12 : 0;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + shift;
  return `${pad(hour)}:${pad(minutes)}:${pad(seconds)}`;
}

function readTimestamp(text: string, style: DateStyle): string | undefined {
  const gap = text.search(/[T ]/);
  const date = readDate(gap < 0 ? text : text.slice(0, gap), style);
  const time = gap < 0 ? '00:00:00' : readTime(text.slice(gap + 1).replace(/Z$/, ''));
  if (date === undefined || time === undefined || time > '23:59:59' || time.length > 8) return undefined;
  return `${date}T${time}`;
}

/** The neutral form of a text in this style; undefined where it is none. */
export function readWall(text: string, type: WallType, style: DateStyle): string | undefined {
  const trimmed = text.trim();
  if (type === 'time') return readTime(trimmed);
  return type === 'date' ? readDate(trimmed, style) : readTimestamp(trimmed, style);
}

export function showWall(neutral: string, type: WallType, style: DateStyle, isoSeparator: string): string {
  if (neutral === '' || type === 'time') return neutral;
  if (style === 'iso') return type === 'date' ? neutral : neutral.replace('T', isoSeparator);
  const [year = '', month = '', day = ''] = neutral.slice(0, 10).split('-');
  const date = style === 'dd.MM.yyyy' ? `${day}.${month}.${year}` : `${month}/${day}/${year}`;
  return type === 'date' ? date : `${date} ${neutral.slice(11)}`;
}
