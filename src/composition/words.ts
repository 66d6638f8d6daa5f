/** Numbers in words that an administrator reads without thinking. */

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** `0.8 s`, `3 min 20 s`, `2 h 5 min`, `4 days 3 h`. */
export function duration(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 2880) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return pair(Math.floor(minutes / 1440), 'days', Math.floor((minutes % 1440) / 60), 'h');
}

/** The same to one unit, cut off, where it stands in a column: `45 s`, `3 min`, `2 h`, `4 days`. */
export function roughly(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

const pair = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
  minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;

/** `3 min 12 s behind (± 0.5 s)`, for an offset as an interval in ms. */
export function clockWords({ lo, hi }: { readonly lo: number; readonly hi: number }): string {
  const uncertain = `± ${duration((hi - lo) / 2)}`;
  const off = (lo + hi) / 2;
  if (lo <= 0 && hi >= 0) return `right (${uncertain})`;
  return `${duration(off)} ${off < 0 ? 'behind' : 'ahead'} (${uncertain})`;
}

/** What went wrong, with the code by which `serversync explain` tells more of it: at the end of its first line, since a command may follow on the next. */
export const coded = ({ message, code }: { readonly message: string; readonly code: string }): string =>
  message.replace(/$/m, ` (${code})`);

/** Such as `contacts on branch`, or what there is of it; '' where there is neither. */
export const placeName = (place: {
  readonly table?: string | undefined;
  readonly server?: string | undefined;
}): string => [place.table, place.server].filter((one) => one !== undefined).join(' on ');
