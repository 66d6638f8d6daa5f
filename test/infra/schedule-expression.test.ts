import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { scheduleExpression } from '../../infra/schedule-expression.ts';

test.each([
  [1, 0, 'rate(1 minute)'],
  [1, 7, 'rate(1 minute)'],
  [5, 0, 'cron(0/5 * * * ? *)'],
  [5, 7, 'cron(2/5 * * * ? *)'],
  [30, 31, 'cron(1/30 * * * ? *)'],
  [60, 3, 'cron(3 0/1 * * ? *)'],
  [120, 61, 'cron(1 0/2 * * ? *)'],
  [1440, 2, 'cron(2 0 * * ? *)'],
  [7, 3, 'rate(7 minutes)'],
  [90, 3, 'rate(90 minutes)'],
  [300, 3, 'rate(300 minutes)'],
])('every %i minutes in turn %i is %s', (minutes, turn, expression) => {
  expect(scheduleExpression(minutes, turn)).toBe(expression);
});

/** Minutes of a day on which a cron expression of the kinds above fires. */
function minutesOf(expression: string): readonly number[] {
  const [, minute = '', hour = ''] = /^cron\((\S+) (\S+) /.exec(expression) ?? [];
  return Array.from({ length: 1440 }, (_, at) => at).filter(
    (at) => fires(minute, at % 60) && fires(hour, Math.floor(at / 60)),
  );
}

function fires(field: string, value: number): boolean {
  if (field === '*') return true;
  const [from = '', step] = field.split('/');
  if (step === undefined) return Number(from) === value;
  return value >= Number(from) && (value - Number(from)) % Number(step) === 0;
}

test('what is spread over minutes keeps its interval, over midnight too', () => {
  const intervals = fc.constantFrom(2, 3, 5, 6, 10, 15, 20, 30, 60, 120, 240, 720, 1440);
  fc.assert(
    fc.property(intervals, fc.nat(200), (interval, turn) => {
      const minutes = minutesOf(scheduleExpression(interval, turn));
      expect(minutes).toHaveLength(1440 / interval);
      const next = [...minutes.slice(1), (minutes[0] ?? 0) + 1440];
      expect(new Set(next.map((at, index) => at - (minutes[index] ?? 0)))).toEqual(new Set([interval]));
    }),
  );
});
