/** What the next reading of changes looks at, of one table on a server. */
import type { Link } from '../core/link.ts';
import type { EpochMs } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import { utcMillisecondsAt1970 } from '../core/stamp.ts';
import { wallTimeAt } from '../core/wall-time.ts';
import type { ReadMark, Watermark } from '../core/watermark.ts';
import { looksWide, lowerUtcMilliseconds, lowerWallTime, wideMs, windowStart } from '../core/window.ts';
import type { Engine, Place } from './engine.ts';
import type { LinkClock } from './link-clock.ts';

/** Its lowest stamp, as an instant by the server's clock; undefined where all is read, or nobody reads changes there. */
export async function windowOf(engine: Engine, place: Place, clock: LinkClock): Promise<number | undefined> {
  return windowFrom(engine, await engine.control.watermark(place.plan.name, place.link.server), clock);
}

/** The same, of a watermark that was read. */
export const windowFrom = (
  { settings }: Pick<Engine, 'settings'>,
  watermark: Watermark | undefined,
  clock: LinkClock,
): number | undefined => watermark && windowStart(watermark, clock, settings.settleMs);

/** No reading of changes looks at so early a stamp, or at none, any more. */
export const isBelow = ({ shown }: Observation, window: number | undefined): boolean =>
  window !== undefined && (shown === undefined || shown.hi < window);

/** When the last reading of changes began; 0 for never. */
export const lastReading = async (engine: Engine, { plan, link }: Place): Promise<EpochMs> =>
  (await engine.control.watermark(plan.name, link.server))?.setAt ?? 0;

/** From the lowest stamp that is wanted to the latest there can be, in the unit of the stamps. */
export function stampBounds(
  { settings }: Pick<Engine, 'settings'>,
  { stampedBy }: Pick<Link, 'stampedBy'>,
  mark: ReadMark,
  clock: LinkClock,
  now: EpochMs,
): readonly [number, number] {
  const wide = looksWide(mark, now) ? wideMs : 0;
  const start = windowStart(mark, clock, settings.settleMs) - wide;
  const latest = now + clock.offset.hi;
  if (stampedBy === 'utcMilliseconds') {
    return [lowerUtcMilliseconds(start), Math.ceil(latest) + utcMillisecondsAt1970];
  }
  return [lowerWallTime(start, now, clock, clock.timeZone), wallTimeAt(latest, clock.timeZone)];
}
