/** The tables of `status`, for a terminal of 80 columns. */
import type { Overview } from '../composition/overview.ts';
import type { PlaceRow, PlaceState } from '../composition/place-rows.ts';
import { clockWords, duration, roughly } from '../composition/words.ts';
import type { EpochMs } from '../core/names.ts';
import { columns, localTime } from './words.ts';

const width = 80;

const stateWords: Readonly<Record<PlaceState, string>> = {
  halted: 'halted',
  paused: 'paused',
  maintenance: 'maintenance',
  failing: 'failing',
  'not-read': 'not read yet',
  late: 'late',
  going: 'ok',
};

const heading = ['table', 'server', 'lag', 'last read', 'pending', 'parked', 'held', 'state'];

/** A row for each table on each server; where names are too wide for that, two lines. */
export function rowLines(places: readonly PlaceRow[], now: EpochMs): readonly string[] {
  const rows = places.map((row) => [row.table, row.server, ...figuresOf(row, now)]);
  const lines = columns([heading, ...rows]);
  if (lines.every((line) => line.length <= width)) return lines;
  const [head = '', ...figures] = columns([heading.slice(2), ...rows.map((row) => row.slice(2))]);
  return [
    `table on server`,
    `    ${head}`,
    ...places.flatMap(({ table, server }, at) => [`${table} on ${server}`, `    ${figures[at] ?? ''}`]),
  ];
}

const figuresOf = (row: PlaceRow, now: EpochMs): readonly string[] => [
  lagWords(row),
  readWords(row, now),
  ...[row.pending, row.parked, row.held].map((n) => n.toLocaleString('en-US')),
  stateOf(row),
];

const isStill = ({ state }: PlaceRow): boolean => state === 'paused' || state === 'maintenance';

function lagWords(row: PlaceRow): string {
  if (isStill(row)) return '-';
  return row.lagMs === 0 ? 'none' : roughly(row.lagMs);
}

const readWords = ({ readUpTo }: PlaceRow, now: EpochMs): string =>
  readUpTo === undefined ? '-' : `${roughly(now - readUpTo)} ago`;

function stateOf({ state, halt, until }: PlaceRow): string {
  if (halt !== undefined) return `halted ${halt}`;
  return until === undefined
    ? stateWords[state]
    : `${stateWords[state]} until ${localTime(until).slice(11, 16)}`;
}

/** What each clock shows, against that of this machine and that of the first server. */
export const serverLines = ({ servers, skewMs }: Overview, now: EpochMs): readonly string[] =>
  columns([
    ['server', 'clock', 'measured', 'skew'],
    ...servers.map(({ server, api, clockOffsetMs, clockMeasuredAt }) => [
      api === 'odata' ? `${server} (OData)` : server,
      clockOffsetMs === undefined ? 'not measured yet' : clockWords(clockOffsetMs),
      clockMeasuredAt === undefined ? '-' : `${roughly(now - clockMeasuredAt)} ago`,
      skewWords(skewMs.find(({ of }) => of === server)),
    ]),
  ]);

function skewWords(skew: Overview['skewMs'][number] | undefined): string {
  if (skew === undefined) return '-';
  if (Math.abs(skew.ms) < leastShownMs) return `none against ${skew.against}`;
  return `${duration(skew.ms)} ${skew.ms < 0 ? 'behind' : 'ahead of'} ${skew.against}`;
}

/** Less than this would be shown as 0.0 s. */
const leastShownMs = 50;

/** What each server is known to hold. */
export const holdingLines = ({ tables }: Overview): readonly string[] =>
  columns([
    ['table', 'server', 'role', 'records'],
    ...tables.flatMap(({ table, servers, records: all }) =>
      servers.map(({ server, role, records, hasShare }) => [
        table,
        server,
        role,
        `${records.toLocaleString('en-US')}${hasShare ? ` of ${all.toLocaleString('en-US')}` : ''}`,
      ]),
    ),
  ]);
