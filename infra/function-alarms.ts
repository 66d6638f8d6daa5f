/** Functions that fail, or that AWS does not let start. Once is bad luck: the next tick tries again. */
import { Duration } from 'aws-cdk-lib';
import { type Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmOn } from './alarm.ts';
import { functionSettings } from './function-settings.ts';
import { alarmName, type Installation, logGroupOf } from './installation.ts';
import type { Notices } from './notices.ts';
import type { SyncFunction } from './sync-function.ts';

const span = { period: Duration.minutes(5), statistic: Stats.SUM };
const twiceOfThree = { threshold: 1, periods: 2, of: 3 };

export function functionAlarms({ name }: Installation, of: SyncFunction, notices: Notices): readonly Alarm[] {
  const { task } = functionSettings[of.name];
  const alarms = [
    alarmOn(of, 'Errors', {
      name: alarmName(name, `${task} fails`),
      description: `The function ${of.name}, which does the ${task}, ended with an error in two of three spans of five minutes. Look for the level ERROR, or else WARN, in the log group ${logGroupOf(name, of.name)} (AWS console: CloudWatch, Log groups): the message says what to do. Nothing is lost; it is tried again by itself.`,
      metric: of.lambda.metricErrors(span),
      ...twiceOfThree,
    }),
    alarmOn(of, 'Throttles', {
      name: alarmName(name, `${task} is not let start`),
      description: `AWS did not let the function ${of.name}, which does the ${task}, start, because too many functions of this account are at work at once. New accounts have few (10): ask for more in Service Quotas, AWS Lambda, Concurrent executions. Nothing is lost; it is tried again by itself.`,
      metric: of.lambda.metricThrottles(span),
      ...twiceOfThree,
    }),
  ];
  for (const alarm of alarms) notices.tellOf(alarm);
  return alarms;
}
