/** A record is forgotten while a server is paused, or is not in the configuration any more. */
import { describe, expect, test } from 'vitest';
import { resumed, withPause } from '../../src/core/pause.ts';
import { withoutServer } from '../../src/core/without-server.ts';
import { dayMs, deleted, forget, nothing, quietFor, stored } from './model/forgetting.ts';
import { all, carried, changed, deleteOn, edit, headIn, key, onServers } from './model/record.ts';
describe('a server that is paused', () => {
  test('is told as such, gets the delete when the pause is over, and then the rest can go', async () => {
    const world = await changed();
    const { control } = world.ports;
    const until = world.scheduler.now + 5 * dayMs;
    const at = world.scheduler.now;
    await control.putPauses(withPause(undefined, { server: 'kiosk', at, until }));
    await deleteOn(world, 'hq');
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({
      kind: 'bare',
      hindrances: expect.arrayContaining([
        { why: 'there', server: 'kiosk' },
        { why: 'paused', server: 'kiosk', until },
      ]),
    });
    world.scheduler.now = until;
    await carried(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({ kind: 'forgotten' });
    expect(await stored(world)).toBe(nothing);
  });

  test('whose users edited it, who had not seen the delete, brings it back as a whole when the pause is over', async () => {
    const world = await changed();
    const { control } = world.ports;
    await control.putPauses(withPause(undefined, { server: 'kiosk', at: world.scheduler.now }));
    await deleteOn(world, 'hq');
    edit(world, 'kiosk', { a: 'edited' });
    world.scheduler.now += dayMs;
    await forget(world);
    const resumedList = resumed(await control.pauses(), {}, world.scheduler.now);
    if (resumedList) await control.putPauses(resumedList);
    await quietFor(world);
    expect(onServers(world)).toEqual(all({ a: 'edited', b: 'b3' }));
  });
});

describe('a server that the configuration does not name any more', () => {
  test('is told as such, and the rest can go once what is known of it is forgotten', async () => {
    const world = await changed();
    const { plan } = world;
    world.plan = { ...plan, links: plan.links.filter(({ server }) => server !== 'kiosk') };
    await carried(world);
    await deleteOn(world, 'hq');
    world.scheduler.now += dayMs;
    const named = { servers: ['hq', 'branch'] };
    expect(await forget(world, named)).toMatchObject({
      kind: 'bare',
      hindrances: [{ why: 'closed', server: 'kiosk' }],
    });
    // As `forget --server` does.
    const { records } = world.ports;
    const head = withoutServer(await headIn(world), 'kiosk');
    if (head !== undefined) await records.putHeads([head]);
    for (const replica of await records.replicasOf('contacts', key))
      if (replica.server === 'kiosk') await records.removeReplica(replica);
    expect(await forget(world, named)).toMatchObject({ kind: 'forgotten' });
    expect(await stored(world)).toBe(nothing);
  });

  test('and none that it names: what was deleted before is forgotten, what lives is refused', async () => {
    const gone = await deleted();
    expect(await forget(gone, { servers: [] })).toMatchObject({
      kind: 'forgotten',
      removed: { replicas: 3 },
    });
    expect(await stored(gone)).toBe(nothing);
    expect(await forget(await changed(), { servers: [] })).toMatchObject({ kind: 'alive' });
  });
});
