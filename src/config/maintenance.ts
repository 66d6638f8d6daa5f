/** Windows without requests, as people write them: `23:00-00:30` each day, `Sat 22:00-Sun 06:00` each week. */
import { dayMs, type MaintenanceWindow, weekMs } from '../core/maintenance.ts';
import type { Mistake } from './problem.ts';

const days = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const day = `(?:(${days.join('|')}) )?`;
const time = '([01]\\d|2[0-3]):([0-5]\\d)';

export const maintenancePattern = `^${day}${time}-${day}${time}$`;

const remedy =
  'Write from when to when by the clock of the server, such as "23:00-00:30" for each day, or "Sat 22:00-Sun 06:00"';

export function parseMaintenance(text: string): MaintenanceWindow | Mistake {
  const found = new RegExp(maintenancePattern).exec(text);
  if (found === null) return { code: 'config-maintenance', message: 'not a window of time', remedy };
  const [, fromDay, fromHour, fromMinute, toDay, toHour, toMinute] = found;
  const from = timeMs(fromHour, fromMinute);
  const to = timeMs(toHour, toMinute);
  if (fromDay === undefined) {
    if (toDay !== undefined)
      return {
        code: 'config-maintenance',
        message: 'a window that ends on a day and begins on none',
        remedy,
      };
    return windowOf(dayMs, from, to);
  }
  const start = days.indexOf(fromDay) * dayMs + from;
  // Without a day it ends when the clock shows that time next.
  if (toDay === undefined)
    return { everyMs: weekMs, fromMs: start, lengthMs: modulo(to - from, dayMs) || dayMs };
  return windowOf(weekMs, start, days.indexOf(toDay) * dayMs + to);
}

function windowOf(everyMs: number, fromMs: number, toMs: number): MaintenanceWindow | Mistake {
  const lengthMs = modulo(toMs - fromMs, everyMs);
  if (lengthMs === 0)
    return { code: 'config-maintenance', message: 'a window that ends as it begins', remedy };
  return { everyMs, fromMs, lengthMs };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const timeMs = (hours = '0', minutes = '0'): number => Number(hours) * 3_600_000 + Number(minutes) * 60_000;
