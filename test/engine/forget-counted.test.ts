/** A record with a number that is added up is deleted and forgotten while a server still holds it. */
import { describe, expect, test } from 'vitest';
import { dayMs, forget, servers } from './model/forgetting.ts';
import { carried, deleteOn, edit, key, onServers, withRecord } from './model/record.ts';
import { onServer, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** All that is stored, batch rows too. */
async function stored({ ports: { records, control } }: World): Promise<string> {
  const of = [await records.heads('contacts', [key]).then((heads) => [...heads])];
  const rows = await Promise.all(servers.map((server) => control.openBatches(server, 100)));
  return JSON.stringify([...of, await records.replicasOf('contacts', key), rows]);
}

/** n is 1234 everywhere, then kiosk is out of reach while the delete goes to branch. */
async function withOneDown(): Promise<World> {
  const world = await withRecord();
  const n = { name: 'n', type: 'number', rewrites: 'ignore', merge: 'add' } as const;
  world.plan = { ...world.plan, fields: [...world.plan.fields, n] };
  edit(world, 'kiosk', { n: '1234' });
  await carried(world);
  onServer(world, 'kiosk').fails = () => true;
  await deleteOn(world, 'hq');
  world.scheduler.now += dayMs;
  expect(onServers(world)).toEqual([undefined, undefined, { a: 'a1', b: 'b1', n: '1234' }]);
  return world;
}

async function back(world: World): Promise<void> {
  onServer(world, 'kiosk').fails = () => false;
  await carried(world);
  for (const server of servers) await swept(world, server);
  await carried(world);
}

describe('R5: a record with a number that is added up', () => {
  test('keeps no amount of it where its values are forgotten and its key is not', async () => {
    const world = await withOneDown();
    expect(await stored(world)).toContain('"1234"');
    expect(await forget(world)).toMatchObject({ kind: 'bare' });
    expect(await stored(world)).not.toContain('"1234"');
    await back(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({ kind: 'forgotten' });
  });

  test('that a change there brings back has what that server counted, and each change afterwards counts once', async () => {
    const world = await withOneDown();
    await forget(world);
    edit(world, 'kiosk', { n: '1230' });
    await back(world);
    expect(onServers(world)).toEqual(servers.map(() => ({ a: 'a1', b: 'b1', n: '1230' })));
    edit(world, 'hq', { n: '1231' });
    edit(world, 'kiosk', { n: '1220' });
    await back(world);
    expect(onServers(world)).toEqual(servers.map(() => ({ a: 'a1', b: 'b1', n: '1221' })));
  });

  test('that waited with a sum for a server is deleted there all the same', async () => {
    const world = await withRecord();
    const n = { name: 'n', type: 'number', rewrites: 'ignore', merge: 'add' } as const;
    world.plan = { ...world.plan, fields: [...world.plan.fields, n] };
    edit(world, 'hq', { n: '10' });
    await carried(world);
    const { records } = world.ports;
    const putReplicas = records.putReplicas.bind(records);
    // The write of 12 arrives at kiosk, and whoever wrote it dies.
    Object.assign(records, {
      putReplicas: (all: Parameters<typeof putReplicas>[0]) =>
        all.some(({ server, own }) => server === 'kiosk' && own)
          ? Promise.reject(new Error('it died'))
          : putReplicas(all),
    });
    edit(world, 'branch', { n: '12' });
    await expect(carried(world)).rejects.toThrow('it died');
    Object.assign(records, { putReplicas });
    onServer(world, 'kiosk').fails = () => true;
    await carried(world);
    expect(onServers(world)).toEqual(servers.map(() => ({ a: 'a1', b: 'b1', n: '12' })));
    expect(await stored(world)).toContain('"sending":[{');
    await deleteOn(world, 'hq');
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({ kind: 'bare' });
    await back(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
  });
});
