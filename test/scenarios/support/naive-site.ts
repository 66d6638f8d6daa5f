/** The naive engine, connected to the servers of a world by the same client that ServerSync has: a process for each pass. */
import { connectServer } from '../../../src/composition/connect.ts';
import type { ResolvedTable } from '../../../src/config/resolve.ts';
import { resolveTables } from '../../../src/config/resolve.ts';
import type { ServerName, TableName } from '../../../src/core/names.ts';
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
  const tablesNow = () => connected(site, (servers) => tablesOf(site, servers));
  let known = { configuration: site.configuration, tables: await tablesNow() };
  const loops = new Map<TableName, NaiveSync>();
  const run = async (diesAt?: DiesAt): Promise<Told> => {
    if (known.configuration !== site.configuration)
      known = { configuration: site.configuration, tables: await tablesNow() };
    for (const { plan } of known.tables) {
      const loop = loops.get(plan.name) ?? new NaiveSync(kind, plan, site.time);
      loop.follow(plan);
      loops.set(plan.name, loop);
    }
    return connected(site, (servers) => pass(loops, known.tables, servers, diesAt));
  };
  return {
    run,
    // It compares nothing, halts nothing and keeps nothing.
    sweep: run,
    answer: () => Promise.resolve(),
    putBack: () => Promise.resolve('nothing'),
    pause: () => Promise.resolve(),
    resume: () => Promise.resolve(),
    forget: () => Promise.resolve('nothing'),
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
    configuration.servers.map(({ name, api, url, sessions }) => [
      name,
      connectServer({ name, api, url, sessions, ...shared }),
    ]),
  );
  try {
    return await work(servers);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.close()));
  }
}

const tablesOf = ({ configuration }: Site, servers: Servers): Promise<readonly ResolvedTable[]> =>
  resolveTables(configuration, async (name, database, layout) => {
    const fields = await servers.get(name)?.layout(database, layout, signal);
    return fields ?? [];
  });

/** The tables one after the other, as the configuration names them. */
async function pass(
  loops: ReadonlyMap<TableName, NaiveSync>,
  tables: readonly ResolvedTable[],
  servers: Servers,
  diesAt: DiesAt | undefined,
): Promise<Told> {
  const life = new Life(diesAt);
  try {
    await life.through(async () => {
      for (const table of tables) await loops.get(table.plan.name)?.run(sidesOf(table, servers, life));
    });
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
  return { ...nothingTold, died: life.dead };
}

const sidesOf = ({ plan, bindings }: ResolvedTable, servers: Servers, life: Life): readonly Side[] =>
  plan.links.map(({ server, timeZone }): Side => {
    const [port, binding] = [servers.get(server), bindings.get(server)];
    if (port === undefined || binding === undefined) throw new Error(`no server named ${server}`);
    return { server, timeZone, table: life.of(port.table(binding)) };
  });
