/** What the functions of a stack published to CloudWatch, read with the operator's own credentials. */
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { figureDimensions, figuresNamespace, type ServerFigure } from '../../config/figures.ts';
import type { ServerTrend, TrendsAnswer } from '../../console/api/trends.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import { AwsStateError } from '../../state/aws/state-error.ts';
import { asOperator, operatorClient, regionOf } from '../operator-request.ts';
import type { Span } from './thinned.ts';

/** The worst of each period. */
const statistics = {
  Lag: 'Maximum',
  Pending: 'Maximum',
  OffsetLow: 'Minimum',
  OffsetHigh: 'Maximum',
  Written: 'Sum',
} as const satisfies Partial<Record<ServerFigure, string>>;

type Drawn = keyof typeof statistics;

const figures: readonly Drawn[] = ['Lag', 'Pending', 'OffsetLow', 'OffsetHigh', 'Written'];

/** Values of a figure by the beginning of their periods. */
type Values = ReadonlyMap<EpochMs, number>;

/** What cannot be read is told as a note: the rest of the console does not need it. Throws Refused without a region. */
export async function publishedTrends(
  stack: string,
  servers: readonly ServerName[],
  span: Span,
): Promise<Pick<TrendsAnswer, 'servers' | 'note'>> {
  try {
    return { servers: await publishedOrThrow(stack, servers, span) };
  } catch (error) {
    if (!(error instanceof AwsStateError)) throw error;
    return {
      servers: servers.map((server) => ({ server, lag: [], clock: [], written: [] })),
      note: error.message,
    };
  }
}

/** Throws AwsStateError; Refused without a region. */
export async function publishedOrThrow(
  stack: string,
  servers: readonly ServerName[],
  span: Span,
): Promise<readonly ServerTrend[]> {
  const client = new CloudWatchClient(operatorClient);
  try {
    const asked = {
      what: `the figures of stack ${stack}`,
      region: await regionOf(client),
      action: 'cloudwatch:GetMetricData',
    };
    const values = await asOperator(asked, () => published(client, stack, servers, span));
    return servers.map((server, at) => trendOf(server, at, values, periodMs(span)));
  } finally {
    client.destroy();
  }
}

const minuteMs = 60_000;

/** At most some 400 points. CloudWatch keeps single minutes for 15 days, 5 minutes for 63. */
function periodMs({ from, to }: Span): number {
  const minutes = (to - from) / minuteMs / 400;
  const period = [1, 5, 15, 30, 60, 120].find((one) => one >= minutes) ?? 120;
  return period * minuteMs;
}

/** An id begins with a small letter, and says which server of the list. */
const idOf = (figure: Drawn, at: number): string => `${figure.toLowerCase()}_${at}`;

const queryOf = (
  stack: string,
  server: ServerName,
  at: number,
  figure: Drawn,
  period: number,
): MetricDataQuery => ({
  Id: idOf(figure, at),
  MetricStat: {
    Metric: {
      Namespace: figuresNamespace,
      MetricName: figure,
      Dimensions: Object.entries(figureDimensions(stack, server)).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: period / 1000,
    Stat: statistics[figure],
  },
});

/** What one request takes. */
const mostQueries = 500;

async function published(
  client: CloudWatchClient,
  stack: string,
  servers: readonly ServerName[],
  span: Span,
): Promise<ReadonlyMap<string, Values>> {
  const period = periodMs(span);
  const queries = servers.flatMap((server, at) =>
    figures.map((figure) => queryOf(stack, server, at, figure, period)),
  );
  const found = new Map<string, Map<EpochMs, number>>();
  for (let at = 0; at < queries.length; at += mostQueries) {
    let next: string | undefined;
    do {
      const { MetricDataResults = [], NextToken } = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(span.from),
          EndTime: new Date(span.to),
          ScanBy: 'TimestampAscending',
          MetricDataQueries: queries.slice(at, at + mostQueries),
          ...(next !== undefined && { NextToken: next }),
        }),
      );
      for (const { Id = '', Timestamps = [], Values: values = [] } of MetricDataResults) {
        const of = found.get(Id) ?? new Map<EpochMs, number>();
        Timestamps.forEach((time, place) => of.set(time.getTime(), values[place] ?? 0));
        found.set(Id, of);
      }
      next = NextToken;
    } while (next !== undefined);
  }
  return found;
}

function trendOf(
  server: ServerName,
  at: number,
  values: ReadonlyMap<string, Values>,
  period: number,
): ServerTrend {
  const of = (figure: Drawn): Values => values.get(idOf(figure, at)) ?? new Map();
  const [pending, high] = [of('Pending'), of('OffsetHigh')];
  return {
    server,
    lag: inOrder(of('Lag')).map(([time, seconds]) => ({
      at: time,
      lagMs: seconds * 1000,
      pending: pending.get(time) ?? 0,
    })),
    clock: inOrder(of('OffsetLow')).map(([time, lo]) => ({ at: time, lo, hi: high.get(time) ?? lo })),
    written: inOrder(of('Written')).map(([from, records]) => ({ from, at: from + period, records })),
  };
}

const inOrder = (values: Values): readonly (readonly [EpochMs, number])[] =>
  [...values].toSorted(([one], [other]) => one - other);
