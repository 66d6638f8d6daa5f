/**
 * What waits for a person as a short letter, once a day: only where something waits, else once a week that all is well.
 *
 *   R9  Neither keys nor values of records: it goes by e-mail.
 */
import type { EpochMs } from '../../core/names.ts';
import type { TimeZone } from '../../core/time-zone.ts';
import { wallTimeAt } from '../../core/wall-time.ts';
import type { Control } from '../../ports/control.ts';
import { count } from '../words.ts';
import { headings, headOf, type Matter, type Words } from './matter.ts';

export type Report = {
  /** One line, at most 100 letters: what SNS takes as a subject. */
  readonly subject: string;
  readonly text: string;
};

export type Reported = {
  readonly matters: readonly Matter[];
  readonly day: DayFigures;
  readonly now: EpochMs;
  /** Such as `ServerSync North`. */
  readonly title: string;
  /** A command as it is typed. */
  readonly typed: (words: Words) => string;
};

/** Of the 24 hours before the report. */
export type DayFigures = {
  readonly conflicts: number;
  /** What people decided, paused and resumed. */
  readonly acts: number;
  /** What runs wrote; a stack keeps no runs. */
  readonly written?: number;
};

const dayMs = 86_400_000;

/** Beyond it the figure is a lower bound. */
const mostCounted = 1_000;

export async function dayFigures(
  control: Pick<Control, 'conflicts' | 'acts' | 'runs'>,
  now: EpochMs,
  isStack: boolean,
): Promise<DayFigures> {
  const since = now - dayMs;
  const [conflicts, acts, runs] = await Promise.all([
    control.conflicts(mostCounted),
    control.acts(mostCounted),
    isStack ? [] : control.runs(mostCounted),
  ]);
  const written = runs
    .filter(({ startedAt, endedAt }) => (endedAt ?? startedAt) > since)
    .reduce((sum, { created, updated }) => sum + created + updated, 0);
  return {
    conflicts: conflicts.filter(({ at }) => at > since).length,
    acts: acts.filter(({ at }) => at > since).length,
    ...(!isStack && { written }),
  };
}

/** Days since 1970-01-01, which was a Thursday. */
const monday = 4;

export const isMonday = (now: EpochMs, zone: TimeZone): boolean =>
  Math.floor(wallTimeAt(now, zone) / dayMs) % 7 === monday;

export function reportOf(reported: Reported): Report {
  const { matters, day, title } = reported;
  const waits = count(matters.length, 'matter waits', 'matters wait');
  const verdict = matters.length === 0 ? 'all well' : `${waits} for you`;
  return {
    subject: `${title}: ${verdict}`.slice(0, 100),
    text: [
      matters.length === 0
        ? 'Nothing waits for you.'
        : `${waits} for you. The commands are for the folder of ServerSync.`,
      ...matterLines(reported),
      '',
      dayWords(day),
    ].join('\n'),
  };
}

const matterLines = ({ matters, now, typed }: Reported): readonly string[] =>
  [...Map.groupBy(matters, ({ urgency }) => urgency)].flatMap(([urgency, of]) => [
    '',
    headings[urgency],
    ...of.flatMap((one) => [
      `- ${headOf(one, now)}`,
      ...(one.first === undefined ? [] : [`    ${one.first}`]),
      `    ${typed(one.next)}`,
    ]),
  ]);

function dayWords({ written, conflicts, acts }: DayFigures): string {
  const parts = [
    ...(written === undefined ? [] : [`${count(written, 'record')} written`]),
    `${count(conflicts, 'conflict')} decided or held`,
    `${count(acts, 'act')} of people`,
  ];
  return `In the last 24 hours: ${parts.join(', ')}.`;
}
