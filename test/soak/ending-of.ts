/** Gathers how a game ended: what the servers hold, and what the sync keeps and says. */
import type { Told } from '../scenarios/support/sync.ts';
import type { World } from '../scenarios/support/world.ts';
import type { Ending, HeadEnding } from './oracle/ending.ts';
import { ownKeys, sharedKeys } from './draw-site.ts';
import { fields, type Site } from './plan.ts';

export type Pass = Ending['passes'][number];

export type Rest = {
  readonly passes: readonly Pass[];
  readonly unseen: readonly string[];
  readonly told: Told | undefined;
};

export async function endingOf(world: World, site: Site, { passes, unseen, told }: Rest): Promise<Ending> {
  const { servers, deletes, merge } = site;
  const keys = [...world.offices.values()].flatMap(({ records }) =>
    records.map(({ values }) => values['id'] ?? ''),
  );
  const kept = told?.conflicts ?? [];
  const heads: ReadonlyMap<string, HeadEnding> = await world.heads([
    ...new Set([...keys, ...kept.map(({ key }) => key), ...allKeys(site)]),
  ]);
  return {
    servers: servers.map(({ name, role, sessions, share }) => {
      const { records, stats } = world.office(name);
      const { openSessions, maxOpenSessions } = stats;
      // OData has no precondition.
      const updatesWithoutModId = world.apiOf(name) === 'data' ? stats.updatesWithoutModId : 0;
      const seen = { rows: records, sessions, openSessions, maxOpenSessions, updatesWithoutModId };
      return { name, role, ...seen, ...(share && { share }) };
    }),
    fields,
    deletes,
    merge,
    heads,
    kept: kept.map(({ id, key, field, loser, open }) => ({
      id,
      key,
      field,
      value: loser.value,
      isOpen: open === true,
    })),
    parked: (told?.parked ?? []).map(({ key, server, code }) => `${key} on ${server} is parked: ${code}`),
    halts: (told?.halts ?? []).map(({ kind, server }) => `${kind} on ${server}`),
    openRows: told?.openRows ?? 0,
    passes,
    unseen,
  };
}

/** All that a game can have, those that are deleted everywhere too. */
const allKeys = ({ servers }: Site): readonly string[] => [
  ...sharedKeys,
  ...servers.flatMap(({ name }) => ownKeys(name)),
];
