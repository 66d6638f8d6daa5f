/** Graphs of the functions and the queues. */
import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, LegendPosition, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { colourOf } from './colours.ts';
import { functionSettings } from './function-settings.ts';
import type { Installation } from './installation.ts';
import type { ServerQueues } from './server-queues.ts';
import type { SyncFunction } from './sync-function.ts';

export type Worked = {
  readonly installation: Installation;
  readonly functions: readonly SyncFunction[];
  readonly queues: ReadonlyMap<string, ServerQueues>;
};

const half = { width: 12, height: 6 };
const span = Duration.minutes(5);

export const durations = ({ functions }: Worked): GraphWidget =>
  new GraphWidget({
    ...half,
    title: 'How long it takes (reading, sweeping: 15 minutes at most)',
    left: functions.map(seconds),
    leftYAxis: { min: 0, label: 'seconds', showUnits: false },
  });

function seconds({ name, lambda }: SyncFunction): IMetric {
  return new MathExpression({
    expression: `${name}/1000`,
    usingMetrics: { [name]: lambda.metricDuration({ statistic: Stats.MAXIMUM, period: span }) },
    label: functionSettings[name].task,
    period: span,
  });
}

export const errors = ({ functions }: Worked): GraphWidget =>
  new GraphWidget({
    ...half,
    title: 'How often it failed, or AWS did not let it start',
    left: functions.flatMap(({ name, lambda }) => {
      const { task } = functionSettings[name];
      const sum = { statistic: Stats.SUM, period: span };
      return [
        lambda.metricErrors({ label: `${task} failed`, ...sum }),
        lambda.metricThrottles({ label: `${task} not started`, ...sum }),
      ];
    }),
    leftYAxis: { min: 0, label: 'times in 5 minutes', showUnits: false },
  });

export const batches = (props: Worked): GraphWidget =>
  inQueues('How many batches stand in the queue of each server', props, ({ queue }) => queue);

export const unreadable = (props: Worked): GraphWidget =>
  inQueues('How many messages nobody could read: they are not ours', props, (pair) => pair.unreadable);

const inQueues = (
  title: string,
  { installation: { servers }, queues }: Worked,
  of: (pair: ServerQueues) => Queue,
): GraphWidget =>
  new GraphWidget({
    ...half,
    title,
    left: servers.flatMap(({ name, turn }) => {
      const pair = queues.get(name);
      if (pair === undefined) return [];
      return of(pair).metricApproximateNumberOfMessagesVisible({
        label: name,
        color: colourOf(turn),
        statistic: Stats.MAXIMUM,
        period: span,
      });
    }),
    leftYAxis: { min: 0, label: 'messages', showUnits: false },
    legendPosition: LegendPosition.RIGHT,
  });
