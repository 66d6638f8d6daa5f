/** The naive engine, connected to the servers of a world by the same client that ServerSync has: a process for each pass. */
import type { ResolvedTable } from '../../../src/config/resolve.ts';
import { resolveTables } from '../../../src/config/resolve.ts';
import type { ServerName } from '../../../src/core/names.ts';
import { connectDataApi } from '../../../src/filemaker/data-api/connect.ts';
import type { Server } from '../../../src/ports/server.ts';
import { account } from '../../end-to-end/support/office.ts';
import { diceOf } from '../../engine/model/seeded-random.ts';
import { memorySessionSlots } from '../../support/memory/session-slots.ts';
import { Died, type DiesAt, Life } from './mortal.ts';
import { type NaiveKind, NaiveSync, type Side } from './naive-sync.ts';
import { nothingTold, type Sync, type Told } from './sync.ts';
import type { Site } from './world.ts';

const { signal } = new AbortController();

export async function openNaive(kind: NaiveKind, site: Site): Promise<Sync> {
  const tableNow = () => connected(site, (servers) => onlyTable(site, servers));
  let known = { configuration: site.configuration, table: await tableNow() };
  const naive = new NaiveSync(kind, known.table.plan, site.time);
  const run = async (diesAt?: DiesAt): Promise<Told> => {
    if (known.configuration !== site.configuration) {
      known = { configuration: site.configuration, table: await tableNow() };
      naive.follow(known.table.plan);
    }
    return connected(site, (servers) => pass(naive, known.table, servers, diesAt));
  };
  return {
    run,
    // It compares nothing, halts nothing and keeps nothing.
    sweep: run,
    answer: () => Promise.resolve(),
    putBack: () => Promise.resolve('nothing'),
    pause: () => Promise.resolve(),
    resumeAfterMigration: () => Promise.resolve(),
    heads: () => Promise.resolve(new Map()),
    close: () => Promise.resolve(),
  };
}

type Servers = ReadonlyMap<ServerName, Server>;

async function connected<Result>(
  { configuration, time, seed }: Site,
  work: (servers: Servers) => Promise<Result>,
): Promise<Result> {
  const shared = {
    account: { username: account.name, password: account.password },
    slots: memorySessionSlots(),
    clock: time,
    random: diceOf(seed).next,
  };
  const servers = new Map(
    configuration.servers.map(({ name, url, sessions }) => [
      name,
      connectDataApi({ name, url, sessions, ...shared }),
    ]),
  );
  try {
    return await work(servers);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.close()));
  }
}

async function onlyTable({ configuration }: Site, servers: Servers): Promise<ResolvedTable> {
  const [table] = await resolveTables(configuration, async (name, database, layout) => {
    const fields = await servers.get(name)?.layout(database, layout, signal);
    return fields ?? [];
  });
  if (table === undefined) throw new Error('the naive engine needs a table');
  return table;
}

async function pass(
  naive: NaiveSync,
  { plan, bindings }: ResolvedTable,
  servers: Servers,
  diesAt: DiesAt | undefined,
): Promise<Told> {
  const life = new Life(diesAt);
  const sides = plan.links.map(({ server, timeZone }): Side => {
    const [port, binding] = [servers.get(server), bindings.get(server)];
    if (port === undefined || binding === undefined) throw new Error(`no server named ${server}`);
    return { server, timeZone, table: life.of(port.table(binding)) };
  });
  try {
    await life.through(() => naive.run(sides));
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
  return { ...nothingTold, died: life.dead };
}
