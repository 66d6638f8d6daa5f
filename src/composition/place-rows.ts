/** Each table on each server in one row: what `status` shows first, and the console. Asks no server. */
import { lagMs } from '../core/lag.ts';
import type { Role } from '../core/link.ts';
import type { EpochMs } from '../core/names.ts';
import type { FailingServer } from '../core/run-record.ts';
import { isSamePlace, type PlaceName } from '../engine/engine.ts';
import type { Control } from '../ports/control.ts';
import { failingNow } from './attention/failing.ts';
import type { Look } from './attention/matter.ts';
import type { Overview } from './overview.ts';
import { Standstills } from './paused-places.ts';
import { unreadPlaces } from './unread.ts';

export type PlaceState =
  /** It waits for a person's answer. */
  | 'halted'
  | 'paused'
  | 'maintenance'
  /** Its server cannot be read or written now. */
  | 'failing'
  /** It was never read to its end. */
  | 'not-read'
  /** Of a stack: it should have been read by now. */
  | 'late'
  | 'going';

export type PlaceRow = PlaceName & {
  readonly role: Role;
  readonly state: PlaceState;
  /** How old the oldest change is that is not there yet; 0: none waits, or it stands still on purpose. */
  readonly lagMs: number;
  /** Reference time up to which its changes are in; absent where it only receives. */
  readonly readUpTo?: EpochMs;
  /** Keys that wait to be delivered there. */
  readonly pending: number;
  readonly parked: number;
  /** Fields held in which it has a value of its own. */
  readonly held: number;
  /** What a person types to answer; of `halted`. */
  readonly halt?: string;
  /** When it goes on by itself; of `paused` and `maintenance`. */
  readonly until?: EpochMs;
  /** Why; of `failing`. */
  readonly code?: string;
};

/** In the order of the configuration. */
export async function placeRows(look: Look, overview: Overview): Promise<readonly PlaceRow[]> {
  const { configuration, control, now } = look;
  const [backlog, parked, held, failing, stands] = await Promise.all([
    control.backlogPlaces(),
    control.parkedPlaces(),
    heldPlaces(control),
    failingNow(look),
    Standstills.readForLag(configuration, control, now),
  ]);
  const late = look.isStack ? unreadPlaces(overview, configuration, now) : [];
  return overview.tables.flatMap(({ table, servers }) =>
    servers.map(({ server, role, readUpTo }): PlaceRow => {
      const place = { table, server };
      const open = backlog.find((one) => isSamePlace(one, place));
      const isStill = stands.at(table, server) !== undefined;
      const since = open && Math.max(open.oldestChangeAt, stands.lastEnd(table, server));
      return {
        ...place,
        role,
        ...stateOf(place, { overview, failing, late, isRead: role === 'receive' || readUpTo !== undefined }),
        lagMs: isStill ? 0 : lagMs(since, now),
        ...(role !== 'receive' && readUpTo !== undefined && { readUpTo }),
        pending: open?.keys ?? 0,
        parked: parked.find((one) => isSamePlace(one, place))?.records ?? 0,
        held: held.get(JSON.stringify([table, server]))?.size ?? 0,
      };
    }),
  );
}

type Known = {
  readonly overview: Overview;
  readonly failing: readonly FailingServer[];
  readonly late: readonly PlaceName[];
  readonly isRead: boolean;
};

type Standing = Pick<PlaceRow, 'state' | 'halt' | 'until' | 'code'>;

/** The worst that is so. */
function stateOf(place: PlaceName, { overview, failing, late, isRead }: Known): Standing {
  const halted = overview.halted.find((one) => isSamePlace(one, place));
  if (halted) return { state: 'halted', halt: halted.id };
  const paused = overview.paused.find((one) => isSamePlace(one, place));
  if (paused) {
    const { why, until } = paused;
    return { state: why === 'pause' ? 'paused' : why, ...(until !== undefined && { until }) };
  }
  const failed = failing.find(({ server }) => server === place.server);
  if (failed) return { state: 'failing', code: failed.code };
  if (!isRead) return { state: 'not-read' };
  return { state: late.some((one) => isSamePlace(one, place)) ? 'late' : 'going' };
}

/** Beyond it the figures are lower bounds. */
const mostHeld = 1_000;

/** Fields that wait for a person, by table and server: of each server that has a value of its own in one. */
async function heldPlaces(control: Pick<Control, 'conflicts'>): Promise<ReadonlyMap<string, Set<string>>> {
  const places = new Map<string, Set<string>>();
  for (const { table, key, field, winner, loser } of await control.conflicts(mostHeld, { open: true }))
    for (const { server } of [winner, loser]) {
      const name = JSON.stringify([table, server]);
      places.set(name, (places.get(name) ?? new Set()).add(JSON.stringify([key, field])));
    }
  return places;
}
