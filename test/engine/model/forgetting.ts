/** Forgetting one record in a world of three servers, and what is stored of it. */
import { expect } from 'vitest';
import { forgetRecord, type ForgetOutcome, type RecordToForget } from '../../../src/engine/forget-record.ts';
import { alone } from './alone.ts';
import { carried, changed, deleteOn, edit, key } from './record.ts';
import { swept } from './sweeping.ts';
import { modelSettings, type World } from './world.ts';

export const servers = ['hq', 'branch', 'kiosk'];
export const dayMs = 86_400_000;

export const wantedIn = ({ plan }: World): RecordToForget => ({
  table: plan.name,
  key,
  servers,
  deletes: plan.deletes,
  quietMs: modelSettings.settleMs,
});

export const forget = (world: World, as: Partial<RecordToForget> = {}): Promise<ForgetOutcome> =>
  alone(world, (engine) =>
    forgetRecord({ ...engine, forgetting: world.ports.forgetting }, { ...wantedIn(world), ...as }),
  );

/** All that is stored, as text. */
export async function stored({ ports: { records, control } }: World): Promise<string> {
  const heads = await records.heads('contacts', [key]);
  const replicas = await records.replicasOf('contacts', key);
  const of = [await control.conflictsOf('contacts', key), await control.history('contacts', key, 99)];
  return JSON.stringify([[...heads], replicas, of]);
}

export const nothing = JSON.stringify([[], [], [[], []]]);

/** With a history, and a value that lost; all of it some days old. */
export async function deleted(): Promise<World> {
  const world = await changed();
  edit(world, 'hq', { a: 'lost' });
  edit(world, 'branch', { a: 'won' });
  await carried(world);
  await deleteOn(world, 'hq');
  world.scheduler.now += dayMs;
  await carried(world);
  const text = await stored(world);
  for (const value of ['a1', 'a2', 'a3', 'lost', 'won']) expect(text).toContain(`"${value}"`);
  return world;
}

export async function quietFor(world: World): Promise<void> {
  for (let run = 0; run < 3; run += 1) {
    world.scheduler.now += dayMs;
    for (const server of servers) await swept(world, server);
    await carried(world);
  }
}
