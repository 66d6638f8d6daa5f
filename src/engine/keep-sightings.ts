/** Puts down what an ingest told about clocks, and reports what servers rewrote. */
import { underZone } from '../core/clock-trust.ts';
import { withStamping } from '../core/server-clock.ts';
import { withBehind } from '../core/user-clock.ts';
import { keepClockHalts } from './clock-halts.ts';
import type { Engine, Place, PlaceName } from './engine.ts';
import type { Sightings } from './sightings.ts';

export async function keepSightings(
  engine: Engine,
  { plan, link }: Place,
  sightings: Sightings,
): Promise<void> {
  if (sightings.stamping) {
    const stored = await engine.control.clock(link.server);
    if (stored) {
      const next = withStamping(underZone(stored, link.timeZone), sightings.stamping);
      await keepClockHalts(engine, link.server, stored, next);
      // Where another run was faster, the next own write is measured instead.
      await engine.control.putClock(next);
    }
  }
  if (sightings.behindMs > 0)
    await keepBehind(engine, { table: plan.name, server: link.server }, sightings.behindMs);
  for (const endless of sightings.endless.values())
    engine.report({ kind: 'rewritten-endlessly', table: plan.name, server: link.server, ...endless });
  for (const [field, records] of sightings.rewritten) {
    engine.report({ kind: 'rewritten', table: plan.name, server: link.server, field, records });
  }
}

/** The worst of what any process saw is kept: a smaller one in its place would leave later edits by that clock unread (R1). */
async function keepBehind(
  { control, clock }: Engine,
  { table, server }: PlaceName,
  byMs: number,
): Promise<void> {
  // Again only where another process stored something meanwhile.
  for (let isKept = false; !isKept; ) {
    const before = await control.userClock(table, server);
    const next = withBehind(before, table, server, byMs, clock.now());
    isKept = next === before || (await control.putUserClock(next));
  }
}
