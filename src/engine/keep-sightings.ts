/** Puts down what an ingest told about clocks, and reports what servers rewrote. */
import { underZone } from '../core/clock-trust.ts';
import { withStamping } from '../core/server-clock.ts';
import { withBehind } from '../core/user-clock.ts';
import { keepClockHalts } from './clock-halts.ts';
import type { Engine, Place } from './engine.ts';
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
  if (sightings.behindMs > 0) {
    const before = await engine.control.userClock(plan.name, link.server);
    const now = engine.clock.now();
    await engine.control.putUserClock(withBehind(before, plan.name, link.server, sightings.behindMs, now));
  }
  for (const endless of sightings.endless.values())
    engine.report({ kind: 'rewritten-endlessly', table: plan.name, server: link.server, ...endless });
  for (const [field, records] of sightings.rewritten) {
    engine.report({ kind: 'rewritten', table: plan.name, server: link.server, field, records });
  }
}
