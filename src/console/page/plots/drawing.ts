/** One plot as uPlot draws it. */
import uPlot from 'uplot';
import type { Span } from './columns.ts';
import { dotsOf } from './dots.ts';
import { frameColors, strokeOf } from './look.ts';
import type { Line } from './series.ts';

export type Drawing = Span & {
  readonly lines: readonly Line[];
  /** Names of lines that are not drawn. */
  readonly hidden: ReadonlySet<string>;
  readonly kind: 'line' | 'band' | 'steps';
  /** At the axis: short. */
  readonly axisWords: (y: number) => string;
  /** A line across: beyond it something is an alarm. */
  readonly alarmAt?: number;
  /** Ticks are multiples of these; absent: of round numbers. */
  readonly ticks?: readonly number[];
};

export const height = 220;

export function optionsOf(drawing: Drawing, width: number, isDark: boolean): uPlot.Options {
  const { kind, lines, hidden, from, to } = drawing;
  return {
    width,
    height,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind !== 'steps' } },
    scales: {
      // A hundredth more, so that what is of just now is not cut.
      x: { time: true, range: () => [from / 1_000, (to + (to - from) / 100) / 1_000] },
      y: { range: (_plot, least, most) => rangeOf(drawing, least, most) },
    },
    axes: axesOf(drawing, isDark),
    series: [
      {},
      ...lines.flatMap(({ name }, n) => seriesOf(name, n, { kind, isDark, show: !hidden.has(name) })),
    ],
    bands:
      kind !== 'band'
        ? []
        : lines.map((_, n) => ({ series: [n * 3 + 3, n * 3 + 2], fill: fillOf(n, isDark) })),
    hooks: { draw: [(plot) => drawAlarm(plot, drawing.alarmAt, isDark)] },
  };
}

const fillOf = (n: number, isDark: boolean): string => `${strokeOf(n, isDark).color}${isDark ? '40' : '2e'}`;

type Shown = { readonly kind: Drawing['kind']; readonly isDark: boolean; readonly show: boolean };

function seriesOf(label: string, n: number, { kind, isDark, show }: Shown): readonly uPlot.Series[] {
  const { color, dash } = strokeOf(n, isDark);
  const bound: uPlot.Series = {
    show: show && kind === 'band',
    stroke: 'transparent',
    points: { show: false },
  };
  const steps = kind === 'steps' ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const drawn: uPlot.Series = {
    label,
    show,
    stroke: color,
    dash: [...dash],
    width: 2,
    points: { size: 7, fill: color, filter: dots },
  };
  if (steps === undefined) return [drawn, bound, bound];
  return [{ ...drawn, points: { show: false }, paths: steps, fill: fillOf(n, isDark) }, bound, bound];
}

function dots(plot: uPlot, seriesIdx: number): number[] {
  const times = plot.data[0];
  return [
    ...dotsOf(Array.from(plot.data[seriesIdx] ?? []), (index) => plot.valToPos(times[index] ?? 0, 'x')),
  ];
}

/** Nothing is below 0 but in a band; a plot of nothing has a scale all the same. */
function rangeOf({ kind, alarmAt }: Drawing, least: number | null, most: number | null): uPlot.Range.MinMax {
  const floor = kind === 'steps' ? 5 : 1_000;
  if (least === null || most === null) return kind === 'band' ? [-floor, floor] : [0, floor];
  const isNear = alarmAt !== undefined && most > alarmAt / 3;
  const top = Math.max(most, isNear ? alarmAt : most, kind === 'band' ? least + 200 : floor);
  const bottom = kind === 'band' ? Math.min(least, 0) : 0;
  return [bottom - (bottom < 0 ? (top - bottom) * 0.08 : 0), Math.max(top, 0) + (top - bottom) * 0.08];
}

function axesOf({ axisWords, ticks }: Drawing, isDark: boolean): uPlot.Axis[] {
  const { text, grid } = frameColors(isDark);
  const font = '12px system-ui, sans-serif';
  const common = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  return [
    { ...common, values: timeWords, space: 64 },
    {
      ...common,
      // As wide as "1 min 30 s".
      size: 80,
      values: (_plot, at) => at.map(axisWords),
      ...(ticks !== undefined && { incrs: [...ticks] }),
    },
  ];
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `14:30`, and the day where another one begins or a tick is a whole day. */
function timeWords(_plot: uPlot, at: readonly number[]): string[] {
  const days = at
    .map((seconds) => new Date(seconds * 1_000))
    .map((date) => `${date.getMonth() + 1}-${two(date.getDate())}`);
  const areDays = new Set(days).size === at.length && at.length > 1;
  return at.map((seconds, n) => {
    const date = new Date(seconds * 1_000);
    const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (areDays) return day;
    const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
    return n > 0 && days[n] !== days[n - 1] ? `${time}\n${day}` : time;
  });
}

function drawAlarm(plot: uPlot, alarmAt: number | undefined, isDark: boolean): void {
  const { min, max } = plot.scales['y'] ?? {};
  if (alarmAt === undefined || min == null || max == null || alarmAt > max) return;
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(alarmAt, 'y', true));
  ctx.save();
  ctx.strokeStyle = frameColors(isDark).alarm;
  ctx.fillStyle = frameColors(isDark).alarm;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${12 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText('alarm', bbox.left + bbox.width - 4 * uPlot.pxRatio, y - 2 * uPlot.pxRatio);
  ctx.restore();
}
