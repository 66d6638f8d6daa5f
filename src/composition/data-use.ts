/** What each server sent, against its budget: for `status`, for what waits for a person, for figures and alarms. */
import type { Configuration, ServerConfiguration } from '../config/configuration.ts';
import { type DataBudget, dayAt, monthOf, shareOf, toldFromShare, useOn } from '../core/data-use.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { DataUses } from '../ports/control.ts';

export type ServerData = {
  /** Today by the calendar of the server's zone, `2026-11-29`. */
  readonly day: string;
  /** Bytes on that day, and in its month so far. */
  readonly today: number;
  readonly thisMonth: number;
  readonly budget?: DataBudget;
  /** Of the budget: 1 where it is used up. */
  readonly share?: number;
};

/** One read. */
export async function serverData(
  { name, timeZone, dataBudget: budget }: ServerConfiguration,
  control: Pick<DataUses, 'dataUse'>,
  now: EpochMs,
): Promise<ServerData> {
  const day = dayAt(now, timeZone);
  const use = useOn(day, await control.dataUse(name, monthOf(day)));
  return { ...use, ...(budget && { budget, share: shareOf(use, budget) }) };
}

/** In the order of the configuration. */
export const dataOfServers = (
  { servers }: Configuration,
  control: Pick<DataUses, 'dataUse'>,
  now: EpochMs,
): Promise<readonly (ServerData & { readonly server: ServerName })[]> =>
  Promise.all(
    servers.map(async (server) => ({ server: server.name, ...(await serverData(server, control, now)) })),
  );

/** Whether a person is to be told: the budget is nearly used up, or more than that. */
export const isNearBudget = ({ share = 0 }: Pick<ServerData, 'share'>): boolean => share >= toldFromShare;
