/** The figures that the functions publish, by the words of the design. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ServerName } from '../src/core/names.ts';

const namespace = 'ServerSync';

/** As often as they are published. */
export const everyMinute = Duration.minutes(1);

export type ServerFigure =
  | 'Lag'
  | 'Pending'
  | 'Unreachable'
  | 'Halted'
  | 'Parked'
  | 'OffsetLow'
  | 'OffsetHigh';

export type InstallationFigure =
  | 'Held'
  | 'Skew'
  | 'ClockSteps'
  | 'Halted'
  | 'Parked'
  | 'UnreadableMessages'
  | 'Measured'
  | 'Unusual';

export const serverMetric = (
  installation: string,
  server: ServerName,
  metricName: ServerFigure,
  look: { readonly label?: string; readonly color?: string } = {},
): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap: { Installation: installation, Server: server },
    statistic: Stats.MAXIMUM,
    period: everyMinute,
    ...look,
  });

export const installationMetric = (
  installation: string,
  metricName: InstallationFigure,
  statistic: string = Stats.MAXIMUM,
  period: Duration = everyMinute,
): Metric =>
  new Metric({ namespace, metricName, dimensionsMap: { Installation: installation }, statistic, period });

/**
 * By how much a figure that stands until somebody acts has grown since the minute before: each growth is news, while the figure
 * itself may stay for ever. Nothing is known of the first minute after a silence.
 */
export const growthOf = (installation: string, metricName: 'Halted' | 'Held' | 'Parked'): MathExpression =>
  new MathExpression({
    expression: 'DIFF(total)',
    usingMetrics: { total: installationMetric(installation, metricName) },
    label: `${metricName}, more than the minute before`,
    period: everyMinute,
  });

export type { IMetric };
