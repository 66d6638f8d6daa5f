/** What a sample of a table's records shows: whether keys and stamps can be worked with, and how fast a page comes. */
import { count, duration } from '../composition/words.ts';
import type { ServerConfiguration } from '../config/configuration.ts';
import type { Interval } from '../core/interval.ts';
import type { FieldName } from '../core/names.ts';
import { type RawStamp, shownInstants } from '../core/stamp.ts';
import { zoneErrorMs } from '../core/server-clock.ts';
import { parseWallTime } from '../core/wall-time.ts';
import type { Clock } from '../ports/clock.ts';
import type { InspectedRow, InspectedRows, Inspection } from '../ports/inspection.ts';
import type { TableBinding } from '../ports/server.ts';
import { checks } from './catalogue.ts';
import { failed, type Found, ok, unproven, warning } from './finding.ts';
import type { FitTable } from './table-checks.ts';

const pageRows = 100;

export type Sample = {
  readonly first: InspectedRows;
  /** The first page and the last, without doubles. */
  readonly rows: readonly InspectedRow[];
  /** Whether these are all that the account sees. */
  readonly isWhole: boolean;
  readonly pageMs: number;
};

/** Three pages at most. */
export async function sampleOf(
  inspection: Inspection,
  { database, layout }: TableBinding,
  clock: Clock,
  signal: AbortSignal,
): Promise<Sample> {
  // The first one pays for the session, and for what the server has to fetch from disk.
  await inspection.rows(database, layout, { limit: 1 }, signal);
  const startedAt = clock.now();
  const first = await inspection.rows(database, layout, { limit: pageRows }, signal);
  const pageMs = clock.now() - startedAt;
  const { total = first.rows.length } = first;
  const skip = Math.max(pageRows, total - pageRows);
  const last =
    total > pageRows ? (await inspection.rows(database, layout, { skip, limit: pageRows }, signal)).rows : [];
  const rows = new Map([...first.rows, ...last].map((row) => [row.recordId, row]));
  const isWhole = first.total === undefined ? first.rows.length < pageRows : rows.size >= total;
  return { first, rows: [...rows.values()], isWhole, pageMs };
}

export function rowsFinding({ first: { total, inTable, rows } }: Sample): Found {
  if (total === undefined || inTable === undefined)
    return unproven('rows', 'the server does not tell how many records the table has');
  const figures = { seen: total, inTable };
  if (total >= inTable) return ok('rows', `the account sees all of ${count(inTable, 'record')}`, figures);
  const text = `the account sees ${total.toLocaleString('en-US')} of ${count(inTable, 'record')}`;
  return rows.length === 0
    ? failed('rows', text, checks.rows.remedy, figures)
    : warning('rows', text, checks.rows.remedy, figures);
}

/** Record ids that are shown of those at fault: they can be found by Get ( RecordID ). */
const mostShown = 5;

export function keyFinding({ rows }: Sample, { binding, layout }: FitTable): Found {
  const field = binding.keyField;
  const isEntered = layout.fields.some(({ name, autoEnter }) => name === field && autoEnter);
  const remedy = checks.key.remedy;
  const empty = rows.filter((row) => valueOf(row, field) === '');
  const alike = Map.groupBy(
    rows.filter((row) => !empty.includes(row)),
    (row) => valueOf(row, field),
  );
  const doubled = [...alike.values()].filter((each) => each.length > 1).flat();
  const figures = { looked: rows.length, empty: empty.length, doubled: doubled.length };
  if (empty.length + doubled.length > 0) {
    const parts = [
      ...(empty.length > 0 ? [`is empty in ${inRecords(empty)}`] : []),
      ...(doubled.length > 0 ? [`is the same in ${inRecords(doubled)}`] : []),
    ];
    return failed(
      'key',
      `key ${field} ${parts.join(', and ')}, of ${count(rows.length, 'record')} looked at`,
      remedy,
      figures,
    );
  }
  const filled =
    rows.length === 0
      ? 'there is no record to look at'
      : `filled, and another one in each of ${count(rows.length, 'record')} looked at`;
  const text = `key ${field}: ${filled}`;
  if (isEntered || binding.role === 'receive') return ok('key', text, figures);
  return warning('key', `${text}; but FileMaker does not fill it in new records`, remedy, figures);
}

const inRecords = (rows: readonly InspectedRow[]): string => {
  const ids = rows.slice(0, mostShown).map(({ recordId }) => recordId);
  const more = rows.length > ids.length ? ', …' : '';
  return `${count(rows.length, 'record')} (record ids ${ids.join(', ')}${more})`;
};

/** Who stamps is for a write probe to prove; a stamp that is still to come shows that the zone is wrong. */
export function stampFindings(
  { rows }: Sample,
  binding: TableBinding,
  { timeZone }: ServerConfiguration,
  serverNow: Interval,
): readonly Found[] {
  const stamps = rows.map((row) => stampIn(valueOf(row, binding.stampField), binding));
  const without = rows.filter((_, at) => stamps[at]?.kind === 'empty');
  const figures = { looked: rows.length, without: without.length };
  const field = binding.stampField;
  const filled =
    without.length === 0
      ? ok(
          'stamp',
          `stamp ${field}: ${rows.length === 0 ? 'there is no record to look at' : `filled in all of ${count(rows.length, 'record')} looked at`}`,
          figures,
        )
      : warning(
          'stamp',
          `stamp ${field} is empty, or cannot be read, in ${inRecords(without)}, of ${rows.length} looked at`,
          checks.stamp.remedy,
          figures,
        );
  return [filled, zoneFinding(stamps, timeZone, serverNow)];
}

function zoneFinding(stamps: readonly RawStamp[], timeZone: string, serverNow: Interval): Found {
  const latest = Math.max(...stamps.flatMap((stamp) => shownInstants(stamp, timeZone)?.lo ?? []));
  const ahead = latest - serverNow.hi;
  if (ahead < zoneErrorMs)
    return unproven(
      'stamp-zone',
      'who stamps records, and in which zone',
      'A record that is written shows it: serversync doctor --write-probe',
    );
  const text = `a record is stamped ${duration(ahead)} later than it is now there, read in the zone ${timeZone}`;
  return warning('stamp-zone', text, checks['stamp-zone'].remedy, { aheadMs: ahead });
}

export function stampIn(value: string, { stampedBy }: TableBinding): RawStamp {
  if (stampedBy === 'utcMilliseconds') {
    const number = Number(value);
    return value === '' || !Number.isFinite(number)
      ? { kind: 'empty' }
      : { kind: 'utcMilliseconds', value: number };
  }
  const wall = parseWallTime(value.slice(0, 19));
  return wall === undefined ? { kind: 'empty' } : { kind: 'wall', wall };
}

/** Fewer than these, and a table of a million records takes most of an hour to sweep (assumed to matter). */
const slowRows = 300;

export function pageRateFinding({ first: { rows }, pageMs }: Sample): Found {
  if (rows.length < pageRows)
    return unproven('page-rate', `how fast pages are read: the table has fewer than ${pageRows} records`);
  const rowsPerSecond = Math.round((rows.length / Math.max(1, pageMs)) * 1000);
  const figures = { rows: rows.length, tookMs: pageMs, rowsPerSecond };
  const text = `a page of ${rows.length} records comes in ${pageMs} ms: ${count(rowsPerSecond, 'record')} a second`;
  return rowsPerSecond < slowRows
    ? warning('page-rate', text, checks['page-rate'].remedy, figures)
    : ok('page-rate', text, figures);
}

export const valueOf = ({ values }: InspectedRow, field: FieldName): string =>
  values[field] ?? values[`${field}(1)`] ?? '';
