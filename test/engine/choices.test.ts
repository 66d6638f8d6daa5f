/** What people choose about conflicts, afterwards: single sequences of events, and a death at every effect. */
import { describe, expect, test } from 'vitest';
import type { Decided, Keep } from '../../src/core/choice.ts';
import type { Conflict } from '../../src/core/conflict.ts';
import type { ConflictPolicy } from '../../src/core/link.ts';
import { chooseOutcome, undoChoice, type Wanted } from '../../src/engine/choose.ts';
import type { Handing } from '../../src/engine/hand-over.ts';
import { alone, calmWorld, synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import type { Roles, World } from './model/world.ts';

const three: Roles = [
  ['hq', 'both'],
  ['branch', 'both'],
  ['kiosk', 'both'],
];

const server = (world: World, name: string): ModelServer => {
  const found = world.servers.get(name);
  if (found === undefined) throw new Error(`there is no server ${name}`);
  return found;
};

function edit(world: World, name: string, value: string, field = 'a'): void {
  const [row] = server(world, name).rows;
  if (row !== undefined) server(world, name).edit(row, { [field]: value });
}

const held = (world: World, field = 'a'): readonly (string | undefined)[] =>
  [...world.servers.values()].map(({ rows }) => rows[0]?.values[field]);

/** All that happened meanwhile is carried. */
async function settle(world: World): Promise<void> {
  for (let run = 0; run < 2; run += 1) {
    world.scheduler.now += 5_000;
    await synced(world);
  }
}

/** hq and branch changed one field, neither having seen the other's change; kiosk has the record too. */
async function inConflict(conflicts: ConflictPolicy, seed = 7): Promise<World> {
  const world = calmWorld(seed, three);
  world.plan = { ...world.plan, conflicts };
  server(world, 'hq').insert('k', { a: 'open', b: '' });
  await settle(world);
  edit(world, 'hq', 'of hq');
  world.scheduler.now += 60_000;
  edit(world, 'branch', 'of branch');
  await settle(world);
  return world;
}

const kept = (world: World): Promise<readonly Conflict[]> => world.ports.control.conflicts(99);
const waiting = (world: World): Promise<readonly Conflict[]> =>
  world.ports.control.conflicts(99, { open: true });
const keeping = (name: string): Keep => ({ kind: 'server', server: name });

type Options = Partial<Pick<Wanted, 'force' | 'only'>>;

const choosing =
  (world: World, keep: Keep | 'undo', conflicts: readonly Conflict[], options: Options = {}) =>
  (engine: Handing): Promise<Decided> => {
    const wanted = { plan: world.plan, conflicts, ...options };
    return keep === 'undo' ? undoChoice(engine, wanted) : chooseOutcome(engine, wanted, keep);
  };

const chosen = async (world: World, keep: Keep | 'undo', options: Options = {}): Promise<Decided> =>
  alone(world, choosing(world, keep, await kept(world), options));

describe('a conflict that is held', () => {
  const hold: ConflictPolicy = { kind: 'hold' };

  test('leaves each server its own value and is listed; the choice goes to all, and it is listed no longer', async () => {
    const world = await inConflict(hold);
    expect(held(world).slice(0, 2)).toEqual(['of hq', 'of branch']);
    expect(await waiting(world)).toHaveLength(1);
    expect(await chosen(world, keeping('branch'))).toMatchObject({ kind: 'decided' });
    await settle(world);
    expect(held(world)).toEqual(['of branch', 'of branch', 'of branch']);
    expect(await waiting(world)).toEqual([]);
  });

  test('may get a value that no server had', async () => {
    const world = await inConflict(hold);
    await chosen(world, { kind: 'value', value: 'both' });
    await settle(world);
    expect(held(world)).toEqual(['both', 'both', 'both']);
  });

  test('can be chosen otherwise afterwards, and each choice can be taken back', async () => {
    const world = await inConflict(hold);
    await chosen(world, keeping('branch'));
    await settle(world);
    world.scheduler.now += 1_000;
    await chosen(world, keeping('hq'));
    await settle(world);
    expect(held(world)).toEqual(['of hq', 'of hq', 'of hq']);
    await chosen(world, 'undo');
    await settle(world);
    expect(held(world)).toEqual(['of branch', 'of branch', 'of branch']);
    await chosen(world, 'undo');
    await settle(world);
    expect(await waiting(world)).toHaveLength(1);
    world.scheduler.now += 1_000;
    await chosen(world, keeping('hq'));
    await settle(world);
    expect(held(world)).toEqual(['of hq', 'of hq', 'of hq']);
    expect(await chosen(world, 'undo')).toMatchObject({ kind: 'decided' });
  });

  test('takes the value that a server has now, not the one it had when it began', async () => {
    const world = await inConflict(hold);
    edit(world, 'branch', 'of branch, again');
    await settle(world);
    await chosen(world, keeping('branch'));
    await settle(world);
    expect(held(world)).toEqual(['of branch, again', 'of branch, again', 'of branch, again']);
  });

  test('R5: keeps what waited and was not chosen', async () => {
    const world = await inConflict(hold);
    edit(world, 'branch', 'of branch, again');
    await settle(world);
    await chosen(world, keeping('hq'));
    const before = (await kept(world)).flatMap(({ choices = [] }) => choices.map((choice) => choice.before));
    expect(before[0]?.held?.candidates['branch']?.value).toBe('of branch, again');
  });

  test('is over, and listed no longer, when people make it the same on all servers that differ', async () => {
    const world = await inConflict(hold);
    edit(world, 'branch', 'of hq');
    await settle(world);
    expect(held(world)).toEqual(['of hq', 'of hq', 'of hq']);
    expect(await waiting(world)).toEqual([]);
    expect((await kept(world)).map(({ agreedAt }) => agreedAt)).toEqual([expect.any(Number)]);
  });

  test('of three servers is one choice, by whichever of its conflicts it is made', async () => {
    const world = await inConflict(hold);
    edit(world, 'kiosk', 'of kiosk');
    await settle(world);
    const [last] = await waiting(world);
    expect(await waiting(world)).toHaveLength(2);
    await alone(world, choosing(world, keeping('kiosk'), last ? [last] : []));
    await settle(world);
    expect(held(world)).toEqual(['of kiosk', 'of kiosk', 'of kiosk']);
    expect(await waiting(world)).toEqual([]);
  });

  test('goes to a server that has no such record with the value that the head holds', async () => {
    const world = await inConflict(hold);
    server(world, 'hq').insert('other', { a: '1', b: '' });
    await settle(world);
    expect(server(world, 'kiosk').rows.map(({ key }) => key)).toEqual(['k', 'other']);
  });

  test('a change that did not see the choice is a conflict more, and waits', async () => {
    const world = await inConflict(hold);
    await chosen(world, keeping('hq'));
    edit(world, 'branch', 'later');
    await settle(world);
    expect(await waiting(world)).toHaveLength(1);
    expect(held(world)[1]).toBe('later');
  });
});

describe('a conflict that was decided', () => {
  const newest: ConflictPolicy = { kind: 'newest' };

  test('can be decided otherwise, and that be taken back', async () => {
    const world = await inConflict(newest);
    expect(held(world)).toEqual(['of branch', 'of branch', 'of branch']);
    await chosen(world, keeping('hq'));
    await settle(world);
    expect(held(world)).toEqual(['of hq', 'of hq', 'of hq']);
    await chosen(world, 'undo');
    await settle(world);
    expect(held(world)).toEqual(['of branch', 'of branch', 'of branch']);
    expect(await chosen(world, 'undo')).toMatchObject({ kind: 'refused', why: 'nothing-chosen' });
  });

  test('R4: is left alone where the field was changed since, unless the person insists; that value is kept', async () => {
    const world = await inConflict(newest);
    edit(world, 'kiosk', 'since');
    await settle(world);
    expect(await chosen(world, keeping('hq'))).toMatchObject({ why: 'moved', now: { value: 'since' } });
    await settle(world);
    expect(held(world)).toEqual(['since', 'since', 'since']);
    await chosen(world, keeping('hq'), { force: true });
    await settle(world);
    expect(held(world)).toEqual(['of hq', 'of hq', 'of hq']);
    await chosen(world, 'undo');
    await settle(world);
    expect(held(world)).toEqual(['since', 'since', 'since']);
  });

  test('R4: a choice is not taken back where the field was changed since, unless the person insists', async () => {
    const world = await inConflict(newest);
    await chosen(world, keeping('hq'));
    await settle(world);
    edit(world, 'kiosk', 'since');
    await settle(world);
    expect(await chosen(world, 'undo')).toMatchObject({ why: 'moved', now: { value: 'since' } });
    await chosen(world, 'undo', { force: true });
    await settle(world);
    expect(held(world)).toEqual(['of branch', 'of branch', 'of branch']);
    const [undone] = (await kept(world)).flatMap(({ choices = [] }) => choices);
    expect(undone?.undone?.before.value).toBe('since');
  });

  test('R4: who changes the field after having got the choice wins, though its clock be slow', async () => {
    const world = await inConflict(newest);
    await chosen(world, keeping('hq'));
    await settle(world);
    for (const one of world.servers.values()) expect(one.rows[0]?.values['a']).toBe('of hq');
    edit(world, 'branch', 'after');
    await settle(world);
    expect(held(world)).toEqual(['after', 'after', 'after']);
    expect(await kept(world)).toHaveLength(1);
  });

  test('a server of which nothing is known is refused with those of which something is', async () => {
    const world = await inConflict(newest);
    expect(await chosen(world, keeping('kiosk'))).toMatchObject({
      why: 'no-value',
      servers: ['hq', 'branch'],
    });
  });
});

test('of a change of two fields one can be chosen by itself', async () => {
  const world = calmWorld(7, three);
  server(world, 'hq').insert('k', { a: 'open', b: 'open' });
  await settle(world);
  for (const field of ['a', 'b']) edit(world, 'hq', 'of hq', field);
  world.scheduler.now += 60_000;
  for (const field of ['a', 'b']) edit(world, 'branch', 'of branch', field);
  await settle(world);
  expect(await chosen(world, { kind: 'value', value: 'x' })).toMatchObject({
    why: 'which-field',
    fields: ['a', 'b'],
  });
  await chosen(world, keeping('hq'), { only: 'b' });
  await settle(world);
  expect([held(world, 'a'), held(world, 'b')]).toEqual([
    ['of branch', 'of branch', 'of branch'],
    ['of hq', 'of hq', 'of hq'],
  ]);
});

test('with merge: record a held record is chosen as a whole, and taken back as a whole', async () => {
  const world = calmWorld(7, three);
  world.plan = { ...world.plan, conflicts: { kind: 'hold' }, merge: 'record' };
  server(world, 'hq').insert('k', { a: 'open', b: 'open' });
  await settle(world);
  edit(world, 'hq', 'of hq', 'a');
  edit(world, 'branch', 'of branch', 'b');
  await settle(world);
  expect([held(world, 'a')[0], held(world, 'b')[0]]).toEqual(['of hq', 'open']);
  expect([held(world, 'a')[1], held(world, 'b')[1]]).toEqual(['open', 'of branch']);
  await chosen(world, keeping('branch'));
  await settle(world);
  expect([held(world, 'a'), held(world, 'b')].map((values) => new Set(values))).toEqual([
    new Set(['open']),
    new Set(['of branch']),
  ]);
  await chosen(world, 'undo');
  expect((await waiting(world)).map(({ field }) => field).toSorted()).toEqual(['a', 'b']);
  world.scheduler.now += 1_000;
  await chosen(world, keeping('hq'));
  await settle(world);
  expect([held(world, 'a'), held(world, 'b')].map((values) => new Set(values))).toEqual([
    new Set(['of hq']),
    new Set(['open']),
  ]);
});

describe.each([
  ['a choice', 'choice'],
  ['an undoing', 'undo'],
] as const)('R2, R5: %s that dies', (_name, what) => {
  const effects = Array.from({ length: 16 }, (_, at) => at);

  test.each(effects)(
    'after %i effects is not made, or made; what waits is listed, and it can be made again',
    async (sent) => {
      const world = await inConflict({ kind: 'hold' });
      if (what === 'undo') await chosen(world, keeping('branch'));
      const conflicts = await kept(world);
      const work = choosing(world, what === 'undo' ? 'undo' : keeping('branch'), conflicts);
      world.scheduler.now += 1_000;
      const process = world.scheduler.start('dying', (one) => work(world.engineOf(one)));
      for (let step = 0; step < sent && !process.ended; step += 1) await world.scheduler.step();
      if (!process.ended) world.scheduler.kill(process);
      const head = (await world.ports.records.heads('contacts', ['k'])).get('k');
      const waits = head?.fields['a']?.held !== undefined;
      expect(waits ? (await waiting(world)).length : 1).toBe(1);
      world.scheduler.now += 1_000;
      await chosen(world, keeping('branch'));
      await settle(world);
      expect(held(world)).toEqual(['of branch', 'of branch', 'of branch']);
      expect(await waiting(world)).toEqual([]);
    },
  );
});
