/**
 * What is neither read nor written now: paused by a person, or in a window of maintenance.
 *
 *   R2  What waits stays as it is; who is at work there stops behind the page or the batch that it is at.
 */
import { lastMaintenanceEnd, maintenanceNow } from '../core/maintenance.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import {
  lastPauseEnd,
  latest,
  type PausedAt,
  type PauseList,
  pausedNow,
  type Standstill,
} from '../core/pause.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import type { Pace } from './meet.ts';

type Ports = Pick<Engine, 'control' | 'clock' | 'maintenance'>;

/** Of a table on a server, or, without a table, of the server as a whole. */
export const standstillOf = async (ports: Ports, at: PausedAt): Promise<Standstill | undefined> =>
  standstillBy(ports, at, await ports.control.pauses());

function standstillBy(
  { clock, maintenance }: Pick<Ports, 'clock' | 'maintenance'>,
  at: PausedAt,
  pauses: PauseList | undefined,
): Standstill | undefined {
  const now = clock.now();
  const all = [pausedNow(pauses, at, now), maintenanceNow(maintenance.get(at.server), now)];
  return latest(all.filter((one) => one !== undefined));
}

const named = ({ plan, link }: Place): { readonly table: TableName; readonly server: ServerName } => ({
  table: plan.name,
  server: link.server,
});

export const isPaused = async (engine: Ports, place: Place): Promise<boolean> =>
  (await standstillOf(engine, named(place))) !== undefined;

/** The same, of pauses that were read. */
export const isPausedBy = (engine: Ports, place: Place, pauses: PauseList | undefined): boolean =>
  standstillBy(engine, named(place), pauses) !== undefined;

/** Nothing at all is asked of it: it is paused itself, or all of its tables are. */
export async function isServerPaused(engine: Engine, server: ServerName): Promise<boolean> {
  const pauses = await engine.control.pauses();
  if (standstillBy(engine, { server }, pauses) !== undefined) return true;
  const places = placesOn(engine, server);
  return places.length > 0 && places.every((place) => isPausedBy(engine, place, pauses));
}

/** Tables that are paused there. */
export async function pausedOn(engine: Engine, server: ServerName): Promise<ReadonlySet<TableName>> {
  const pauses = await engine.control.pauses();
  const paused = placesOn(engine, server).filter((place) => isPausedBy(engine, place, pauses));
  return new Set(paused.map(({ plan }) => plan.name));
}

/**
 * Work that goes from page to page; `otherwise` where the place is paused before it begins, or stopped it. Such work saves its
 * place where a pace tells it to stop.
 */
export async function unlessPaused<Result extends string, Otherwise>(
  engine: Engine,
  place: Place,
  pace: Pace,
  otherwise: Otherwise,
  work: (pace: Pace) => Promise<Result>,
): Promise<Result | Otherwise> {
  return (await isPaused(engine, place)) ? otherwise : untilPaused(engine, place, pace, otherwise, work);
}

/** The same, of work that looks itself whether the place is paused before it begins. */
export async function untilPaused<Result extends string, Otherwise>(
  engine: Engine,
  place: Place,
  pace: Pace,
  otherwise: Otherwise,
  work: (pace: Pace) => Promise<Result>,
): Promise<Result | Otherwise> {
  let stopped = false;
  const result = await work(async () => {
    if (!stopped) stopped = await isPaused(engine, place);
    return stopped ? 'stop' : pace();
  });
  return stopped && result === 'unfinished' ? otherwise : result;
}

/** When the last pause of each table there ended, so that what was sent before counts as lost; 0 where none did. */
export async function pauseEnds(engine: Ports, server: ServerName): Promise<(table: TableName) => EpochMs> {
  const now = engine.clock.now();
  const list = await engine.control.pauses();
  const window = lastMaintenanceEnd(engine.maintenance.get(server), now);
  return (table) => Math.max(window, lastPauseEnd(list, { table, server }, now));
}
