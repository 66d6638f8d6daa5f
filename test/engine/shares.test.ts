/** Servers that get a share of the records, one sequence of events each, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { Leave } from '../../src/core/share.ts';
import { deliver } from '../../src/engine/deliver.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { alone, never, read, write } from './model/alone.ts';
import { onServer } from './model/sweeping.ts';
import { edit, heldOn, kept, openRows, runs, sharedWorld, sweptAll } from './model/sharing.ts';
import type { World } from './model/world.ts';

/** Both servers know k1 to k3, of which k1 and k2 are north; nothing is under way. */
async function started(leave: Leave): Promise<World> {
  const world = sharedWorld(leave);
  const hq = onServer(world, 'hq');
  hq.insert('k1', { a: 'a1', b: 'north' });
  hq.insert('k2', { a: 'a2', b: 'North' });
  hq.insert('k3', { a: 'a3', b: 'south' });
  await runs(world);
  return world;
}

const both: readonly Leave[] = ['keep', 'remove'];

describe.each(both)('a server with a share, leave: %s', (leave) => {
  test('gets its share alone, and no row of a batch is made for the rest', async () => {
    const world = await started(leave);
    expect(heldOn(world, 'branch')).toEqual(['k1=a1|north', 'k2=a2|North']);
    const { finds } = onServer(world, 'branch');
    edit(onServer(world, 'hq'), 'k3', { a: 'edited' });
    world.scheduler.now += 60_000;
    const batched: string[] = [];
    world.report = (event) => {
      if (event.kind === 'batched') batched.push(event.server);
    };
    await runs(world, 1);
    expect([batched, await openRows(world)]).toEqual([[], 0]);
    expect(onServer(world, 'branch').finds - finds).toBeLessThan(3);
  });

  test('gets a record that moves in, and gets it again after it moved out', async () => {
    const world = await started(leave);
    const hq = onServer(world, 'hq');
    edit(hq, 'k3', { b: 'north' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('k3=a3|north');
    edit(hq, 'k3', { b: 'south' });
    await runs(world);
    edit(hq, 'k3', { a: 'unseen' });
    await runs(world);
    expect(heldOn(world, 'branch')).not.toContain('k3=unseen|south');
    edit(hq, 'k3', { b: 'north' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('k3=unseen|north');
    expect(heldOn(world, 'hq')).toContain('k3=unseen|north');
  });

  test('R5: an edit that had not seen the record move out is merged', async () => {
    const world = await started(leave);
    edit(onServer(world, 'hq'), 'k1', { b: 'south' });
    edit(onServer(world, 'branch'), 'k1', { a: 'edited there' });
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=edited there|south');
  });

  test('a record that is made there outside its share comes to the others', async () => {
    const world = await started(leave);
    onServer(world, 'branch').insert('k9', { a: 'made there', b: 'south' });
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k9=made there|south');
    expect(heldOn(world, 'branch').includes('k9=made there|south')).toBe(leave === 'keep');
  });

  test('an edit there that moves a record out comes to the others', async () => {
    const world = await started(leave);
    edit(onServer(world, 'branch'), 'k1', { a: 'gone south', b: 'south' });
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=gone south|south');
    expect(heldOn(world, 'branch').includes('k1=gone south|south')).toBe(leave === 'keep');
  });

  test('R8: what is gone there of what is outside its share is no delete, and suspects nobody', async () => {
    const world = await started(leave);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    edit(hq, 'k1', { b: 'south' });
    await runs(world);
    for (const row of branch.rows.filter(({ key }) => key === 'k1')) branch.delete(row);
    for (let n = 0; n < 2; n += 1) await sweptAll(world);
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=a1|south');
    expect(await world.ports.control.deleteCount('contacts', 'branch')).toBeUndefined();
    edit(hq, 'k1', { b: 'north' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('k1=a1|north');
  });

  test('R8: what moved out there, and is deleted there afterwards, lives on elsewhere', async () => {
    const world = await started(leave);
    const branch = onServer(world, 'branch');
    edit(branch, 'k1', { b: 'south' });
    await runs(world);
    for (const row of branch.rows.filter(({ key }) => key === 'k1')) branch.delete(row);
    for (let n = 0; n < 2; n += 1) await sweptAll(world);
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=a1|south');
  });

  test('a delete there of what is in its share goes everywhere', async () => {
    const world = await started(leave);
    const branch = onServer(world, 'branch');
    for (const row of branch.rows.filter(({ key }) => key === 'k1')) branch.delete(row);
    for (let n = 0; n < 2; n += 1) await sweptAll(world);
    await runs(world);
    expect(heldOn(world, 'hq')).toEqual(['k2=a2|North', 'k3=a3|south']);
  });

  test('R6: writes come to an end, whatever moved', async () => {
    const world = await started(leave);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    edit(hq, 'k1', { b: 'south' });
    edit(hq, 'k3', { b: 'north' });
    edit(branch, 'k2', { b: 'south' });
    await runs(world, 3);
    const writes = hq.writes + branch.writes;
    await sweptAll(world);
    await runs(world);
    expect(hq.writes + branch.writes).toBe(writes);
    expect(await openRows(world)).toBe(0);
  });

  test('where deletes are ignored a record comes back with the share, and stays away where a person deleted it', async () => {
    const world = await started(leave);
    world.plan = { ...world.plan, deletes: 'ignore' };
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    edit(hq, 'k1', { b: 'south' });
    await runs(world);
    edit(hq, 'k1', { b: 'north' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('k1=a1|north');
    for (const row of branch.rows.filter(({ key }) => key === 'k2')) branch.delete(row);
    for (let n = 0; n < 2; n += 1) await sweptAll(world);
    edit(hq, 'k2', { a: 'edited' });
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(['k1=a1|north']);
  });
});

describe('leave: remove', () => {
  test('a record that moves out while it is being made there is removed, though its row was found in step', async () => {
    const world = await started('remove');
    const { records } = world.ports;
    let isMoved = false;
    const putReplicas: typeof records.putReplicas = async (replicas) => {
      if (!isMoved && replicas.some(({ server, key }) => server === 'branch' && key === 'k4')) {
        isMoved = true;
        world.scheduler.now += 5_000;
        edit(onServer(world, 'hq'), 'k4', { b: 'south' });
        await read(world, 'hq');
        // The row of what it was before is in the hands of who made it.
        const row = (await world.ports.control.openBatches('branch', 10)).at(-1);
        await alone(world, async (engine) => {
          const place = placeOf(engine, 'contacts', 'branch');
          if (place && row) await deliver(engine, place, row.id, never);
        });
      }
      return records.putReplicas(replicas);
    };
    world.ports = { ...world.ports, records: { ...records, putReplicas } };
    onServer(world, 'hq').insert('k4', { a: 'a4', b: 'north' });
    world.scheduler.now += 60_000;
    await read(world, 'hq');
    await write(world, 'branch');
    await write(world, 'branch');
    expect(isMoved).toBe(true);
    expect(heldOn(world, 'branch')).toEqual(['k1=a1|north', 'k2=a2|North']);
  });

  test('takes away what moves out, and the others keep it', async () => {
    const world = await started('remove');
    edit(onServer(world, 'hq'), 'k1', { b: 'south' });
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(['k2=a2|North']);
    expect(heldOn(world, 'hq')).toContain('k1=a1|south');
    expect(await kept(world)).toEqual([]);
  });

  test('R3: an edit between the look-up and the removal is merged before the record is removed', async () => {
    const world = await started('remove');
    const branch = onServer(world, 'branch');
    edit(onServer(world, 'hq'), 'k1', { b: 'south' });
    const row = branch.rows.find(({ key }) => key === 'k1');
    branch.onRead = (recordId) => {
      if (recordId !== row?.recordId) return;
      branch.onRead = undefined;
      edit(branch, 'k1', { a: 'at the last moment' });
    };
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=at the last moment|south');
    expect(heldOn(world, 'branch')).toEqual(['k2=a2|North']);
  });

  test('R5: an edit that brings the record back into the share, later than the move, keeps it there', async () => {
    const world = await started('remove');
    const branch = onServer(world, 'branch');
    edit(onServer(world, 'hq'), 'k1', { b: 'south' });
    world.scheduler.now += 60_000;
    edit(branch, 'k1', { b: 'NORTH' });
    await runs(world, 3);
    expect(heldOn(world, 'branch')).toContain('k1=a1|NORTH');
    expect(heldOn(world, 'hq')).toContain('k1=a1|NORTH');
  });
});

describe('leave: keep', () => {
  test('leaves what moves out as it was', async () => {
    const world = await started('keep');
    edit(onServer(world, 'hq'), 'k1', { a: 'new', b: 'south' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('k1=a1|north');
    expect(await openRows(world)).toBe(0);
  });

  test('R5: an edit of what has left never enters the merge, and is kept', async () => {
    const world = await started('keep');
    edit(onServer(world, 'hq'), 'k1', { b: 'south' });
    await runs(world);
    edit(onServer(world, 'branch'), 'k1', { a: 'of no account' });
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=a1|south');
    expect(heldOn(world, 'branch')).toContain('k1=of no account|north');
    expect(await kept(world)).toEqual(['overwritten share k1: of no account of branch']);
  });

  test('what has left and moves in again is brought up, whatever was edited there meanwhile', async () => {
    const world = await started('keep');
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    edit(hq, 'k1', { b: 'south' });
    await runs(world);
    edit(branch, 'k1', { a: 'of no account' });
    await runs(world);
    edit(hq, 'k1', { b: 'north' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('k1=a1|north');
    edit(branch, 'k1', { a: 'counts again' });
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=counts again|north');
  });

  test('an edit after a record came back and went again, before the server was looked at, is merged', async () => {
    const world = await started('keep');
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    edit(hq, 'k1', { b: 'south' });
    await runs(world);
    edit(hq, 'k1', { b: 'north' });
    await runs(world);
    edit(hq, 'k1', { b: 'south' });
    edit(branch, 'k1', { a: 'had not seen it' });
    await runs(world);
    expect(heldOn(world, 'hq')).toContain('k1=had not seen it|south');
  });
});
