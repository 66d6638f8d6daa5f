/** What each server sent, against its budget: for `status`, for what waits for a person, for figures and alarms. */
import type { Configuration, ServerConfiguration } from '../config/configuration.ts';
import { isOpen } from '../core/breaker.ts';
import { type DataBudget, dayAt, monthOf, shareOf, toldFromShare, useOn } from '../core/data-use.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';

export type ServerData = {
  /** Today by the calendar of the server's zone, `2026-11-29`. */
  readonly day: string;
  /** Bytes on that day, and in its month so far. */
  readonly today: number;
  readonly thisMonth: number;
  readonly budget?: DataBudget;
  /** Of the budget: 1 where it is used up. */
  readonly share?: number;
  /** Since when it is left alone, since its licence lets it send no more (953), and when it is asked again; absent where it is not. */
  readonly stoppedSince?: EpochMs;
  readonly askedAgainAt?: EpochMs;
};

export async function serverData(
  { name, timeZone, dataBudget: budget }: ServerConfiguration,
  control: DataPorts,
  now: EpochMs,
): Promise<ServerData> {
  const day = dayAt(now, timeZone);
  const [byDay, stop] = await Promise.all([
    control.dataUse(name, monthOf(day)),
    control.breaker(name, 'data'),
  ]);
  const use = useOn(day, byDay);
  return {
    ...use,
    ...(budget && { budget, share: shareOf(use, budget) }),
    ...(stop && isOpen(stop) && { stoppedSince: stop.since, askedAgainAt: stop.tryAt }),
  };
}

type DataPorts = Pick<Control, 'dataUse' | 'breaker'>;

/** In the order of the configuration. */
export const dataOfServers = (
  { servers }: Configuration,
  control: DataPorts,
  now: EpochMs,
): Promise<readonly (ServerData & { readonly server: ServerName })[]> =>
  Promise.all(
    servers.map(async (server) => ({ server: server.name, ...(await serverData(server, control, now)) })),
  );

/** Whether a person is to be told: the budget is nearly used up, or more than that. */
export const isNearBudget = ({ share = 0 }: Pick<ServerData, 'share'>): boolean => share >= toldFromShare;
