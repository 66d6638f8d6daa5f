/** Times of day in which a server is left alone, in its local time: `23:00-00:30`. */
import type { Mistake } from './problem.ts';

export const maintenancePattern = '^([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d$';

/** Minutes since local midnight, `from` inclusive; over midnight where `to` is the smaller. */
export type MaintenanceWindow = { readonly fromMinute: number; readonly toMinute: number };

export function parseMaintenance(text: string): MaintenanceWindow | Mistake {
  const remedy = 'Write two times of day such as "23:00-00:30", in quotes';
  if (!new RegExp(maintenancePattern).test(text)) return { message: 'not a range of times', remedy };
  const [from = '', to = ''] = text.split('-');
  if (from === to) return { message: 'an empty range', remedy };
  return { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
