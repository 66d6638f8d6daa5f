/** The naive engine, connected to the servers of a world by the same client that ServerSync has. */
import { resolveTables } from '../../../src/config/resolve.ts';
import type { ServerName } from '../../../src/core/names.ts';
import { connectDataApi } from '../../../src/filemaker/data-api/connect.ts';
import type { Server } from '../../../src/ports/server.ts';
import { account } from '../../end-to-end/support/office.ts';
import { diceOf } from '../../engine/model/seeded-random.ts';
import { memorySessionSlots } from '../../support/memory/session-slots.ts';
import { Died, type DiesAt, Life } from './mortal.ts';
import { NaiveSync, type Side } from './naive-sync.ts';
import { nothingTold, type Sync } from './sync.ts';
import type { Site } from './world.ts';

export async function openNaive(
  watermark: 'now' | 'newest',
  { configuration, time, seed }: Site,
): Promise<Sync> {
  const shared = {
    account: { username: account.name, password: account.password },
    slots: memorySessionSlots(),
    clock: time,
    random: diceOf(seed).next,
  };
  const servers = new Map<ServerName, Server>();
  for (const { name, url, sessions } of configuration.servers)
    servers.set(name, connectDataApi({ name, url, sessions, ...shared }));
  const { signal } = new AbortController();
  const [table] = await resolveTables(configuration, async (name, database, layout) => {
    const fields = await servers.get(name)?.layout(database, layout, signal);
    return fields ?? [];
  });
  if (table === undefined) throw new Error('the naive engine needs a table');
  let life = new Life();
  const sides = table.plan.links.map(({ server, timeZone }): Side => {
    const [port, binding] = [servers.get(server), table.bindings.get(server)];
    if (port === undefined || binding === undefined) throw new Error(`no server named ${server}`);
    const bound = port.table(binding);
    return {
      server,
      timeZone,
      get table() {
        return life.of(bound);
      },
    };
  });
  const naive = new NaiveSync(watermark, sides, table, time);
  return {
    run: async (diesAt?: DiesAt) => {
      life = new Life(diesAt);
      try {
        await naive.run();
      } catch (error) {
        if (!(error instanceof Died)) throw error;
      }
      return { ...nothingTold, died: life.dead };
    },
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}
