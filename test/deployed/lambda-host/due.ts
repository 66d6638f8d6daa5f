/** When a schedule is due, read from its expression. A form that is not known here throws. */

const minuteMs = 60_000;
const unitMs: Readonly<Record<string, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 1440 * minuteMs,
};

/** Longer waits are looked through for their last day only: a schedule that is due less often has no test. */
const mostSearchedMs = 1440 * minuteMs;

/** Whether it is due after `from`, or at `to` at the latest. Times of day are UTC. */
export function isDue(expression: string, from: number, to: number): boolean {
  const [, kind = '', inside = ''] = /^(rate|cron)\(([^)]*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return isRateDue(inside, from, to);
  if (kind === 'cron') return isCronDue(inside, from, to);
  throw new Error(`the schedule ${expression} is of no known form`);
}

function isRateDue(inside: string, from: number, to: number): boolean {
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inside) ?? [];
  const everyMs = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!(everyMs > 0)) throw new Error(`the rate ${inside} is of no known form`);
  return Math.floor(to / everyMs) > Math.floor(from / everyMs);
}

function isCronDue(inside: string, from: number, to: number): boolean {
  const [minutes = '', hours = '', ...days] = inside.split(' ');
  if (days.length !== 4 || days.some((field) => !['*', '?'].includes(field)))
    throw new Error(`the cron expression ${inside} names days, which are not read here`);
  const first = Math.floor(Math.max(from, to - mostSearchedMs) / minuteMs) + 1;
  for (let minute = first; minute * minuteMs <= to; minute += 1)
    if (matches(minutes, minute % 60, 60) && matches(hours, Math.floor(minute / 60) % 24, 24)) return true;
  return false;
}

const matches = (field: string, value: number, size: number): boolean =>
  field.split(',').some((part) => matchesPart(part, value, size));

/** `*`, `7`, `10-20`, and with a step: `5/15`, `10-40/10`. */
function matchesPart(part: string, value: number, size: number): boolean {
  const [, start = '', end, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (start === '') throw new Error(`the cron field ${part} is of no known form`);
  const first = start === '*' ? 0 : Number(start);
  const isSpan = start === '*' || step !== undefined;
  const last = end === undefined ? (isSpan ? size - 1 : first) : Number(end);
  return value >= first && value <= last && (value - first) % Number(step ?? 1) === 0;
}
