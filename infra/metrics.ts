/** The figures that the functions publish, as alarms and graphs ask for them. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  figureDimensions,
  figuresNamespace as namespace,
  type InstallationFigure,
  type ServerFigure,
} from '../src/config/figures.ts';
import type { ServerName } from '../src/core/names.ts';

/** As often as they are published. */
export const everyMinute = Duration.minutes(1);

export const serverMetric = (
  installation: string,
  server: ServerName,
  metricName: ServerFigure,
  look: { readonly label?: string; readonly color?: string } = {},
): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap: figureDimensions(installation, server),
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
  new Metric({ namespace, metricName, dimensionsMap: figureDimensions(installation), statistic, period });

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
