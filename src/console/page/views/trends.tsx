/** Lag, clocks and what was written, over time. */
import { useMemo, useState } from 'preact/hooks';
import { count, duration } from '../../../composition/words.ts';
import type { OverviewAnswer } from '../../api/overview.ts';
import type { TrendsAnswer } from '../../api/trends.ts';
import { Of } from '../parts/basics.tsx';
import { Plot } from '../plots/plot.tsx';
import { clockLines, type Line, lagLines, type Point, writtenIn } from '../plots/series.ts';
import { usePolled } from '../poll.ts';
import { clockWords, figure } from '../words.ts';

const ranges = [
  ['1', '1 h', 'the last hour'],
  ['24', '24 h', 'the last 24 hours'],
  ['168', '7 d', 'the last 7 days'],
  ['720', '30 d', 'the last 30 days'],
] as const;

const trendsEveryMs = 60_000;

export function Trends({ overview }: { readonly overview: OverviewAnswer }) {
  const [hours, setHours] = useState<string>('24');
  const trends = usePolled('GET /api/trends', { hours }, trendsEveryMs);
  return (
    <section class="trends" aria-labelledby="trends">
      <div class="head">
        <h2 id="trends">Over time</h2>
        <div class="segments" role="group" aria-label="Time shown">
          {ranges.map(([of, short, words]) => (
            <button type="button" key={of} aria-pressed={hours === of} onClick={() => setHours(of)}>
              <span aria-hidden="true">{short}</span>
              <span class="only-read">{words}</span>
            </button>
          ))}
        </div>
      </div>
      <Of polled={trends} what="what became of it">
        {(answer) => <Plots trends={answer} alarms={overview.alarms} />}
      </Of>
    </section>
  );
}

type PlotsProps = { readonly trends: TrendsAnswer; readonly alarms: OverviewAnswer['alarms'] };

const secondsAndMore = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 43_200_000, 86_400_000,
  172_800_000, 432_000_000, 864_000_000, 2_592_000_000,
];

/** At an axis: `30 s`, `-0.2 s`, `2 h`. */
const axisDuration = (ms: number): string =>
  ms === 0
    ? '0'
    : `${ms < 0 ? '−' : ''}${Math.abs(ms) < 100 ? `${Math.abs(ms)} ms` : duration(ms).replace('.0 s', ' s')}`;

function Plots({ trends, alarms }: PlotsProps) {
  const { from, to } = trends;
  const drawn = useMemo(
    () => ({ lag: lagLines(trends), clock: clockLines(trends), written: writtenIn(trends) }),
    [trends],
  );
  const common = { from, to };
  return (
    <>
      {trends.note === undefined ? undefined : <p class="hint">{trends.note}</p>}
      <div class="plots">
        <Plot
          {...common}
          kind="line"
          title="Lag"
          says={lagWords(drawn.lag)}
          lines={drawn.lag}
          alarmAt={alarms.lagMs}
          axisWords={axisDuration}
          ticks={secondsAndMore}
          pointWords={lagAt}
        />
        <Plot
          {...common}
          kind="band"
          title="Clocks (skew)"
          says={clockSays(drawn.clock)}
          lines={drawn.clock}
          axisWords={axisDuration}
          ticks={secondsAndMore}
          pointWords={({ lo = 0, hi = 0 }) => clockWords({ lo, hi })}
        />
        <Plot
          {...common}
          kind="steps"
          title={`Records written, each ${duration(drawn.written.ofMs).replace(' 0 min', '')}`}
          says={writtenWords(drawn.written.lines)}
          lines={drawn.written.lines}
          axisWords={figure}
          pointWords={({ y }) => count(y ?? 0, 'record')}
        />
      </div>
    </>
  );
}

/** As the rows of the overview say it. */
const lagAt = ({ y, waiting = 0 }: Point): string =>
  y !== 0 ? duration(y ?? 0) : waiting > 0 ? 'stands still' : 'nothing waits';

const known = ({ points }: Line): readonly Point[] => points.filter(({ y }) => y !== null);

function lagWords(lines: readonly Line[]): string {
  const worst = lines.flatMap((line) => known(line).map(({ y }) => ({ name: line.name, y: y ?? 0 })));
  const most = worst.toSorted((a, b) => b.y - a.y)[0];
  const what = 'How old the oldest change is that has not reached a server; none counts while it is paused.';
  if (most === undefined) return `${what} Nothing is known of this time.`;
  return most.y === 0
    ? `${what} No server was behind.`
    : `${what} At most ${duration(most.y)}, on ${most.name}.`;
}

function clockSays(lines: readonly Line[]): string {
  const now = lines.flatMap((line) => {
    const last = known(line).at(-1);
    return last === undefined ? [] : [`${line.name} ${clockWords({ lo: last.lo ?? 0, hi: last.hi ?? 0 })}`];
  });
  const what =
    "Each server's clock against that of the machine that syncs; the band is how surely it is known.";
  return now.length === 0
    ? `${what} Nothing was measured in this time.`
    : `${what} At last: ${now.join('; ')}.`;
}

function writtenWords(lines: readonly Line[]): string {
  const what = 'Created, changed or deleted there by the sync';
  const sums = lines.flatMap((line) => {
    const points = known(line);
    return points.length === 0 ? [] : [`${line.name} ${figure(sumOf(points))}`];
  });
  return sums.length === 0 ? `${what}. Nothing is known of this time.` : `${what}: ${sums.join(', ')}.`;
}

const sumOf = (points: readonly Point[]): number => points.reduce((sum, { y }) => sum + (y ?? 0), 0);
