/** Each figure that an alarm or a graph asks for is one that somebody publishes, with the same dimensions. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { figuresNamespace, installationFigures, serverFigures } from '../../src/config/figures.ts';
import { allOf, office, templateOf } from './support/synthesised.ts';

const template = templateOf({ ...office, dataBudget: '5 GB per month', woken: ['hq'] });

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});
const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  MetricName: z.string().optional(),
  Metrics: z
    .array(z.looseObject({ MetricStat: z.looseObject({ Metric: metricSchema }).optional() }))
    .default([]),
});

const watched = allOf(template, 'AWS::CloudWatch::Alarm').flatMap((alarm) => {
  const { AlarmName, MetricName, Metrics } = alarmSchema.parse(alarm);
  const own = MetricName === undefined ? [] : [metricSchema.parse(alarm)];
  const within = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return [...own, ...within].map((metric) => [AlarmName, metric] as const);
});

/** Each with its dimensions. Those of AWS as it publishes them (docs of Lambda and of EventBridge Scheduler, "metrics"). */
const published: readonly string[] = [
  ...Object.keys(serverFigures).map((name) => `${figuresNamespace} ${name} Installation Server`),
  ...Object.keys(installationFigures).map((name) => `${figuresNamespace} ${name} Installation`),
  'AWS/Lambda Errors FunctionName',
  'AWS/Lambda Throttles FunctionName',
  'AWS/Lambda ConcurrentExecutions',
  'AWS/Scheduler InvocationDroppedCount ScheduleGroup',
];

test('every alarm on one figure or on a sum of them is looked at here', () => {
  expect(new Set(watched.map(([name]) => name)).size).toBe(allOf(template, 'AWS::CloudWatch::Alarm').length);
});

test.each(watched)('the alarm "%s" asks for a figure that is published so', (_name, metric) => {
  const { Namespace, MetricName, Dimensions } = metric;
  expect(published).toContain([Namespace, MetricName, ...Dimensions.map(({ Name }) => Name)].join(' '));
  const values = Dimensions.flatMap(({ Name, Value }) => (Name === 'Installation' ? [Value] : []));
  expect(values).toEqual(Namespace === figuresNamespace ? ['ServerSync'] : []);
});

test('every figure of the list is watched, or is drawn on the dashboard', () => {
  const drawn = JSON.stringify(allOf(template, 'AWS::CloudWatch::Dashboard'));
  const unseen = [...Object.keys(serverFigures), ...Object.keys(installationFigures)].filter(
    (name) => !watched.some(([, { MetricName }]) => MetricName === name) && !drawn.includes(`\\"${name}\\"`),
  );
  expect(unseen).toEqual([]);
});

test('the functions publish under the name by which alarms ask', () => {
  const variables = allOf(template, 'AWS::Lambda::Function').map(
    (one) =>
      z.looseObject({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }).parse(one)
        .Environment.Variables['POWERTOOLS_METRICS_NAMESPACE'],
  );
  expect(variables).toEqual(Array.from({ length: 7 }, () => figuresNamespace));
});
