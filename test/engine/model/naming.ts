/** A table whose fields the configuration and the servers call otherwise. The model's servers know a field by its own name. */
import type { Link, TablePlan } from '../../../src/core/link.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { runOnce, type RunOutcome } from '../../../src/engine/run.ts';
import type { ServerRecord, ServerTable } from '../../../src/ports/server.ts';
import { alone, calmWorld, never } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import type { World } from './world.ts';

export const serverOf = (world: World, name: string): ModelServer => {
  const server = world.servers.get(name);
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
};

/** By the servers' own names of the fields: what `rename` says of each. */
export type Names = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function configured(
  world: World,
  fields: readonly string[],
  names: Names,
  createOnly: readonly string[] = [],
): void {
  const [first] = world.plan.fields;
  if (first === undefined) throw new Error('the plan has fields');
  const links = world.plan.links.map((link): Link => ({ ...link, rename: names[link.server] ?? {} }));
  const called = (all: readonly string[]) => all.map((name) => ({ ...first, name }));
  world.plan = { ...world.plan, links, fields: called(fields), createOnly: called(createOnly) };
}

/** The table as the plan names its fields. */
function named(
  table: ServerTable,
  fields: readonly string[],
  rename: Readonly<Record<string, string>>,
): ServerTable {
  const own = (name: string): string => rename[name] ?? name;
  const inward = (record: ServerRecord): ServerRecord => ({
    ...record,
    values: Object.fromEntries(fields.map((name) => [name, record.values[own(name)] ?? ''])),
  });
  const outward = (values: ServerRecord['values']) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [own(name), value]));
  return {
    ...table,
    changed: async (...of) => {
      const page = await table.changed(...of);
      return { ...page, records: page.records.map(inward) };
    },
    list: async (...of) => {
      const page = await table.list(...of);
      return { ...page, records: page.records.map(inward) };
    },
    lookUp: async (...of) => (await table.lookUp(...of)).map(inward),
    read: async (...of) => {
      const found = await table.read(...of);
      return found === undefined || found === 'denied' ? found : inward(found);
    },
    create: (key, values, ...of) => table.create(key, outward(values), ...of),
    update: (id, modId, values, ...of) => table.update(id, modId, outward(values), ...of),
  };
}

/** Its servers by the names of the plan. */
export function alongNames(engine: Engine, plan?: TablePlan): Engine {
  const tables = [...engine.tables].map(([name, table]) => {
    const by = plan ?? table.plan;
    const fields = [...by.fields, ...by.createOnly].map((field) => field.name);
    const servers = [...table.servers].map(([server, there]) => {
      const rename = by.links.find((link) => link.server === server)?.rename ?? {};
      return [server, named(there, fields, rename)] as const;
    });
    return [name, { ...table, plan: by, servers: new Map(servers) }] as const;
  });
  return { ...engine, tables: new Map(tables) };
}

export const run = (world: World): Promise<RunOutcome> =>
  alone(world, (engine) => runOnce(alongNames(engine), never));

export const rowsOn = (world: World, server: string): readonly string[] =>
  serverOf(world, server)
    .rows.map(({ key, values }) => `${key}=${values['a']}|${values['b']}`)
    .toSorted();

export async function filled(count = 7): Promise<World> {
  const world = calmWorld();
  configured(world, ['a', 'b'], {});
  for (let n = 0; n < count; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `b${n}` });
  for (let times = 0; times < 2; times += 1) await run(world);
  return world;
}

/** `a` is called `name` in the configuration, and is `a` on the servers still. */
export const renameEverywhere = (world: World): void =>
  configured(world, ['name', 'b'], { hq: { name: 'a' }, branch: { name: 'a' } });
