/** What should have been read by now. On this machine it is people who start a run: of a deployed stack only. */
import type { Configuration } from '../config/configuration.ts';
import type { EpochMs } from '../core/names.ts';
import { isSamePlace, type PlaceName } from '../engine/engine.ts';
import type { Overview } from './overview.ts';
import { readingAllowedMs } from './reading-allowed.ts';

export type Unread = PlaceName & {
  /** Absent where it was never read to its end. */
  readonly readUpTo?: EpochMs;
};

/** In the order of the configuration. What is halted or paused is told as that. */
export function unreadPlaces(
  { tables, paused }: Pick<Overview, 'tables' | 'paused'>,
  configuration: Configuration,
  now: EpochMs,
): readonly Unread[] {
  const earliest = now - readingAllowedMs(configuration);
  return tables.flatMap(({ table, servers: links }) =>
    links
      .filter(({ role, meeting }) => role !== 'receive' && meeting !== 'halted')
      .filter(({ server }) => !paused.some((one) => isSamePlace(one, { table, server })))
      .filter(({ readUpTo = 0, wentOnAt = 0 }) => Math.max(readUpTo, wentOnAt) < earliest)
      .map(({ server, readUpTo }) => ({ table, server, ...(readUpTo !== undefined && { readUpTo }) })),
  );
}
