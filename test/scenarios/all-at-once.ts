import type { Trouble } from '../../src/simulator/troubles.ts';
import { type Office, table } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import type { Dice } from '../engine/model/seeded-random.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';
import type { World } from './support/world.ts';

const inSession: Trouble['on'] = ['list', 'find', 'read', 'create', 'update', 'delete'];
const troubles: readonly Trouble[] = [
  { effect: { kind: 'html', status: 502 }, probability: 0.02 },
  { effect: { kind: 'loseSession' }, on: inSession, probability: 0.01 },
  { effect: { kind: 'resetAfter' }, on: ['create', 'update', 'delete'], probability: 0.04 },
];

const sessions = 3;
const records = 40;
/** Rounds between two sweeps, and between two deletes. */
const everySo = 5;
/** Passes after the last edit by which all has to be everywhere, the troubles going on. */
const lastPasses = 4;

export const allAtOnce: Scenario = {
  id: 'All',
  trouble:
    'three servers, kiosk receives only, clocks +90 and -45 s, 2% HTML 502, 1% sessions and 4% answers lost, a locked record each round',
  size: { full: 50, dynamodb: 5 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: {
        hq: { rows: rows(0, records) },
        branch: { clockOffsetMs: 90 * second },
        kiosk: { clockOffsetMs: -45 * second },
      },
      links: { kiosk: { role: 'receive' } },
      servers: Object.fromEntries(['hq', 'branch', 'kiosk'].map((name) => [name, { sessions }])),
    });
    const offices = [...world.offices.values()];
    const { hq } = world;
    await world.run();
    world.time.pass(tick);
    await world.run();
    for (const { control } of offices) for (const trouble of troubles) control.addTrouble(trouble);
    // Where there are few rounds one of each is sure.
    for (const { effect, on } of troubles) hq.control.addTrouble({ effect, next: 1, ...(on && { on }) });
    const people = new People();
    const touched = new Map<string, number>();
    for (let round = 1; round <= size; round += 1) await playRound(world, people, dice, { round, touched });
    let told = await world.run();
    for (let pass = 1; pass < lastPasses; pass += 1) {
      world.time.pass(tick);
      told = await world.sweep();
    }
    const score = new Score();
    people.demandEverywhere(score, offices);
    people.demandNowhere(score, offices);
    const right = score.met;
    const counts = offices.map((office) => office.records.length);
    score.demand(new Set(counts).size === 1, `${counts.join(', ')} records on the servers`);
    score.same('parked, halts', [told.parked.length, told.halts.length], [0, 0]);
    for (const [name, { stats }] of world.offices) {
      score.demand(stats.maxOpenSessions <= sessions, `${stats.maxOpenSessions} sessions were open at once`);
      // OData has no precondition.
      if (world.apiOf(name) === 'data') score.same('edits without a modId', stats.updatesWithoutModId, 0);
    }
    const struck = troubles.map((trouble) => struckBy(offices, trouble));
    score.demand(!struck.includes(0), `a trouble never struck: ${struck.join(', ')}`);
    for (const { control } of offices) control.removeTrouble();
    world.resetCounters();
    world.time.pass(tick);
    await world.run();
    score.same('writes in the run after that', world.writes, 0);
    const [html, lost, unanswered] = struck;
    return score.outcome(
      `${right} of ${people.keys.length + people.deletedKeys.length} right on all three, ${counts.join(', ')} records; ` +
        `${html} pages of HTML, ${lost} sessions and ${unanswered} answers lost`,
    );
  },
};

const struckBy = (offices: readonly Office[], trouble: Trouble): number =>
  offices
    .flatMap(({ control }) => control.troubles())
    .filter((one) => one.trouble.effect === trouble.effect)
    .reduce((sum, { struck }) => sum + struck, 0);

type Round = {
  readonly round: number;
  /** In which round somebody last edited each record. */
  readonly touched: Map<string, number>;
};

/** What people do in five minutes, one record open to somebody meanwhile, and a pass of the sync. */
async function playRound(world: World, people: People, dice: Dice, of: Round): Promise<void> {
  const { time, hq } = world;
  const from = time.now();
  for (let act = 0; act < 6; act += 1) {
    // Far enough from the next that it can be known which was later.
    const at = from + 10 * second + act * 45 * second + dice.pick(second);
    time.plan(at, () => playAct(world, people, dice, { ...of, act }));
  }
  time.pass(tick);
  const locker = [...world.offices.values()][dice.pick(world.offices.size)] ?? hq;
  const recordIds = [locker.records[dice.pick(locker.records.length)]?.recordId ?? 1];
  locker.control.lock({ table, recordIds });
  await (of.round % everySo === 0 ? world.sweep() : world.run());
  locker.control.unlock({ table, recordIds });
}

function playAct(
  { hq, branch }: World,
  people: People,
  dice: Dice,
  { act, round, touched }: Round & { readonly act: number },
): void {
  people.lookAgain();
  const office = dice.chance(0.5) ? hq : branch;
  if (act === 0) {
    people.create(office, { id: `N-${round}`, name: `new in round ${round}` });
    return;
  }
  const keys = keysOf(office).filter((key) => !people.deletedKeys.includes(key));
  const isDelete = act === 1 && round % everySo === 0;
  // Who deletes has seen all: what is edited now and then is everywhere by then.
  const chosen = isDelete ? keys.filter((key) => (touched.get(key) ?? 0) < round - 3) : keys;
  const key = chosen[dice.pick(chosen.length)];
  if (key === undefined) return;
  touched.set(key, round);
  if (isDelete) people.delete(office, key);
  else people.edit(office, key, { [dice.chance(0.5) ? 'name' : 'notes']: `round ${round}, act ${act}` });
}

const keysOf = ({ records: held }: Office): readonly string[] => held.map(({ values }) => values['id'] ?? '');
