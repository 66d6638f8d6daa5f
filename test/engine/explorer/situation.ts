/** Where an exploration begins, who is at work then, and what people do meanwhile: all about one record, `k`. */
import type { BatchId } from '../../../src/core/batch.ts';
import type { ConflictPolicy, DeletePolicy } from '../../../src/core/link.ts';
import { workOn } from '../../../src/engine/drain.ts';
import { type Engine, placeOf } from '../../../src/engine/engine.ts';
import { enumerate } from '../../../src/engine/enumerate.ts';
import { runOnce } from '../../../src/engine/run.ts';
import { settleSuspects } from '../../../src/engine/suspects.ts';
import { sweep } from '../../../src/engine/sweep.ts';
import type { ModelServer, Row } from '../model/model-server.ts';
import { modelSettings, type World } from '../model/world.ts';
import type { Thread } from './thread.ts';

export type Process = (engine: Engine, thread: Thread) => Promise<unknown>;
type Freely = (work: (engine: Engine) => Promise<unknown>) => Promise<void>;
type ByPerson = <Result>(act: () => Result) => Result;

export type Situation = {
  readonly name: string;
  readonly policy?: DeletePolicy;
  readonly conflicts?: ConflictPolicy;
  /** Branch has no condition for updates. */
  readonly unconditional?: true;
  /** Returns the batches that wait for branch. */
  readonly prepare: (world: World, person: ByPerson, freely: Freely) => Promise<readonly BatchId[]>;
  readonly processes: (waiting: readonly BatchId[]) => Readonly<Record<string, Process>>;
  readonly acts: Readonly<Record<string, (world: World) => void>>;
};

const { signal: never } = new AbortController();

