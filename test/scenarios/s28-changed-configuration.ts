import { layout, type Office, table } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import { passes } from './support/passes.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import type { Told } from './support/sync.ts';
import { minute, tick } from './support/spans.ts';
import type { Plain, World } from './support/world.ts';

type Names = Readonly<Record<string, string>>;

/** The configuration as this scenario varies it. */
type Site = {
  /** In the order of the file. */
  readonly servers: readonly string[];
  readonly fields: readonly string[];
  /** By server. */
  readonly rename: Readonly<Record<string, Names>>;
  /** Those that are found under another address. */
  readonly moved: readonly string[];
};

const first: Site = {
  servers: ['hq', 'branch', 'kiosk'],
  fields: ['name', 'notes', 'amount', 'born'],
  rename: {},
  moved: [],
};

type Change = {
  readonly what: string;
  readonly to: (site: Site) => Site;
  /** What is done in the files with it. */
  readonly inFiles?: (world: World) => void;
};

const called = (site: Site, of: readonly string[], name: string, own: string): Site['rename'] =>
  Object.fromEntries(
    site.servers.map((server) => {
      const before = site.rename[server] ?? {};
      return [server, of.includes(server) ? { ...before, [name]: own } : before] as const;
    }),
  );

const changes: readonly Change[] = [
  { what: 'a field added', to: (site) => ({ ...site, fields: [...site.fields, 'opens'] }) },
  {
    what: 'a field called otherwise in the configuration',
    to: (site) => ({
      ...site,
      fields: site.fields.map((name) => (name === 'notes' ? 'remarks' : name)),
      rename: called(site, site.servers, 'remarks', 'notes'),
    }),
  },
  {
    what: 'a field renamed in one file',
    inFiles: ({ branch }) => branch.control.renameField({ table, from: 'born', to: 'birthday' }),
    to: (site) => ({ ...site, rename: called(site, ['branch'], 'born', 'birthday') }),
  },
  {
    what: 'the order changed',
    to: (site) => ({ ...site, fields: site.fields.toReversed(), servers: site.servers.toReversed() }),
  },
  {
    what: 'a server added',
    to: (site) => ({
      ...site,
      servers: [...site.servers, 'shop'],
      rename: { ...site.rename, shop: site.rename['hq'] ?? {} },
    }),
  },
  {
    what: 'a server removed',
    to: (site) => ({ ...site, servers: site.servers.filter((server) => server !== 'kiosk') }),
  },
  {
    what: 'a server moved to another address',
    to: (site) => ({ ...site, moved: ['branch'] }),
  },
];

export const changedConfiguration: Scenario = {
  id: 'S28',
  trouble: 'the configuration changes while people edit: each change alone, and all at once',
  size: { full: 200, dynamodb: 12 },
  naive: 'fails',
  async play(stage) {
    const score = new Score();
    const all = { what: 'all at once', ...together(changes) };
    let conflicts = 0;
    for (const change of [...changes, all]) conflicts += await played(stage, change, score);
    return score.outcome(`${changes.length + 1} changes, ${conflicts} fields differed and were kept`);
  },
};

const together = (all: readonly Change[]): Pick<Change, 'to' | 'inFiles'> => ({
  to: (site) => all.reduce((sofar, { to }) => to(sofar), site),
  inFiles: (world) => {
    for (const { inFiles } of all) inFiles?.(world);
  },
});

/** Returns how many fields were in conflict. */
async function played(stage: Stage, change: Change, score: Score): Promise<number> {
  const empty = { clockOffsetMs: 0 };
  await using world = await stage.open({
    offices: { hq: { rows: rows(0, stage.size), ...empty }, branch: empty, kiosk: empty, shop: empty },
  });
  const people = new People();
  world.configure(configurationOf(first));
  await passes(world, 3);
  beforeTheChange(world, people);
  await passes(world, 2);
  world.time.pass(minute);
  // Nobody has read these when the configuration changes.
  people.edit(world.branch, 'K-00001', { name: 'edited at branch' });
  people.edit(world.hq, 'K-00002', { notes: '' });
  const after = change.to(first);
  change.inFiles?.(world);
  world.configure(configurationOf(after));
  world.resetCounters();
  const told = [await pass(world), await pass(world)];
  people.edit(world.hq, 'K-00001', { name: 'edited at hq' });
  told.push(await pass(world), await pass(world));
  judge({ stage, change, after, world, people, told }, score);
  return told.at(-1)?.conflicts.length ?? 0;
}

