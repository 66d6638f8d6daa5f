/**
 * Parked records whose time for another try has come: the cause may have passed by itself, or a person asked.
 *
 *   R2  A batch row is all that is made; whether the record is behind, and what to write, is found by who works on it.
 *   R7  The next wait is stored before the row, and grows: a record that is refused for ever costs a request a day.
 *
 * What cannot be told apart, or has a file that could not be read, is no work for a batch row: it has to be looked up, by who reads the
 * server (recheck.ts).
 */
import type { Parked } from '../core/conflict.ts';
import { receives } from '../core/link.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import { putOff } from '../core/parking.ts';
import { refusalOf } from '../core/refusals.ts';
import { chunksOf, type Engine, type Place, placeOf } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { isMet } from './meet.ts';
import { isOutdated } from './outdated.ts';
import { standstillOf } from './paused.ts';
import { paged } from './paged.ts';
import { isKeyless, isToBeRead } from './park.ts';

/** Due records taken at once: what is left is still due at the next look. */
export const mostDue = 1_000;

/** Longer keys go a way on which rows of any size may be stored (design: whoever measures stores only what is small). */
const longestKey = 700;

export type Retried = {
  /** Records that were put into batches. */
  readonly records: number;
  /** Whether others are due that have to be looked up first. */
  readonly lookUps: boolean;
};

const needsReader = (one: Parked): boolean => isToBeRead(one) || one.key.length > longestKey;

/** Asks nothing of the server. Records of tables that wait for a person, or are not received, are put off too. */
export async function retryDue(engine: Engine, server: ServerName): Promise<Retried> {
  const now = engine.clock.now();
  const due = await unpaused(engine, server, await engine.control.parkedDue(server, now, mostDue));
  const refused = due.filter((one) => !needsReader(one));
  await engine.control.park(refused.map((one) => putOff(one, now)));
  let records = 0;
  for (const [table, of] of Map.groupBy(refused, (one) => one.table)) {
    const place = placeOf(engine, table, server);
    if (place && (await isWritten(engine, place))) records += await batch(engine, place, of, now);
  }
  return { records, lookUps: refused.length < due.length };
}

/** What is paused keeps its time. */
async function unpaused(
  engine: Engine,
  server: ServerName,
  parked: readonly Parked[],
): Promise<readonly Parked[]> {
  const tables = [...new Set(parked.map(({ table }) => table))];
  const stands = await Promise.all(tables.map((table) => standstillOf(engine, { table, server })));
  return parked.filter(({ table }) => stands[tables.indexOf(table)] === undefined);
}

const isWritten = async (engine: Engine, place: Place): Promise<boolean> =>
  receives(place.link) && (await isMet(engine, place)) && !(await isOutdated(engine, place));

async function batch(engine: Engine, place: Place, parked: readonly Parked[], now: EpochMs): Promise<number> {
  const keys = parked.map(({ key, version }) => ({ key, version }));
  const rows = chunksOf(keys, engine.settings.batchSize).map((chunk) =>
    newBatch(engine, place, place.link.server, chunk, now),
  );
  await engine.control.putBatches(rows);
  await announce(engine, rows);
  return keys.length;
}

/**
 * Records that are parked there since `since` for what may pass, put into batches once more: what they waited for may have
 * arrived meanwhile. Only where they are fewer than `before`; returns how many they are.
 */
export async function retryFresh(
  engine: Engine,
  place: Place,
  since: EpochMs,
  before: number,
): Promise<number> {
  if (!(await isWritten(engine, place))) return 0;
  const fresh: Parked[] = [];
  const { plan, link } = place;
  const pages = paged<Parked>((after) =>
    engine.control.parkedPage(plan.name, link.server, engine.settings.batchSize, after?.key),
  );
  for await (const page of pages) {
    fresh.push(...page.filter((one) => one.at >= since && mayPass(one)));
  }
  if (fresh.length > 0 && fresh.length < before) await batch(engine, place, fresh, engine.clock.now());
  return fresh.length;
}

const mayPass = (one: Parked): boolean => !isKeyless(one) && !isToBeRead(one) && refusalOf(one.code).passes;