export function server(world: World, name: string): ModelServer {
  const found = world.servers.get(name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
}

const rowOf = (world: World, name: string): Row | undefined =>
  server(world, name).rows.find(({ key }) => key === 'k');

const nothing = (): void => undefined;

let entered = 0;
const value = (): string => `v${(entered += 1)}`;

const make = (world: World, name: string): void => {
  if (rowOf(world, name) === undefined) server(world, name).insert('k', { a: value(), b: value() });
};
const edit = (world: World, name: string, field = 'a'): void => {
  const row = rowOf(world, name);
  if (row !== undefined) server(world, name).edit(row, { [field]: value() });
};
const remove = (world: World, name: string): void => {
  const row = rowOf(world, name);
  if (row !== undefined) server(world, name).delete(row);
};

const at =
  (
    name: string,
    work: (engine: Engine, place: NonNullable<ReturnType<typeof placeOf>>) => Promise<unknown>,
  ) =>
  async (engine: Engine): Promise<void> => {
    const place = placeOf(engine, 'contacts', name);
    if (place !== undefined) await work(engine, place);
  };

const reading = (name: string) => at(name, (engine, place) => enumerate(engine, place, never));

/** Both looks at what seems to be gone, a settle time apart. */
const sweeping =
  (name: string): Process =>
  async (engine, thread) => {
    await at(name, (of, place) => sweep(of, place, never))(engine);
    await thread.gate('later');
    await at(name, (of, place) => settleSuspects(of, place, never))(engine);
  };

const writing =
  (name: string, batch: BatchId | undefined): Process =>
  (engine) =>
    batch === undefined ? Promise.resolve() : workOn(engine, name, batch, true, never);

/** All batches that wait for it by then. */
const writingAll =
  (name: string): Process =>
  async (engine) => {
    for (const { id } of await engine.control.openBatches(name, 9))
      await workOn(engine, name, id, true, never);
  };

/** Both servers hold the record, and the sync knows it; something happens on hq, which is read; `since`: what is not read yet. */
const after =
  (
    happens: (world: World) => void,
    begins = make,
    since: (world: World) => void = nothing,
  ): Situation['prepare'] =>
  async (world, person, freely) => {
    entered = 0;
    person(() => begins(world, 'hq'));
    await freely((engine) => runOnce(engine, never));
    world.scheduler.now += 100 * modelSettings.settleMs;
    await freely((engine) => runOnce(engine, never));
    world.scheduler.now += 100 * modelSettings.settleMs;
    person(() => happens(world));
    await freely(reading('hq'));
    await freely(at('hq', (engine, place) => sweep(engine, place, never)));
    world.scheduler.now += modelSettings.settleMs + 1;
    await freely(at('hq', (engine, place) => settleSuspects(engine, place, never)));
    person(() => since(world));
    return (await world.ports.control.openBatches('branch', 9)).map(({ id }) => id);
  };

/** Two writers on one batch, or on two of one record; a reader and a sweeper of the server that is written to. */
const four: Situation['processes'] = ([first, second = first]) => ({
  W1: writing('branch', first),
  W2: writing('branch', second),
  E: reading('branch'),
  S: sweeping('branch'),
});

/** A writer, whatever comes of it; then hq is read, another writer works on all that there is, and branch is read. */
const oneAfterTheOther: Situation['processes'] = ([first]) => ({
  W1: writing('branch', first),
  EH: reading('hq'),
  W2: writingAll('branch'),
  EB: reading('branch'),
});

/** Both servers are read while one is swept and written to. */
const bothRead: Situation['processes'] = ([first]) => ({
  EH: reading('hq'),
  EB: reading('branch'),
  W: writing('branch', first),
  S: sweeping('hq'),
});

const editBoth = (world: World): void => {
  edit(world, 'hq');
  edit(world, 'branch', 'b');
};

export const situations: readonly Situation[] = [
  {
    name: 'an edit of hq is on its way, branch edits the same field',
    prepare: after((world) => edit(world, 'hq')),
    processes: four,
    acts: { P: (world) => edit(world, 'branch') },
  },
  {
    name: 'a record made on hq is on its way, branch makes one with its key',
    prepare: after((world) => make(world, 'hq'), nothing),
    processes: four,
    acts: { P: (world) => make(world, 'branch') },
  },
  {
    name: 'a delete of hq is on its way, branch edits',
    prepare: after((world) => remove(world, 'hq')),
    processes: four,
    acts: { P: (world) => edit(world, 'branch') },
  },
  {
    name: 'a delete of hq that wins is on its way, branch edits',
    policy: 'delete-wins',
    prepare: after((world) => remove(world, 'hq')),
    processes: four,
    acts: { P: (world) => edit(world, 'branch') },
  },
  {
    name: 'an edit of hq is on its way, branch deletes the record and makes it anew',
    prepare: after((world) => edit(world, 'hq')),
    processes: four,
    acts: { P: (world) => remove(world, 'branch'), Q: (world) => make(world, 'branch') },
  },
  {
    name: 'an edit of hq is on its way, branch deletes the record, deletes win',
    policy: 'delete-wins',
    prepare: after((world) => edit(world, 'hq')),
    processes: four,
    acts: { P: (world) => remove(world, 'branch') },
  },
  {
    name: 'an edit of hq is on its way, branch edits the same field, conflicts are held, and branch deletes',
    policy: 'delete-wins',
    conflicts: { kind: 'hold' },
    prepare: after((world) => edit(world, 'hq')),
    processes: four,
    acts: { P: (world) => edit(world, 'branch'), Q: (world) => remove(world, 'branch') },
  },
  {
    name: 'an edit of hq is on its way, hq edits the same field again and branch another one',
    prepare: after((world) => edit(world, 'hq'), make, editBoth),
    processes: bothRead,
    acts: { P: (world) => edit(world, 'branch') },
  },
  {
    name: 'an edit of hq is on its way, both edit again and hq deletes the record',
    prepare: after((world) => edit(world, 'hq'), make, editBoth),
    processes: bothRead,
    acts: { P: (world) => remove(world, 'hq') },
  },
  {
    name: 'branch has no condition for updates, an edit of hq is on its way and the same field edited there again',
    unconditional: true,
    prepare: after(
      (world) => edit(world, 'hq'),
      make,
      (world) => edit(world, 'hq'),
    ),
    processes: oneAfterTheOther,
    acts: { P: (world) => edit(world, 'hq', 'b') },
  },
];
