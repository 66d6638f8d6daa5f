/** R4 and R5 in single sequences of events that random games meet too seldom. */
import { describe, expect, test } from 'vitest';
import { calmWorld, read, synced, write } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import type { World } from './model/world.ts';

const valueOn = (server: ModelServer): string | undefined => server.rows[0]?.values['a'];

function edit(server: ModelServer, value: string): void {
  const [row] = server.rows;
  if (row === undefined) throw new Error(`${server.name} has no record`);
  server.edit(row, { a: value });
}

/** One record on both servers, open. */
async function withOneRecord(): Promise<{ world: World; hq: ModelServer; branch: ModelServer }> {
  const world = calmWorld();
  const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
  if (hq === undefined || branch === undefined) throw new Error('two servers are wanted');
  hq.insert('k', { a: 'open', b: '' });
  await synced(world);
  world.scheduler.now += 5_000;
  return { world, hq, branch };
}

describe('a user sets the very value that we had announced and could not write, after it was changed elsewhere', () => {
  test.each([
    { what: 'in a row of its own', others: 0 },
    { what: 'among others', others: 5 },
  ])('R4, R5: that edit counts ($what)', async ({ others }) => {
    const { world, hq, branch } = await withOneRecord();
    for (let n = 0; n < others; n += 1) hq.insert(`other ${n}`, { a: '', b: '' });
    edit(hq, 'closed');
    branch.locked = new Set(['k']);
    await read(world, 'hq');
    await write(world, 'branch');
    for (let tries = 0; tries < 3; tries += 1) {
      world.scheduler.now += 5_000;
      await write(world, 'branch');
    }
    edit(hq, 'pending');
    await read(world, 'hq');
    branch.locked = new Set();
    world.scheduler.now += 5_000;
    edit(branch, 'closed');
    await read(world, 'branch');
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect([valueOn(hq), valueOn(branch)]).toEqual(['closed', 'closed']);
    const kept = (await world.ports.control.conflicts(9)).map(({ loser }) => loser.value);
    expect(kept).toContain('pending');
  });
});

test('R4: a value that we wrote, and that a user sets again after it was changed elsewhere, is an edit', async () => {
  const { world, hq, branch } = await withOneRecord();
  hq.insert('other', { a: '', b: '' });
  await synced(world);
  world.scheduler.now += 5_000;
  // One row brings both records; one of them is locked, so the row goes on after the other was written.
  edit(hq, 'closed');
  const other = hq.rows.find(({ key }) => key === 'other');
  if (other) hq.edit(other, { a: 'x' });
  branch.locked = new Set(['other']);
  await read(world, 'hq');
  await write(world, 'branch');
  expect(valueOn(branch)).toBe('closed');
  world.scheduler.now += 5_000;
  edit(hq, 'pending');
  await read(world, 'hq');
  await write(world, 'branch');
  world.scheduler.now += 5_000;
  edit(branch, 'closed');
  await read(world, 'branch');
  branch.locked = new Set();
  for (let run = 0; run < 2; run += 1) await synced(world);
  expect([valueOn(hq), valueOn(branch)]).toEqual(['closed', 'closed']);
});
