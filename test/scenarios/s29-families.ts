import type { StatePorts } from '../../src/composition/engine-of.ts';
import type { BatchId } from '../../src/core/batch.ts';
import {
  type Office,
  type OfficeOptions,
  syncedFields,
  table,
  layout,
  contactFields,
} from '../end-to-end/support/office.ts';
import { row } from '../end-to-end/support/rows.ts';
import { passes } from './support/passes.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, tick } from './support/spans.ts';
import type { Told } from './support/sync.ts';
import type { Plain, World } from './support/world.ts';

const children = 'Orders';
const childrenOfEach = 2;
/** Of all families: those that are entered while the sync runs, and those that are deleted. */
const [entered, deleted] = [0.05, 0.075];

/** What each branch answers to a child without its parent; two of them delete children with their parent. */
const branches = {
  north: { code: '503', cascades: false },
  south: { code: '505', cascades: true },
  west: { code: '510', cascades: true },
} as const;
const servers = ['hq', ...Object.keys(branches)];

export const families: Scenario = {
  id: 'S29',
  trouble:
    'children are refused until their parent is there (503, 505, 510); a parent is deleted with its children on one server',
  size: { full: 200, dynamodb: 5, odata: 50 },
  naive: 'fails',
  async play({ size, open }) {
    const score = new Score();
    const gone = Math.max(2, Math.floor(size * deleted));
    await using world = await open({
      offices: {
        hq: office(size),
        ...Object.fromEntries(Object.entries(branches).map(([name, branch]) => [name, office(0, branch)])),
      },
      configuration: { tables: tables(gone + 1) },
      settings: { batchSize: 20 },
      meddle: losesParents(),
    });
    const people = new People();
    const came = await arrive(world, size, people, score);
    const went = await deleteFamilies(world, gone, people, score);
    return score.outcome(
      `${came.refused} refused, ${came.parked} parked, ${came.wrong} incomplete; ` +
        `${gone} parents deleted with ${gone * childrenOfEach} children: ${went.halts} halts, ${went.wrong} incomplete`,
    );
  },
};

/** Each message about parents is lost once: their children come first, until the rows are put back. */
function losesParents(): (ports: StatePorts) => StatePorts {
  const lost = new Set<BatchId>();
  return (ports) => ({
    ...ports,
    queue: {
      send: async (server, batches) => {
        const rows = await Promise.all(batches.map((id) => ports.control.batch(id)));
        const sent = batches.filter((id, at) => rows[at]?.table !== 'contacts' || lost.has(id));
        for (const id of batches) lost.add(id);
        if (sent.length > 0) await ports.queue.send(server, sent);
      },
      receive: (...of) => ports.queue.receive(...of),
      acknowledge: (...of) => ports.queue.acknowledge(...of),
    },
  });
}

/** `wrong`: families that are not complete; `refused`: how often that was, for want of the parent. */
type Came = { readonly refused: number; readonly parked: number; readonly wrong: number };

async function arrive(world: World, size: number, people: People, score: Score): Promise<Came> {
  const told = [await world.run()];
  demandFamilies(world, size, 'after one run', score);
  world.time.pass(tick);
  const more = Math.max(1, Math.floor(size * entered));
  for (let n = size; n < size + more; n += 1) {
    for (const values of ordersOf(n)) world.hq.control.createAsUser({ table: children, values });
    people.create(world.office('north'), { id: keyOf(n), name: `entered at north ${n}` });
  }
  for (let pass = 0; pass < 2; pass += 1) {
    world.time.pass(tick);
    told.push(await world.run());
  }
  people.demandEverywhere(score, world.offices.values());
  const wrong = demandFamilies(world, size + more, 'after they came', score);
  const parked = told.flatMap(({ events }) => events.filter(({ kind }) => kind === 'parked'));
  score.same('parked on the way', parked.length, 0);
  score.same('rows that wait', told.at(-1)?.openRows, 0);
  const refused = Object.entries(branches).map(([name, { code }]) => {
    const { stats, writes } = world.office(name);
    return world.apiOf(name) === 'data' ? (stats.answers[code] ?? 0) : notMade({ stats, writes });
  });
  const all = childrenOfEach * (size + more);
  score.demand(
    refused.every((count) => count > 0 && count <= all),
    `refused on each branch: ${refused.join()}, should be some, and no child twice of ${all}`,
  );
  return { refused: refused.reduce((sum, count) => sum + count, 0), parked: parked.length, wrong };
}

