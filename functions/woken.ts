/**
 * A reader that was started by a hint: it reads the tables that were hinted at, rests, and reads again what was hinted at meanwhile, until
 * nothing is. As long as it listens, calls start no other one; so 10,000 calls are one invocation and a few readings.
 *
 * Between two readings, which are as far apart as the last one took, it holds neither the server's turn nor a session: the schedule reads when
 * its time has come. A tick that finds it reading leaves a mark, and it reads all tables in its stead.
 */
import { type Breaker, isOpen } from '../src/core/breaker.ts';
import { type HintState, hinted, noHint, readAt, readingBegun, readingEnded } from '../src/core/hint.ts';
import type { EpochMs, ServerName, TableName } from '../src/core/names.ts';
import type { ServerReading } from '../src/engine/read-server.ts';
import type { Clock } from '../src/ports/clock.ts';
import { everyTable, type Wakes, type WakeState } from '../src/ports/wakes.ts';

/** How far ahead it says that it listens, ms: after a crash calls start another one so late. */
const aheadMs = 60_000;
/**
 * Where a server cannot be read no call starts another reader for so long, ms: short starts many that ask for nothing, long delays what is hinted
 * at after the server is back.
 */
const rest = { least: 60_000, most: 5 * 60_000 };
/** A server that refused the account is left alone for hints so much longer, ms: one that is asked often locks it out. Assumed. */
const refusedMs = 10 * 60_000;

/** No reading for a hint begins before: the schedule alone asks a server that fails, and finds it back. */
export const hintsRestUntil = (breaker: Breaker | undefined): EpochMs =>
  breaker === undefined || !isOpen(breaker)
    ? 0
    : breaker.tryAt + (breaker.code === 'account-refused' ? refusedMs : 0);

/** Another process reads the server: so long until the next try, and so many tries, which is longer than most readings take. */
const busy = { waitMs: 1_000, tries: 45 };

export type WokenParts = {
  readonly wakes: Wakes;
  readonly clock: Clock;
  /** Reads these tables, or all as the schedule does; `changed` is told of each change that was new. */
  readonly read: (
    tables: ReadonlySet<TableName> | 'all',
    changed: () => void,
  ) => Promise<ServerReading | 'failed'>;
  /** After one that failed. */
  readonly restsUntil: () => Promise<EpochMs>;
  /** Whether there is time for another reading. */
  readonly hasTime: () => boolean;
  readonly signal: AbortSignal;
};

export type Woken = {
  /** How many there were. */
  readonly readings: number;
  /** The server could not be read. */
  readonly failed: boolean;
};

export async function readWhatIsHinted(server: ServerName, parts: WokenParts): Promise<Woken> {
  const { wakes, clock, hasTime, signal } = parts;
  const tables = new Map<TableName, HintState>();
  let [seen, readings, restsUntil] = [-1, 0, 0];
  while (hasTime()) {
    const state = await wakes.wake(server);
    if (state === undefined) return { readings, failed: false };
    seen = noteNew(tables, state, seen, clock.now());
    const due = dueTables(tables, clock.now());
    if (due.size > 0 && restsUntil <= clock.now()) {
      await wakes.listen(server, clock.now() + aheadMs);
      readings += 1;
      const { reading, tookMs } = await readDue(due, tables, parts);
      restsUntil = clock.now() + tookMs;
      if (reading === 'failed') {
        await wakes.listen(server, await afterFailure(parts));
        return { readings, failed: true };
      }
      continue;
    }
    const next = nextAt(tables);
    if (next === undefined && (await wakes.leave(server, state.rev))) return { readings, failed: false };
    if (next === undefined) continue;
    const at = Math.max(clock.now(), next, restsUntil);
    await wakes.listen(server, at + aheadMs);
    await clock.sleep(at - clock.now(), signal);
  }
  // What is left is found by the schedule, and the next hint starts another.
  await wakes.listen(server, 0);
  return { readings, failed: false };
}

/** Until when calls start no other reader; what they hint at meanwhile is found by the schedule. */
async function afterFailure({ clock, restsUntil }: WokenParts): Promise<EpochMs> {
  const [until, now] = [await restsUntil(), clock.now()];
  return Math.min(Math.max(until, now + rest.least), now + rest.most);
}

/** Which hints came since the last look. Returns up to where it looked. */
function noteNew(
  tables: Map<TableName, HintState>,
  { rev, done, tables: hints }: WakeState,
  seen: number,
  now: number,
): number {
  const from = Math.max(done, seen);
  for (const [table, hint] of hints)
    if (hint.rev > from) tables.set(table, hinted(tables.get(table) ?? noHint, Math.min(hint.at, now)));
  return rev;
}

const dueTables = (tables: ReadonlyMap<TableName, HintState>, now: number): ReadonlySet<TableName> =>
  new Set([...tables].flatMap(([table, state]) => ((readAt(state) ?? now + 1) <= now ? table : [])));

function nextAt(tables: ReadonlyMap<TableName, HintState>): number | undefined {
  const all = [...tables.values()].flatMap((state) => readAt(state) ?? []);
  return all.length === 0 ? undefined : Math.min(...all);
}

type ReadDue = {
  readonly reading: ServerReading | 'failed';
  /** Without the wait for its turn. */
  readonly tookMs: number;
};

async function readDue(
  due: ReadonlySet<TableName>,
  tables: Map<TableName, HintState>,
  { clock, read, hasTime, signal }: WokenParts,
): Promise<ReadDue> {
  const before = [...due].map((table) => [table, tables.get(table) ?? noHint] as const);
  const which = due.has(everyTable) ? 'all' : due;
  let begunAt = clock.now();
  for (const [table, state] of before) tables.set(table, readingBegun(state));
  let changes = 0;
  const changed = (): void => {
    changes += 1;
  };
  let reading = await read(which, changed);
  for (let tries = 1; reading === 'busy' && tries < busy.tries && hasTime(); tries += 1) {
    await clock.sleep(busy.waitMs, signal);
    begunAt = clock.now();
    reading = await read(which, changed);
  }
  const now = clock.now();
  if (reading === 'busy') {
    // Whoever reads may have passed these tables.
    for (const [table, state] of before) tables.set(table, state);
    return { reading, tookMs: 0 };
  }
  const ended = { begunAt, now, foundNew: changes > 0 };
  for (const table of due) tables.set(table, readingEnded(tables.get(table) ?? noHint, ended));
  return { reading, tookMs: now - begunAt };
}
