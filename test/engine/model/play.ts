/** One game: trouble for a while, then peace, then the rules are checked. */
import { drain } from '../../../src/engine/drain.ts';
import { placeOf } from '../../../src/engine/engine.ts';
import { enumerate } from '../../../src/engine/enumerate.ts';
import { measureClock, putBack } from '../../../src/engine/measure.ts';
import { People } from './people.ts';
import { type Process, Scheduler } from './scheduler.ts';
import { type Dice, diceOf } from './seeded-random.ts';
import { type Trouble, World } from './world.ts';

const never = new AbortController().signal;
const mostProcesses = 6;

export type Ending = {
  /** Writes to servers in each round of peace, until two rounds had none. */
  readonly writesByRound: readonly number[];
  /** Each server's records by key: `a|b`. Two rows with one key show as two. */
  readonly held: Readonly<Record<string, readonly string[]>>;
  readonly broughtBack: readonly string[];
  readonly vanished: readonly string[];
  readonly openRows: number;
  readonly failures: readonly unknown[];
};

export async function play(seed: number, trouble: Trouble, steps = 500): Promise<Ending> {
  const dice = diceOf(seed);
  const scheduler = new Scheduler(dice, 100);
  const world = new World(scheduler, trouble);
  const people = new People(dice, trouble.unique);
  const failures: unknown[] = [];
  await troubled(world, people, dice, trouble, steps, failures);
  for (const server of world.servers.values()) {
    server.stale = 0;
    server.lost = 0;
    server.locked = new Set();
  }
  const writesByRound = await peace(world, failures);
  const held = Object.fromEntries(
    [...world.servers].map(([name, { rows }]) => [name, rows.map(shown).toSorted()]),
  );
  const final = new Set(
    [...world.servers.values()].flatMap(({ rows }) => rows.flatMap((row) => Object.values(row.values))),
  );
  const kept = new Set(
    (await world.ports.control.conflicts(100_000)).map((conflict) => conflict.loser.value),
  );
  const open = await world.ports.control.backlog();
  return {
    writesByRound,
    held,
    broughtBack: [...people.replaced].filter((value) => final.has(value)),
    vanished: [...people.entered].filter(
      (value) => !final.has(value) && !people.replaced.has(value) && !kept.has(value),
    ),
    openRows: [...open.values()].reduce((sum, { rows }) => sum + rows, 0),
    failures,
  };
}

const shown = (row: { readonly key: string; readonly values: Readonly<Record<string, string>> }): string =>
  `${row.key}=${row.values['a']}|${row.values['b']}`;

async function troubled(
  world: World,
  people: People,
  dice: Dice,
  trouble: Trouble,
  steps: number,
  failures: unknown[],
): Promise<void> {
  const { scheduler } = world;
  const servers = [...world.servers.values()];
  for (const name of world.servers.keys()) await finish(world, measure(world, name), failures);
  const running = new Set<Process>();
  for (let step = 0; step < steps; step += 1) {
    const person = servers[dice.pick(servers.length)];
    if (person && dice.chance(0.04)) people.act(person);
    if (person && dice.chance(trouble.locked ?? 0)) {
      person.locked = new Set(person.rows.map(({ key }) => key).filter(() => dice.chance(0.5)));
    }
    if (running.size < mostProcesses && dice.chance(0.5)) running.add(launch(world, dice));
    for (const process of running) {
      if (dice.chance(trouble.crash / mostProcesses)) scheduler.kill(process);
      if (process.failure) failures.push(process.failure);
      if (process.ended || process.dead) running.delete(process);
    }
    await scheduler.step();
  }
  while (scheduler.busy) await scheduler.step();
  for (const process of running) if (process.failure) failures.push(process.failure);
}

/** A process of a random kind on a random server. */
function launch(world: World, dice: Dice): Process {
  const names = [...world.servers.keys()];
  const name = names[dice.pick(names.length)] ?? 'hq';
  const kind = dice.pick(10);
  if (kind < 4) return reading(world, name);
  if (kind < 8) return writing(world, name, dice.chance(0.3));
  if (kind < 9) return measure(world, name);
  return world.scheduler.start(`put back ${name}`, (process) =>
    putBack(world.engineOf(process), name, () => world.scheduler.dice.chance(0.5)),
  );
}

const measure = (world: World, name: string): Process =>
  world.scheduler.start(`measure ${name}`, (process) => measureClock(world.engineOf(process), name, never));

const reading = (world: World, name: string): Process =>
  world.scheduler.start(`read ${name}`, async (process) => {
    const engine = world.engineOf(process);
    const place = placeOf(engine, world.plan.name, name);
    if (place) await enumerate(engine, place, never);
  });

const writing = (world: World, name: string, force: boolean): Process =>
  world.scheduler.start(`write ${name}`, (process) =>
    drain(world.engineOf(process), name, { force, busy: new Set(), settling: new Map() }, never),
  );

/** Nobody edits, nothing fails: rounds of read and write until two in a row wrote nothing. */
async function peace(world: World, failures: unknown[]): Promise<readonly number[]> {
  const names = [...world.servers.keys()];
  const byRound: number[] = [];
  while (byRound.length < 12 && !(byRound.at(-1) === 0 && byRound.at(-2) === 0)) {
    const before = writesOf(world);
    for (const name of names) await finish(world, measure(world, name), failures);
    for (const name of names) await finish(world, reading(world, name), failures);
    for (let pass = 0; pass < 4; pass += 1) {
      world.scheduler.now += 1_000;
      for (const name of names) {
        const put = (process: Process) => putBack(world.engineOf(process), name, () => true);
        await finish(world, world.scheduler.start(`put back ${name}`, put), failures);
        await finish(world, writing(world, name, true), failures);
      }
    }
    byRound.push(writesOf(world) - before);
  }
  return byRound;
}

const writesOf = (world: World): number =>
  [...world.servers.values()].reduce((sum, { writes }) => sum + writes, 0);

async function finish(world: World, process: Process, failures: unknown[]): Promise<void> {
  while (!process.ended) await world.scheduler.step();
  if (process.failure) failures.push(process.failure);
}
