/**
 * Halts for what is wrong with a server's clocks, on every table that it has.
 *
 *   R8  They are raised before what was measured is stored, so that nobody reads or writes by it. What is wrong is seen in the
 *       state of the clock, not in the moment in which it was found: a table that is halted for something else comes after.
 */
import type { ClockState } from '../core/clock-state.ts';
import { otherZoneMs, steppedMs } from '../core/clock-trust.ts';
import { type Halt, type HaltKind, newHalt } from '../core/halt.ts';
import type { ServerName } from '../core/names.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import { endHalt, raise } from './raise.ts';

/** Raises and ends them as the clock is now; `before`: as it was stored. */
export async function keepClockHalts(
  engine: Engine,
  server: ServerName,
  before: ClockState | undefined,
  now: ClockState,
): Promise<void> {
  if (!isWrong(now) && (before === undefined || !isWrong(before))) return;
  for (const place of placesOn(engine, server)) {
    const halt = await engine.control.halt(place.plan.name, server);
    if (halt === undefined) await raiseFor(engine, place, now);
    else if (isOver(halt, place, now)) await endHalt(engine, halt);
  }
}

const isWrong = (state: ClockState): boolean =>
  steppedMs(state) !== undefined || otherZoneMs(state) !== undefined;

async function raiseFor(engine: Engine, { plan, link }: Place, now: ClockState): Promise<void> {
  const [byMs, offByMs] = [steppedMs(now), otherZoneMs(now)];
  const halt = (kind: HaltKind, seen: Pick<Halt, 'figures' | 'zone'>): Halt =>
    newHalt(
      { table: plan.name, server: link.server, kind, at: engine.clock.now() },
      { ...seen, examples: [] },
    );
  if (byMs !== undefined) await raise(engine, halt('clock-step', { figures: { byMs } }));
  // A stamp that counts milliseconds has no zone.
  else if (offByMs !== undefined && link.stampedBy !== 'utcMilliseconds')
    await raise(engine, halt('other-zone', { figures: { offByMs }, zone: link.timeZone }));
}

/** What it was raised for is not so any more. */
export function isOver({ kind, zone }: Halt, { link }: Pick<Place, 'link'>, now: ClockState): boolean {
  if (kind === 'clock-step') return steppedMs(now) === undefined;
  return kind === 'other-zone' && (otherZoneMs(now) === undefined || zone !== link.timeZone);
}

/** Changes what is known of the clock, whoever else does. */
export async function changeClock(
  { control }: Pick<Engine, 'control'>,
  server: ServerName,
  change: (state: ClockState) => ClockState,
): Promise<void> {
  for (;;) {
    const state = await control.clock(server);
    if (state === undefined || (await control.putClock(change(state)))) return;
  }
}
