/** What became of lag, clocks and throughput, for plots: as runs of this machine noted it, or as functions published it. */
import type { LagPoint, ServerTrend, TrendsAnswer } from '../../console/api/trends.ts';
import type { LagSample } from '../../core/lag-sample.ts';
import type { ServerName } from '../../core/names.ts';
import type { StatePlace } from '../opened-state.ts';
import type { Seen } from './seeing.ts';
import { least, most, type Span, thinned } from './thinned.ts';

const hourMs = 3_600_000;

export async function trendsAnswer(seen: Seen, place: StatePlace, hours: number): Promise<TrendsAnswer> {
  const span = { from: seen.now - hours * hourMs, to: seen.now };
  const names = seen.configuration.servers.map(({ name }) => name);
  if (place.stack !== undefined) {
    const { publishedTrends } = await import('./published-trends.ts');
    return { ...span, ...(await publishedTrends(place.stack, names, span)) };
  }
  const servers = await Promise.all(names.map((name) => notedTrend(seen, name, span)));
  const isEmpty = servers.every(({ lag }) => lag.length === 0);
  const note = 'lag and throughput are noted while a run is at work: none was in this time';
  return { ...span, servers, ...(isEmpty && { note }) };
}

/** A week of one a minute. */
const mostClocks = 10_000;

async function notedTrend(
  { state: { control, lagSamples } }: Seen,
  server: ServerName,
  span: Span,
): Promise<ServerTrend> {
  const samples = (await lagSamples?.samples(server, span.from)) ?? [];
  const clocks = await control.clockHistory(server, mostClocks);
  return {
    server,
    lag: thinned(samples.map(lagPoint), span, worstLag),
    clock: thinned(
      clocks
        .filter(({ measuredAt }) => measuredAt >= span.from)
        .map(({ measuredAt: at, offset: { lo, hi } }) => ({ at, lo, hi }))
        .toReversed(),
      span,
      (points) => ({ at: points[0].at, lo: least(points, ({ lo }) => lo), hi: most(points, ({ hi }) => hi) }),
    ),
    written: thinned(writtenIn(samples), span, (points) => ({
      from: points[0].from,
      at: most(points, ({ at }) => at),
      records: points.reduce((sum, { records }) => sum + records, 0),
    })),
  };
}

const lagPoint = ({ at, lagMs, pending }: LagSample): LagPoint => ({ at, lagMs, pending });

/** At the time of the worst lag: what is drawn was so then. */
export const worstLag = (points: readonly [LagPoint, ...LagPoint[]]): LagPoint => ({
  ...points.reduce((worst, point) => (point.lagMs > worst.lagMs ? point : worst)),
  pending: most(points, ({ pending }) => pending),
});

/** The first sample of a process is of no time. */
const writtenIn = (samples: readonly LagSample[]): ServerTrend['written'] =>
  samples.flatMap(({ from, at, written: records }) => (at > from ? { from, at, records } : []));
