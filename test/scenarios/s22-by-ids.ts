/** S22 on a server that speaks OData: it knows fields and tables by ids. What is renamed goes on; what is gone halts; what is made anew is another field. */
import { z } from 'zod';
import { account, type Office, table } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Stage } from './support/scenario.ts';
import type { Score } from './support/score.ts';
import { hour, second, tick } from './support/spans.ts';
import type { Told } from './support/sync.ts';
import type { Plain, World } from './support/world.ts';

/** Branch is the second server, which speaks OData in both ways of mixing. */
const drifting = 'branch';

export async function playedByIds(stage: Stage, score: Score): Promise<readonly string[]> {
  return [
    await renamed(stage, score, {
      what: 'field renamed',
      drift: ({ control }) => control.renameField({ table, from: 'notes', to: 'remarks' }),
      field: 'remarks',
      written: { rename: { notes: 'remarks' } },
    }),
    await renamed(stage, score, {
      what: 'table occurrence renamed',
      drift: ({ control }) => control.renameOccurrence({ from: table, to: 'People' }),
      field: 'notes',
      written: undefined,
    }),
    await madeAnew(stage, score),
  ];
}

type Renamed = {
  readonly what: string;
  readonly drift: (office: Office) => void;
  /** What the field is called there afterwards. */
  readonly field: string;
  /** What is written into its link then. */
  readonly written: Plain | undefined;
};

async function opened({ size, open }: Stage): Promise<World> {
  const world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {}, kiosk: {} } });
  for (let run = 0; run < 2; run += 1) {
    await world.run();
    world.time.pass(tick);
  }
  world.time.pass(hour);
  return world;
}

async function renamed(
  stage: Stage,
  score: Score,
  { what, drift, field, written }: Renamed,
): Promise<string> {
  await using world = await opened(stage);
  const { hq, branch, time } = world;
  const people = new People();
  const keys = [...hq.byKey.keys()];
  const editAll = (round: number): void => {
    for (const [at, key] of keys.entries())
      people.edit(at % 2 === 0 ? hq : branch, key, { name: `edit ${round} of ${key}` });
    for (const key of keys.slice(0, keys.length / 2)) hq.edit(key, { notes: `note ${round} of ${key}` });
  };
  const demandAll = (round: number): void => {
    people.demandEverywhere(score, world.offices.values());
    const held = keys.slice(0, keys.length / 2).map((key) => branch.value(key, field));
    const should = keys.slice(0, keys.length / 2).map((key) => `note ${round} of ${key}`);
    score.same(`${what}: its values there, round ${round}`, held, should);
  };

  editAll(1);
  const runAt = time.now() + tick;
  time.plan(runAt + second, () => drift(branch));
  branch.control.addTrouble({ effect: { kind: 'delay', ms: 2 * second }, on: ['find'], next: 1 });
  time.goTo(runAt);
  const told = [await world.run()];
  demandAll(1);
  time.pass(tick);
  editAll(2);
  time.pass(tick);
  told.push(await world.run());
  demandAll(2);
  told.push(await world.sweep());
  score.same(`${what}: halts`, told.flatMap(({ halts }) => halts).length, 0);
  score.same(`${what}: failures`, Object.assign({}, ...told.map(({ failures }) => failures)), {});
  score.same(`${what}: told`, toldOf(told), [what]);

  if (written !== undefined) world.configure((configuration) => linked(configuration, written));
  world.resetCounters();
  time.pass(tick);
  const after = [await world.run(), await world.sweep()];
  score.same(`${what}: writes once the configuration says so`, world.writes, 0);
  score.same(`${what}: read anew then`, listings(after), 0);
  score.same(`${what}: told again`, toldOf(after), []);
  return `${what}: goes on`;
}

const toldOf = (told: readonly Told[]): readonly string[] =>
  told.flatMap(({ events }) =>
    events.flatMap((event) => {
      if (event.kind !== 'called-otherwise' || event.server !== drifting) return [];
      return event.occurrence === undefined ? 'field renamed' : 'table occurrence renamed';
    }),
  );

const listings = (told: readonly Told[]): number =>
  told.flatMap(({ events }) =>
    events.filter((event) => event.kind === 'read' && event.phase.startsWith('first')),
  ).length;

const map = z.record(z.string(), z.unknown());

const linked = (configuration: Plain, written: Plain): Plain => {
  const tables = map.parse(configuration['tables']);
  const contacts = map.parse(tables['contacts']);
  const servers = map.parse(contacts['servers']);
  const link = { ...map.parse(servers[drifting]), ...written };
  return {
    ...configuration,
    tables: { ...tables, contacts: { ...contacts, servers: { ...servers, [drifting]: link } } },
  };
};

/** Gone, it halts; made anew under its name it is another field, whose emptiness is nobody's edit. */
async function madeAnew(stage: Stage, score: Score): Promise<string> {
  await using world = await opened(stage);
  const { hq, branch, time } = world;
  const people = new People();
  const keys = [...hq.byKey.keys()];
  const notes = new Map(keys.map((key) => [key, hq.value(key, 'notes')]));
  const what = 'field made anew';
  await changeSchema(branch, 'DELETE', '/notes');
  for (const key of keys.slice(0, 10)) people.edit(branch, key, { name: `on branch ${key}` });
  for (const key of keys.slice(10, 20)) people.edit(hq, key, { name: `at hq ${key}` });
  time.pass(tick);
  world.resetCounters();
  const gone = await world.run();
  const halted = gone.halts.map((halt) => [halt.server, halt.kind, halt.fields]);
  score.same(`${what}: halted while it is gone`, halted, [[drifting, 'schema-drift', ['notes']]]);
  score.same(`${what}: writes there meanwhile`, branch.stats.writes, 0);

  await changeSchema(branch, 'PATCH', '', { fields: [{ name: 'notes', type: 'VARCHAR(1000)' }] });
  time.pass(tick);
  const told = [await world.run()];
  time.pass(tick);
  told.push(await world.run());
  score.same(`${what}: halts then`, told.at(-1)?.halts.length, 0);
  people.demandEverywhere(score, world.offices.values());
  for (const office of world.offices.values()) {
    const held = keys.map((key) => office.value(key, 'notes'));
    score.same(`${what}: values of the field`, held, [...notes.values()]);
  }
  score.same(
    `${what}: conflicts and parked`,
    told.map(({ conflicts, parked }) => conflicts.length + parked.length),
    [0, 0],
  );
  world.resetCounters();
  time.pass(tick);
  await world.run();
  score.same(`${what}: writes in the end`, world.writes, 0);
  return `${what}: halted, then filled in ${keys.length} records`;
}

/** As a developer does it by OData. */
async function changeSchema(office: Office, method: string, path: string, body?: object): Promise<void> {
  const credentials = Buffer.from(`${account.name}:${account.password}`).toString('base64');
  const { ok, status } = await fetch(`${office.url}/fmi/odata/v4/Main/FileMaker_Tables/${table}${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!ok) throw new Error(`the schema could not be changed: ${status}`);
}