async function pass(world: World): Promise<Told> {
  world.time.pass(tick);
  return world.run();
}

/** `opens` is not carried at first: the same in one record, in one at hq only, and different in one. */
function beforeTheChange(world: World, people: People): void {
  for (const office of [world.hq, world.branch, world.office('kiosk')])
    office.edit('K-00004', { opens: '09:00:00' });
  people.edit(world.hq, 'K-00003', { opens: '08:00:00' });
  world.hq.edit('K-00005', { opens: '10:00:00' });
  world.time.pass(minute);
  people.edit(world.branch, 'K-00005', { opens: '11:00:00' });
}

const configurationOf =
  ({ servers, fields, rename, moved }: Site) =>
  (configuration: Plain): Plain => {
    const described = new Map<string, Plain>(Object.entries(Object(configuration['servers'])));
    const isAt = (server: string): Plain => {
      const before = described.get(server) ?? {};
      // The same server under another name of this machine.
      const url = String(before['url']).replace('127.0.0.1', 'localhost');
      return moved.includes(server) ? { ...before, url } : before;
    };
    return {
      ...configuration,
      servers: Object.fromEntries(servers.map((server) => [server, isAt(server)])),
      tables: {
        contacts: {
          key: 'id',
          modified: 'modified_at',
          fields,
          servers: Object.fromEntries(
            servers.map((server) => [server, { layout, rename: rename[server] ?? {} }]),
          ),
        },
      },
    };
  };

type Played = {
  readonly stage: Stage;
  readonly change: Change;
  readonly after: Site;
  readonly world: World;
  readonly people: People;
  readonly told: readonly Told[];
};

function judge(of: Played, score: Score): void {
  const { change, after, world, people, told } = of;
  const { what } = change;
  const offices = after.servers.map((server) => world.office(server));
  const hasField = after.fields.includes('opens');
  const keys = people.keys.filter((key) => hasField || !['K-00003', 'K-00005'].includes(key));
  people.demandEverywhere(score, offices, keys);
  for (const [server, writes] of expectedWrites(of)) {
    const seen = world.office(server).stats.writes;
    score.demand(seen <= writes, `${what}: ${seen} writes on ${server}, ${writes} are enough`);
  }
  if (of.stage.kind.name === 'naive') return;
  // The field that is carried from now on differed in one record.
  score.same(`${what}: conflicts`, told.at(-1)?.conflicts.length, hasField ? 1 : 0);
  score.same(`${what}: halted`, told.flatMap(({ halted }) => halted).length, 0);
  score.same(`${what}: rows that wait`, told.at(-1)?.openRows, 0);
  for (const [server, office] of [...world.offices].filter(([name]) => !isReadAnew(of, name)))
    score.same(`${what}: ${server} is listed`, listings(of, server, office), 0);
  const { requests } = world.office('kiosk').stats;
  if (!after.servers.includes('kiosk')) score.same(`${what}: kiosk is asked`, requests.find, 0);
}

/** Over OData one row is asked for to see whether batches work: what the engine read says whether it was more. */
const listings = ({ world, told }: Played, server: string, { stats }: Office): number =>
  world.apiOf(server) === 'data'
    ? stats.requests.list
    : told.flatMap(({ events }) =>
        events.filter(
          (event) => event.kind === 'read' && event.server === server && event.phase !== 'changes',
        ),
      ).length;

/** A field that joins, or is another one there, is read in every record; a server that joins is compared. */
const isReadAnew = ({ after, world }: Played, server: string): boolean =>
  after.fields.includes('opens') ||
  (isOtherField(after) && world.apiOf('branch') === 'data') ||
  server === 'shop';

/** By the names alone; over OData its id says that it is the same. */
const isOtherField = (after: Site): boolean => Object.values(after.rename).some((names) => 'born' in names);

/** At most: three edits of people, each to all others; the new field in two records; a new server gets each record, and what was edited since. */
function expectedWrites({ after, stage }: Played): ReadonlyMap<string, number> {
  const edits: Readonly<Record<string, number>> = { hq: 1, branch: 2, kiosk: 3, shop: 3 };
  const ofField = after.fields.includes('opens') ? 2 : 0;
  return new Map(
    ['hq', 'branch', 'kiosk', 'shop'].map((server) => {
      if (!after.servers.includes(server)) return [server, 0];
      const created = server === 'shop' ? stage.size : 0;
      return [server, (edits[server] ?? 0) + created + ofField];
    }),
  );
}
