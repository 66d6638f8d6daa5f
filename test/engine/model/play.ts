/** One game: trouble for a while, then peace, then the rules are checked. */
import type { Share } from '../../../src/core/share.ts';
import type { Row } from './model-server.ts';
import { setShare, shareOf } from './sharing.ts';
import { putAside, puttingBack } from './putting-back.ts';
import { type Driving, oneProcess, type Work } from './driving.ts';
import { contentOf } from './filing.ts';
import { hundredths, People } from './people.ts';
import { type Process, Scheduler } from './scheduler.ts';
import { type Dice, diceOf } from './seeded-random.ts';
import { modelSettings, type Trouble, World } from './world.ts';

const mostProcesses = 6;

/** An edit so shortly before the sync deletes the record may have come between its reading and its delete, ms. */
const unseenMs = 2_000;

/** A request to a server that knows no condition may hang so long, ms: long enough for others to write meanwhile. */
const hangsMs = 1_500;

export type Ending = {
  /** Writes to servers in each round of peace, until two rounds had none. */
  readonly writesByRound: readonly number[];
  /** Each server's records by key: `a|b`. Two rows with one key show as two. */
  readonly held: Readonly<Record<string, readonly string[]>>;
  readonly broughtBack: readonly string[];
  readonly vanished: readonly string[];
  readonly openRows: number;
  /** Fields that wait for a person; in `held` they show as `?`. */
  readonly waiting: readonly Waiting[];
  /** Versions of records of which their history tells wrong, or nothing. */
  readonly mistold: readonly string[];
  /** Records whose number is not the sum of what people did, though no conflict is kept that says so. */
  readonly miscounted: readonly string[];
  /** Conflicts that say that a sum may be wrong. */
  readonly doubted: number;
  /** By kind: nothing in a game is dangerous. */
  readonly halted: readonly string[];
  readonly failures: readonly unknown[];
};

export type Waiting = {
  readonly key: string;
  readonly field: string;
  /** By server: what waits of it. What a person put back waits in the name of the first server, and is left out. */
  readonly candidates: Readonly<Record<string, string>>;
  /** What the server holds, by server. */
  readonly onServers: Readonly<Record<string, string>>;
  /** Of the conflicts that the head names, those that are kept and open. */
  readonly open: number;
};

export async function play(
  seed: number,
  trouble: Trouble,
  driving: Driving = oneProcess,
  steps = trouble.steps ?? 500,
): Promise<Ending> {
  const dice = diceOf(seed);
  const scheduler = new Scheduler(dice, trouble.unconditional ? hangsMs : 100);
  const world = new World(scheduler, trouble);
  const people = new People(dice, trouble.unique, trouble);
  if (trouble.shares) setShare(world, 'branch', evenOnes([...world.servers.keys()]));
  for (const server of world.servers.values()) {
    server.onRemove = (row) => {
      // Our script compares under a lock: no edit comes in between.
      if ((!server.hasScript || server.unconditional) && scheduler.now - row.editedAt < unseenMs)
        people.ended(server, row);
    };
  }
  for (const server of world.servers.values()) {
    server.onOverwritten = (row, field) => people.overwritten(server, row, field);
  }
  if (trouble.files) for (const server of world.servers.values()) server.keepsFile = isKept;
  const failures: unknown[] = [];
  await troubled(world, people, dice, { ...trouble, driving }, steps, failures);
  for (const server of world.servers.values()) {
    server.stale = 0;
    server.lost = 0;
    server.locked = new Set();
    server.keepsFile = () => false;
  }
  const writesByRound = await peace(world, driving, failures);
  const waiting = await waitingIn(world);
  const isWaiting = (key: string, field: string): boolean =>
    waiting.some((one) => one.key === key && one.field === field);
  const held = Object.fromEntries(
    [...world.servers].map(([name, { rows }]) => {
      const judged = trouble.shares && name === 'branch' ? withoutShare(world, rows) : rows;
      return [name, judged.map((row) => shown(row, isWaiting)).toSorted()];
    }),
  );
  const settled = new Set(
    [...world.servers.values()].flatMap(({ rows }) =>
      rows.flatMap((row) =>
        Object.entries(row.values).flatMap(([field, value]) => (isWaiting(row.key, field) ? [] : value)),
      ),
    ),
  );
  const final = new Set(
    [...world.servers.values()].flatMap(({ rows }) => rows.flatMap((row) => Object.values(row.values))),
  );
  const lost = (await world.ports.control.conflicts(100_000)).map(({ loser }) => loser.value);
  const kept = new Set([...lost, ...(await putAside(world))].map(contentOf));
  const doubted = (await world.ports.control.conflicts(100_000)).filter(
    ({ field, rule }) => field === 'n' && rule === 'sent-before',
  );
  const open = await world.ports.control.backlog();
  return {
    writesByRound,
    held,
    broughtBack: [...people.replaced].filter((value) => settled.has(value) && !world.putBack.has(value)),
    vanished: [...people.entered].filter(
      (value) =>
        !final.has(value) && !people.replaced.has(value) && !people.deleted.has(value) && !kept.has(value),
    ),
    openRows: [...open.values()].reduce((sum, { rows }) => sum + rows, 0),
    waiting,
    mistold: await world.heads.faults(world.ports.control),
    miscounted: miscounted(world, people, new Set(doubted.map(({ key }) => key))),
    doubted: doubted.length,
    halted: (await world.ports.control.halts()).map(({ kind, server }) => `${kind} on ${server}`),
    failures,
  };
}

