/** A process that goes by former names of fields while another one renames them, as there is one in every deploy. */
import { expect, test } from 'vitest';
import type { TablePlan } from '../../src/core/link.ts';
import { workOn } from '../../src/engine/drain.ts';
import { type Engine, placeOf } from '../../src/engine/engine.ts';
import { enumerate } from '../../src/engine/enumerate.ts';
import { grow } from '../../src/engine/grow.ts';
import { alone, calmWorld, never } from './model/alone.ts';
import { alongNames, configured, run, serverOf } from './model/naming.ts';
import type { World } from './model/world.ts';

const before = { a: 'x', b: 'y' };
const after = { a: 'y', b: 'x' };

/** Both servers hold seven records; then two fields exchange their names in the configuration. */
async function exchanging(): Promise<{ world: World; older: TablePlan; newer: TablePlan }> {
  const world = calmWorld();
  configured(world, ['a', 'b'], { hq: before, branch: before });
  for (let n = 0; n < 7; n += 1) serverOf(world, 'hq').insert(`k${n}`, { x: `x${n}`, y: `y${n}` });
  for (let times = 0; times < 2; times += 1) await run(world);
  const older = world.plan;
  configured(world, ['a', 'b'], { hq: after, branch: after });
  return { world, older, newer: world.plan };
}

const editAll = (world: World, server: string, values: Readonly<Record<string, string>>): void => {
  world.scheduler.now += 1_000;
  for (const row of serverOf(world, server).rows) serverOf(world, server).edit(row, values);
};

/** Only edits are known of it that were made in `x`; `y` is as it was. */
async function expectAsEdited(world: World, x: string): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    world.scheduler.now += 5_000;
    expect([...(await run(world)).failures]).toEqual([]);
  }
  for (const server of world.servers.values())
    for (const { key, values } of server.rows)
      expect([key, values['x'], values['y']]).toEqual([key, x, `y${key.slice(1)}`]);
  expect(await world.ports.control.countConflicts()).toBe(0);
}

const reading = (world: World, older: TablePlan, newer: TablePlan, renamesAt: number) =>
  alone(world, async (engine) => {
    const old = alongNames(engine, older);
    const place = placeOf(old, older.name, 'hq');
    if (place === undefined) throw new Error('no such place');
    let pages = 0;
    return enumerate(old, place, never, {
      pace: async () => {
        pages += 1;
        if (pages === renamesAt) await grow(alongNames(engine, newer));
        return 'on';
      },
    });
  });

test('R4: a reading by former names goes on with no page once they are others: nothing of it counts for another field', async () => {
  const { world, older, newer } = await exchanging();
  editAll(world, 'hq', { x: 'edited' });
  expect(await reading(world, older, newer, 1)).toBe('outdated');
  await expectAsEdited(world, 'edited');
});

test('a process that begins by former names leaves the table alone, though the fields have the same names', async () => {
  const { world, older, newer } = await exchanging();
  await alone(world, (engine) => grow(alongNames(engine, newer)));
  editAll(world, 'hq', { x: 'edited' });
  expect(await reading(world, older, newer, 0)).toBe('outdated');
  await expectAsEdited(world, 'edited');
});

/** The engine of the older process, while which the newer one renames: as it takes its row, or when it has looked at the server. */
const renamedAt = {
  claim: (engine: Engine, older: TablePlan, renames: () => Promise<void>): Engine => {
    const claim: Engine['control']['claim'] = async (id) => {
      await renames();
      return engine.control.claim(id);
    };
    const control = new Proxy(engine.control, {
      get: (ports, name): unknown => (name === 'claim' ? claim : Reflect.get(ports, name)),
    });
    return { ...alongNames(engine, older), control };
  },
  lookUp: (engine: Engine, older: TablePlan, renames: () => Promise<void>): Engine => {
    const old = alongNames(engine, older);
    const table = old.tables.get(older.name);
    const branch = table?.servers.get('branch');
    if (table === undefined || branch === undefined) throw new Error('no such table');
    const lookUp: typeof branch.lookUp = async (...of) => {
      const found = await branch.lookUp(...of);
      await renames();
      return found;
    };
    const servers = new Map([...table.servers, ['branch', { ...branch, lookUp }]]);
    return { ...old, tables: new Map([[older.name, { ...table, servers }]]) };
  },
};

test.each([
  ['as it takes its row', 'claim'],
  ['when it has looked', 'lookUp'],
] as const)(
  'R3: a writer by former names writes nothing once they are others %s, and leaves its row',
  async (_when, at) => {
    const { world, older, newer } = await exchanging();
    world.plan = older;
    editAll(world, 'hq', { x: 'edited' });
    await reading(world, older, newer, 0);
    // At the look-up: what it knows is not what is there, so that it would be merged first.
    if (at === 'lookUp') editAll(world, 'branch', { z: 'of branch alone' });
    const rows = await world.ports.control.openBatches('branch', 9);
    const { writes } = serverOf(world, 'branch');
    await alone(world, async (engine) => {
      let grown = false;
      const renames = async (): Promise<void> => {
        if (!grown) await grow(alongNames(engine, newer));
        grown = true;
      };
      const [row] = rows;
      if (row) await workOn(renamedAt[at](engine, older, renames), 'branch', row.id, true, never);
    });
    expect([rows.length > 0, serverOf(world, 'branch').writes]).toEqual([true, writes]);
    expect(await world.ports.control.openBatches('branch', 9)).toHaveLength(rows.length);
    world.plan = newer;
    world.scheduler.now += 60_000;
    await expectAsEdited(world, 'edited');
  },
);
