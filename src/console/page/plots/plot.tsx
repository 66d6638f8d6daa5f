/** A plot with its legend, the values at one time, and the same figures as a table. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { Table } from '../parts/basics.tsx';
import { localTime } from '../words.ts';
import { dataOf } from './columns.ts';
import { type Drawing, height, optionsOf } from './drawing.ts';
import { darkScheme, strokeOf } from './look.ts';
import type { Line, Point } from './series.ts';

export type PlotProps = Omit<Drawing, 'hidden'> & {
  readonly title: string;
  /** What is seen, in a sentence or two. */
  readonly says: string;
  /** Of one point, in full. */
  readonly pointWords: (point: Point) => string;
};

export function Plot(props: PlotProps) {
  const { title, says, lines } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<number | undefined>(undefined);
  const isDark = useDark();
  const heading = useId();
  const toggle = (name: string): void =>
    setHidden((now) => (now.has(name) ? now.difference(new Set([name])) : now.union(new Set([name]))));
  return (
    <figure class="plot card" aria-labelledby={heading}>
      <figcaption class="stack">
        <h3 id={heading}>{title}</h3>
        <p class="small muted">{says}</p>
      </figcaption>
      <Legend lines={lines} hidden={hidden} isDark={isDark} toggle={toggle} />
      <Drawn {...props} hidden={hidden} isDark={isDark} at={at} point={setAt} />
      <At {...props} hidden={hidden} at={at} />
      <Figures {...props} />
    </figure>
  );
}

function useDark(): boolean {
  const [isDark, setDark] = useState(darkScheme().matches);
  useEffect(() => {
    const scheme = darkScheme();
    const look = (): void => setDark(scheme.matches);
    scheme.addEventListener('change', look);
    return () => scheme.removeEventListener('change', look);
  }, []);
  return isDark;
}

type LegendProps = {
  readonly lines: readonly Line[];
  readonly hidden: ReadonlySet<string>;
  readonly isDark: boolean;
  readonly toggle: (name: string) => void;
};

function Legend({ lines, hidden, isDark, toggle }: LegendProps) {
  return (
    <div class="legend" role="group" aria-label="Servers shown">
      {lines.map(({ name }, n) => {
        const { color, dash } = strokeOf(n, isDark);
        return (
          <button type="button" key={name} aria-pressed={!hidden.has(name)} onClick={() => toggle(name)}>
            <svg width="26" height="10" aria-hidden="true">
              <line
                x1="1"
                y1="5"
                x2="25"
                y2="5"
                stroke={color}
                stroke-width="2.5"
                stroke-dasharray={dash.join(' ')}
              />
            </svg>
            {name}
          </button>
        );
      })}
    </div>
  );
}

type DrawnProps = PlotProps & {
  readonly hidden: ReadonlySet<string>;
  readonly isDark: boolean;
  readonly at: number | undefined;
  readonly point: (at: number | undefined) => void;
};

function Drawn(props: DrawnProps) {
  const { title, from, to, at, point, isDark, hidden, lines } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const options = optionsOf(props, current.clientWidth, isDark);
    const setCursor = (drawn: uPlot): void => {
      const { left = -1 } = drawn.cursor;
      point(left < 0 ? undefined : drawn.posToVal(left, 'x') * 1_000);
    };
    const made = new uPlot(
      { ...options, hooks: { ...options.hooks, setCursor: [setCursor] } },
      dataOf(props),
      current,
    );
    plot.current = made;
    const sized = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height }));
    sized.observe(current);
    return () => {
      sized.disconnect();
      made.destroy();
    };
    // A plot is made anew with its data, once a minute at most.
  }, [lines, from, to, isDark, hidden]);
  const look = (value: number): void => {
    const drawn = plot.current;
    drawn?.setCursor({ left: drawn.valToPos(value / 1_000, 'x'), top: 0 });
  };
  return (
    <div class="stack">
      <div class="drawn" ref={place} aria-hidden="true" />
      <input
        class="scrub"
        type="range"
        min={from}
        max={to}
        step={Math.max(1, Math.round((to - from) / 200))}
        value={at ?? to}
        aria-label={`${title}: point in time`}
        aria-valuetext={localTime(at ?? to)}
        onInput={(event) => look(Number(event.currentTarget.value))}
      />
    </div>
  );
}

/** The last point at or before it, unless a gap lies between. */
function pointAt({ points }: Line, at: number): Point | undefined {
  const found = points.findLast((point) => point.at <= at);
  return found === undefined || found.y === null ? undefined : found;
}

function At({
  lines,
  hidden,
  at,
  pointWords,
}: PlotProps & { hidden: ReadonlySet<string>; at: number | undefined }) {
  const shown = lines.filter(({ name }) => !hidden.has(name));
  const words = (line: Line, when: number): string => {
    const found = pointAt(line, when);
    return `${line.name} ${found === undefined ? 'not known' : pointWords(found)}`;
  };
  return (
    <output class="at numbers">
      {at === undefined
        ? 'Point at the plot, or move the slider, for the values at one time.'
        : [localTime(at).slice(0, 16), ...shown.map((line) => words(line, at))].join(' · ')}
    </output>
  );
}

const mostRows = 48;

/** The same for those who do not see the plot, thinned out where it is long. */
function Figures({ title, lines, pointWords }: PlotProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The figures as a table</summary>
      {isOpen ? (
        <Table caption={`${title}, as a table`} heads={['Time', ...lines.map(({ name }) => name)]}>
          {rowsOf(lines).map((at) => (
            <tr key={at}>
              <th scope="row" class="numbers">
                {localTime(at).slice(0, 16)}
              </th>
              {lines.map((line) => {
                const found = pointAt(line, at);
                return <td key={line.name}>{found === undefined ? 'not known' : pointWords(found)}</td>;
              })}
            </tr>
          ))}
        </Table>
      ) : undefined}
    </details>
  );
}

function rowsOf(lines: readonly Line[]): readonly number[] {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))].toSorted(
    (a, b) => b - a,
  );
  const every = Math.ceil(times.length / mostRows);
  return times.filter((_, n) => n % every === 0);
}
