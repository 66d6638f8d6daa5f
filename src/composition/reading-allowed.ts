import type { Configuration } from '../config/configuration.ts';

/** How long ago a server may have been read to its end, ms: from one reading to the next, and as much as changes may lag. */
export const readingAllowedMs = ({ schedule, alarms }: Pick<Configuration, 'schedule' | 'alarms'>): number =>
  schedule.enumerateMs + alarms.lagMs;
