import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { runOnce } from '../../src/engine/run.ts';
import type { ServerTable } from '../../src/ports/server.ts';
import { alone, calmWorld, never } from './model/alone.ts';

/** The first create is not answered for a minute, and takes effect just after that. */
function stalling(
  engine: Engine,
  late: (key: string, values: Readonly<Record<string, string>>) => void,
): Engine {
  const table = engine.tables.get('contacts');
  const branch = table?.servers.get('branch');
  if (table === undefined || branch === undefined) throw new Error('the world has no branch');
  let creates = 0;
  const create: ServerTable['create'] = async (key, values, departBy, signal) => {
    creates += 1;
    if (creates > 1) return branch.create(key, values, departBy, signal);
    late(key, values);
    return { kind: 'unknown' };
  };
  const servers = new Map([...table.servers, ['branch', { ...branch, create }]]);
  return { ...engine, tables: new Map([['contacts', { ...table, servers }]]) };
}

test('R3: a create that was waited for until its answer was given up, and is done just then, makes no second record', async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const world = calmWorld(seed);
    const { scheduler, servers } = world;
    const [hq, branch] = [servers.get('hq'), servers.get('branch')];
    hq?.insert('k', { a: 'once', b: '' });
    await alone(world, (engine) => {
      const slow = stalling(engine, (key, values) => {
        scheduler.now += 60_000;
        scheduler.fly(() => branch?.insert(key, values));
      });
      return runOnce(slow, never);
    });
    expect([seed, ...(branch?.rows ?? []).map(({ key }) => key)]).toEqual([seed, 'k']);
  }
});
