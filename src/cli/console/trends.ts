/** What became of clocks, lag and throughput, for plots. */
import type { TrendsAnswer } from '../../console/api/trends.ts';
import type { StatePlace } from '../opened-state.ts';
import type { Seen } from './seeing.ts';

const hourMs = 3_600_000;

export async function trendsAnswer(
  { configuration, state, now }: Seen,
  _place: StatePlace,
  hours: number,
): Promise<TrendsAnswer> {
  const from = now - hours * hourMs;
  const servers = await Promise.all(
    configuration.servers.map(async ({ name }) => {
      const clocks = await state.control.clockHistory(name, mostPoints);
      return {
        server: name,
        lag: [],
        clock: clocks
          .filter(({ measuredAt }) => measuredAt >= from)
          .map(({ measuredAt: at, offset: { lo, hi } }) => ({ at, lo, hi }))
          .toReversed(),
        written: [],
      };
    }),
  );
  return { from, to: now, servers };
}

const mostPoints = 2_000;
