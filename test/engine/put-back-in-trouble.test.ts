/** A record that is put back while something of it is held, while the process dies at any effect, or while it is being written. */
import { describe, expect, test } from 'vitest';
import type { ConflictPolicy } from '../../src/core/link.ts';
import { undoChoice } from '../../src/engine/choose.ts';
import { deliver } from '../../src/engine/deliver.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { putBackRecord } from '../../src/engine/put-back-record.ts';
import { alone, never, read, write } from './model/alone.ts';
import {
  all,
  carried,
  causesIn,
  changed,
  deleteOn,
  edit,
  headIn,
  key,
  onServers,
  pastIn,
  putBackTo,
} from './model/record.ts';
import type { World } from './model/world.ts';

describe('what is held for a person', () => {
  const hold: ConflictPolicy = { kind: 'hold' };

  async function held(): Promise<World> {
    const world = await changed();
    world.plan = { ...world.plan, conflicts: hold };
    edit(world, 'hq', { a: 'of hq' });
    edit(world, 'branch', { a: 'of branch' });
    await carried(world);
    expect(onServers(world).map((one) => one?.['a'])).toEqual(['of hq', 'of branch', expect.any(String)]);
    return world;
  }

  test('is settled by it, also where the head holds that value; what waited is kept', async () => {
    const world = await held();
    await putBackTo(world, 2);
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a2', b: 'b1' }));
    expect(await world.ports.control.conflicts(9, { open: true })).toEqual([]);
    const [step] = (await pastIn(world)).steps;
    const candidates = step?.before.fields['a']?.held?.candidates;
    expect(Object.values(candidates ?? {}).map(({ value }) => value)).toEqual(
      expect.arrayContaining(['of hq', 'of branch']),
    );
  });

  test('waits again when the choice that this was is taken back', async () => {
    const world = await held();
    await putBackTo(world, 2);
    await carried(world);
    world.scheduler.now += 1_000;
    const conflicts = await world.ports.control.conflictsOf('contacts', key);
    await alone(world, (engine) => undoChoice(engine, { plan: world.plan, conflicts }));
    expect(await world.ports.control.conflicts(9, { open: true })).toHaveLength(conflicts.length);
    expect((await headIn(world)).fields['a']?.held).toBeDefined();
  });
});

describe('R2, R5: a put-back that dies', () => {
  const effects = Array.from({ length: 16 }, (_, at) => at);

  test.each(effects)('after %i effects was not made, or made; it can be made again', async (sent) => {
    const world = await changed();
    world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
    edit(world, 'hq', { a: 'of hq' });
    edit(world, 'branch', { a: 'of branch' });
    await carried(world);
    await deleteOn(world, 'kiosk');
    world.scheduler.now += 1_000;
    const earlier = { plan: world.plan, key, version: 1 };
    const process = world.scheduler.start('dying', (one) => putBackRecord(world.engineOf(one), earlier));
    for (let step = 0; step < sent && !process.ended; step += 1) await world.scheduler.step();
    if (!process.ended) world.scheduler.kill(process);
    await carried(world);
    const isMade = (await causesIn(world))[0]?.kind === 'put-back';
    const wanted = all({ a: 'a1', b: 'b1' });
    expect(isMade ? onServers(world) : wanted).toEqual(wanted);
    world.scheduler.now += 1_000;
    await putBackTo(world, 1);
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a1', b: 'b1' }));
    expect(await world.ports.control.conflicts(9, { open: true })).toEqual([]);
    expect(await world.heads.faults(world.ports.control)).toEqual([]);
  });
});

/** By a writer that has the server's newest row alone. */
const deliverNewest = (world: World, server: string): Promise<unknown> =>
  alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', server);
    const row = (await engine.control.openBatches(server, 9)).at(-1);
    if (place && row) await deliver(engine, place, row.id, never);
  });

/** What is put back is written while another writer is about to write, or wrote, the value that it replaces. */
test.each(['appendSending', 'putReplicas'] as const)(
  'R2: a value whose delivery is under way (at %s) when it is put back does not stay on that server',
  async (effect) => {
    const world = await changed();
    edit(world, 'hq', { a: 'wrong' });
    await read(world, 'hq');
    const { control, records } = world.ports;
    const port: object = effect === 'appendSending' ? control : records;
    const original: unknown = Reflect.get(port, effect);
    if (typeof original !== 'function') throw new Error(`there is no ${effect}`);
    let isFirst = true;
    const meanwhile = async (...args: readonly unknown[]): Promise<unknown> => {
      if (isFirst) {
        isFirst = false;
        await putBackTo(world, 3);
        await deliverNewest(world, 'branch');
      }
      return Reflect.apply(original, port, args);
    };
    Object.assign(port, { [effect]: meanwhile });
    await write(world, 'branch');
    for (const server of ['branch', 'hq', 'kiosk']) await write(world, server);
    expect(onServers(world)).toEqual(all({ a: 'a3', b: 'b3' }));
  },
);