const miscounted = (world: World, people: People, doubted: ReadonlySet<string>): readonly string[] =>
  [...people.counted].flatMap(([key, sum]) =>
    [...world.servers.values()].flatMap(({ name, rows }) =>
      rows
        .filter(
          (row) =>
            row.key === key &&
            !doubted.has(key) &&
            !people.uncounted.has(key) &&
            hundredths(row.values['n'] ?? '') !== sum,
        )
        .map((row) => `${key} on ${name} holds ${row.values['n']}, not ${sum} hundredths`),
    ),
  );

/** Every other file. */
const isKept = (content: string): boolean => Number(content.split('-').at(-1)) % 4 < 2;

/** More than any game has. */
const mostValues = 400;

/** Of records by field b: people number the values that they enter. */
const evenOnes = (servers: readonly string[]): Share =>
  shareOf(
    'remove',
    ...servers.flatMap((name) => Array.from({ length: mostValues / 2 }, (_, n) => `${name}-${2 * n}`)),
  );

const isOutside = ({ values }: Row): boolean => Number((values['b'] ?? '').split('-').at(-1)) % 2 === 1;

/** What branch would hold if it got all records: its own, as strays where they are outside its share, and of hq those that are. */
function withoutShare(world: World, own: readonly Row[]): readonly Pick<Row, 'key' | 'values'>[] {
  const all = world.servers.get('hq')?.rows ?? [];
  const strays = own.filter(isOutside).map(({ key, values }) => ({ key: `stray ${key}`, values }));
  return [...own.filter((row) => !isOutside(row)), ...all.filter(isOutside), ...strays];
}

async function waitingIn(world: World): Promise<readonly Waiting[]> {
  const { records, control } = world.ports;
  const listed = await records.keys(world.plan.name, 1000);
  const heads = await records.heads(
    world.plan.name,
    listed.map(({ key }) => key),
  );
  const open = new Set((await control.conflicts(100_000)).filter((one) => one.open).map(({ id }) => id));
  return [...heads.values()].flatMap(({ key, fields }) =>
    Object.entries(fields).flatMap(([field, { held }]) => {
      if (held === undefined) return [];
      const candidates = Object.entries(held.candidates)
        .filter(([, { value }]) => !world.putBack.has(value))
        .map(([server, { value }]) => [server, value]);
      const rows = [...world.servers.values()].flatMap((server) =>
        server.rows.filter((row) => row.key === key).map((row) => [server.name, row.values[field] ?? '']),
      );
      return {
        key,
        field,
        candidates: Object.fromEntries(candidates),
        onServers: Object.fromEntries(rows),
        open: held.conflicts.filter((id) => open.has(id)).length,
      };
    }),
  );
}

const shown = (
  { key, values }: { readonly key: string; readonly values: Readonly<Record<string, string>> },
  isWaiting: (key: string, field: string) => boolean,
): string => `${key}=${['a', 'b'].map((field) => (isWaiting(key, field) ? '?' : values[field])).join('|')}`;

async function troubled(
  world: World,
  people: People,
  dice: Dice,
  { driving, ...trouble }: Trouble & { readonly driving: Driving },
  steps: number,
  failures: unknown[],
): Promise<void> {
  const { scheduler } = world;
  const servers = [...world.servers.values()];
  for (const name of world.servers.keys()) await finish(world, driving.measure(name), failures);
  const running = new Set<Process>();
  for (let step = 0; step < steps; step += 1) {
    const person = servers[dice.pick(servers.length)];
    if (person && dice.chance(0.04)) people.act(person);
    if (person && dice.chance(trouble.locked ?? 0)) {
      person.locked = new Set(person.rows.map(({ key }) => key).filter(() => dice.chance(0.5)));
    }
    if (running.size < mostProcesses && dice.chance(0.5)) {
      const isPerson = trouble.putBacks !== undefined && dice.chance(trouble.putBacks);
      running.add(isPerson ? start(world, puttingBack(world, dice)) : launch(world, dice, driving));
    }
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
function launch(world: World, dice: Dice, driving: Driving): Process {
  const names = [...world.servers.keys()];
  const name = names[dice.pick(names.length)] ?? 'hq';
  return start(world, driving.any(name, dice));
}

const start = (world: World, work: Work): Process =>
  world.scheduler.start('work', (process) => work(world.engineOf(process)));

/** Nobody edits, nothing fails: rounds of read and write until two in a row wrote nothing. */
async function peace(world: World, driving: Driving, failures: unknown[]): Promise<readonly number[]> {
  const names = [...world.servers.keys()];
  const byRound: number[] = [];
  world.scheduler.now += driving.betweenMs;
  while (byRound.length < 12 && !(byRound.at(-1) === 0 && byRound.at(-2) === 0)) {
    const before = writesOf(world);
    for (const name of names) await finish(world, driving.measure(name), failures);
    for (const name of names) await finish(world, driving.readAll(name), failures);
    for (const name of names) await finish(world, driving.sweep(name), failures);
    world.scheduler.now += modelSettings.settleMs + 1;
    for (const name of names) await finish(world, driving.settle(name), failures);
    for (let pass = 0; pass < 4; pass += 1) {
      world.scheduler.now += driving.betweenMs;
      for (const name of names) await finish(world, driving.deliver(name), failures);
    }
    byRound.push(writesOf(world) - before);
  }
  return byRound;
}

const writesOf = (world: World): number =>
  [...world.servers.values()].reduce((sum, { writes }) => sum + writes, 0);

async function finish(world: World, work: Work, failures: unknown[]): Promise<void> {
  const process = start(world, work);
  while (!process.ended) await world.scheduler.step();
  if (process.failure) failures.push(process.failure);
}
