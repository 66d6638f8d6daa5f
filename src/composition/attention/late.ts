/** Changes that are not brought to a server for longer than the alarm allows, and servers that are not read any more. */
import type { Configuration } from '../../config/configuration.ts';
import { serverStates } from '../overview.ts';
import { Standstills } from '../paused-places.ts';
import { readingAllowedMs } from '../reading-allowed.ts';
import { count } from '../words.ts';
import type { Finder, Look, Matter } from './matter.ts';

export const changesLate: Finder = async ({ configuration, control, now }) => {
  const states = await serverStates(configuration, control, now);
  return states
    .filter(({ lagMs }) => lagMs > configuration.alarms.lagMs)
    .map(({ server, lagMs, pending }) => ({
      kind: 'lag',
      urgency: 'now',
      since: now - lagMs,
      server,
      count: pending,
      text: `${count(pending, 'change waits', 'changes wait')} to be brought there`,
      next: ['status'],
    }));
};

/** Of a stack: on this machine it is people who start a run. */
export const readingsLate: Finder = async (look) => {
  if (!look.isStack) return [];
  const places = look.configuration.tables.flatMap((table) =>
    table.links.filter(({ role }) => role !== 'receive').map((link) => [table, link] as const),
  );
  const { configuration, control, now } = look;
  const stands = await Standstills.readForLag(configuration, control, now);
  return (await Promise.all(places.map(([table, link]) => lateAt(look, stands, table, link.server)))).flat();
};

async function lateAt(
  { configuration, control, now }: Look,
  stands: Standstills,
  { name: table }: Configuration['tables'][number],
  server: string,
): Promise<readonly Matter[]> {
  // What is paused is not to be read, and what was is as late as it goes on late.
  if (stands.at(table, server) !== undefined) return [];
  const [mark, meeting, halt] = await Promise.all([
    control.watermark(table, server),
    control.meeting(table, server),
    control.halt(table, server),
  ]);
  const isHalted = meeting?.state === 'halted' || halt !== undefined;
  const readAt = Math.max(mark?.setAt ?? 0, stands.lastEnd(table, server));
  if (mark === undefined || isHalted || readAt >= now - readingAllowedMs(configuration)) return [];
  const text = 'its changes were read last';
  return [{ kind: 'unread', urgency: 'now', since: mark.setAt, table, server, text, next: ['status'] }];
}