/** Over OData they are refused within batches, whose own answer is none: what was sent and not made. */
const notMade = ({ stats, writes }: Pick<Office, 'stats' | 'writes'>): number =>
  stats.requests.create - writes.filter(({ kind }) => kind === 'create').length;

type Went = { readonly halts: number; readonly wrong: number };

async function deleteFamilies(world: World, gone: number, people: People, score: Score): Promise<Went> {
  const { time } = world;
  time.pass(hour);
  await passes(world, 1);
  const before = world.hq.records.length;
  for (let n = 0; n < gone; n += 1) people.delete(world.office('south'), keyOf(n));
  const told: Told[] = [];
  for (let pass = 0; pass < 2; pass += 1) {
    time.pass(tick);
    told.push(await world.sweep());
    time.pass(tick);
    told.push(await world.run());
  }
  const halts = told.flatMap((one) => one.halts);
  score.same(
    'halted',
    halts.map(({ kind, server, table: of }) => `${kind} of ${of} on ${server}`),
    [],
  );
  people.demandNowhere(score, world.offices.values());
  const wrong = demandFamilies(world, before - gone, 'after the deletes', score);
  world.resetCounters();
  time.pass(tick);
  const later = await world.sweep();
  score.same(
    'later: parked, conflicts, halts and writes',
    [later.parked.length, later.conflicts.length, later.halts.length, world.writes],
    [0, 0, 0, 0],
  );
  return { halts: halts.length, wrong };
}

/** So many parents everywhere, and all children of each; returns how many families are not complete. */
function demandFamilies({ offices }: World, count: number, when: string, score: Score): number {
  let wrong = 0;
  for (const [name, { control, byKey }] of offices) {
    const found = Map.groupBy(
      control.records({ table: children }),
      ({ values }) => values['contact_id'] ?? '',
    );
    const off = [...new Set([...byKey.keys(), ...found.keys()])].filter(
      (key) => (found.get(key)?.length ?? 0) !== (byKey.has(key) ? childrenOfEach : 0),
    );
    score.same(`${when}: parents on ${name}`, byKey.size, count);
    score.same(`${when}: families on ${name} that are not complete`, off, []);
    wrong += off.length;
  }
  return wrong;
}

const keyOf = (number: number): string => String(row(number)['id']);

const ordersOf = (number: number) =>
  Array.from({ length: childrenOfEach }, (_, at) => ({
    id: `${keyOf(number)}-${at}`,
    contact_id: keyOf(number),
    amount: String(at),
  }));

type Branch = { readonly code: string; readonly cascades: boolean };

/** A file with so many families. */
function office(count: number, branch?: Branch): OfficeOptions {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const parent = { table, field: 'id', ...(branch && { code: branch.code }) };
  const cascades = branch?.cascades ? [{ table: children, field: 'contact_id', matches: 'id' }] : [];
  return {
    databases: [
      {
        name: 'Main',
        tables: [
          { name: table, fields: contactFields, rows: numbers.map((number) => row(number)), cascades },
          {
            name: children,
            fields: [
              { name: 'id', type: 'text' },
              {
                name: 'contact_id',
                type: 'text',
                ...(branch && { validation: { parent, overridable: false } }),
              },
              { name: 'amount', type: 'number' },
              { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
            ],
            rows: numbers.flatMap(ordersOf),
          },
        ],
        layouts: [
          { name: layout, table },
          { name: 'Orders_Sync', table: children },
        ],
      },
    ],
  };
}

const on = (of: string): Plain => Object.fromEntries(servers.map((server) => [server, { layout: of }]));

/** Children first: what the configuration says comes first is no help. */
const tables = (records: number): Plain => {
  const both = {
    key: 'id',
    modified: 'modified_at',
    deletes: { policy: 'edit-wins', limit: { records, percent: 0 } },
  };
  return {
    orders: {
      ...both,
      fields: ['contact_id', 'amount'],
      after: { contacts: 'contact_id' },
      servers: on('Orders_Sync'),
    },
    contacts: { ...both, fields: syncedFields, servers: on(layout) },
  };
};
