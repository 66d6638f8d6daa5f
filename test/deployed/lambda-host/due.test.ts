import { expect, test } from 'vitest';
import { isDue } from './due.ts';

const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);

test.each([
  ['rate(1 minute)', '00:00:10', '00:00:59', false],
  ['rate(1 minute)', '00:00:10', '00:01:00', true],
  ['rate(5 minutes)', '00:05:00', '00:09:59', false],
  ['rate(5 minutes)', '00:05:00', '00:10:00', true],
  ['rate(2 hours)', '00:30:00', '02:00:00', true],
  ['cron(* * * * ? *)', '00:00:10', '00:00:59', false],
  ['cron(2/5 * * * ? *)', '00:02:00', '00:06:59', false],
  ['cron(2/5 * * * ? *)', '00:02:00', '00:07:00', true],
  ['cron(0,30 * * * ? *)', '00:01:00', '00:29:00', false],
  ['cron(0,30 * * * ? *)', '00:01:00', '00:30:00', true],
  ['cron(10-40/15 * * * ? *)', '00:26:00', '00:40:00', true],
  ['cron(10-40/15 * * * ? *)', '00:41:00', '01:09:00', false],
  ['cron(5 3 * * ? *)', '03:05:00', '03:59:00', false],
  ['cron(5 3 * * ? *)', '03:04:00', '03:05:00', true],
])('%s is due after %s, at %s at the latest: %j', (expression, from, to, due) => {
  expect(isDue(expression, at(from), at(to))).toBe(due);
});

test.each(['at(2026-01-01T00:00:00)', 'rate(5 fortnights)', 'cron(0 0 1 * ? *)', 'cron(x * * * ? *)'])(
  'refuses %s, which it would read wrongly',
  (expression) => {
    expect(() => isDue(expression, at('00:00:00'), at('00:30:00'))).toThrow(/no known form|names days/);
  },
);
