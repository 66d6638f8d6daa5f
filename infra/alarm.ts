/** One alarm, by what differs from the next. Every description says what to do. */
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

export type Watched = {
  /** As it stands in the subject of the message. */
  readonly name: string;
  readonly description: string;
  readonly metric: IMetric;
  /** From this value on. */
  readonly threshold: number;
  /** How many periods in a row, or `of` how many. */
  readonly periods: number;
  readonly of?: number;
  /** What silence means. Default: nothing is wrong. */
  readonly silence?: 'fine' | 'wrong' | 'unchanged';
  /** Raised where the value is below the threshold. */
  readonly below?: boolean;
};

const missing = {
  fine: TreatMissingData.NOT_BREACHING,
  wrong: TreatMissingData.BREACHING,
  unchanged: TreatMissingData.IGNORE,
};

export function alarmOn(scope: Construct, id: string, watched: Watched): Alarm {
  const { name, description, metric, threshold, periods, of = periods, silence = 'fine' } = watched;
  return new Alarm(scope, id, {
    alarmName: name,
    alarmDescription: description,
    metric,
    threshold,
    comparisonOperator: watched.below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: of,
    datapointsToAlarm: periods,
    treatMissingData: missing[silence],
  });
}
