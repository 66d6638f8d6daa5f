/** The daily report: when it is sent, and where nobody would get it. */
import { expect, test } from 'vitest';
import { allOf, office, templateOf, untold } from './support/synthesised.ts';

const namesIn = (described: Parameters<typeof templateOf>[0]): readonly unknown[] =>
  allOf(templateOf(described), 'AWS::Scheduler::Schedule').map(({ Name }) => Name);

test('it is sent at the time of the configuration, by the clock of the first server', () => {
  const alarms = { email: 'ops@example.com', report: 'daily at 18:05 local' };
  templateOf({ ...office, alarms }).hasResourceProperties('AWS::Scheduler::Schedule', {
    Name: 'report',
    ScheduleExpression: 'cron(5 18 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    Target: { Input: '{}' },
  });
});

test('where nobody gets the alarms, or it is not wanted, nothing of it is made', () => {
  const never = { ...office, alarms: { email: 'ops@example.com', report: 'never' } };
  for (const described of [untold, never]) {
    expect(namesIn(described)).not.toContain('report');
    templateOf(described).resourceCountIs('AWS::Lambda::Function', 5);
  }
});
