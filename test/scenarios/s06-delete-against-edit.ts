import type { DeletePolicy } from '../../src/core/link.ts';
import type { Office } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, second, tick } from './support/spans.ts';
import type { Told } from './support/sync.ts';
import type { World } from './support/world.ts';

const policies: readonly DeletePolicy[] = ['edit-wins', 'delete-wins', 'ignore'];
/** Pairs of one difference of clocks. */
const pairsAtOnce = 10;
/** How far the clock of branch is from that of hq at most, either way. */
const farthestMs = 180 * second;

export const deleteAgainstEdit: Scenario = {
  id: 'S6',
  trouble: 'deleted on one server, edited on the other meanwhile; clocks -180 to +180 s apart',
  size: { full: 100, dynamodb: 20 },
  naive: 'fails',
  async play(stage) {
    const score = new Score();
    const clocks = stage.size / pairsAtOnce;
    const figures: string[] = [];
    for (const policy of policies) {
      let right = 0;
      for (let at = 0; at < clocks; at += 1) {
        const offsetMs = -farthestMs + Math.round((2 * farthestMs * at) / (clocks - 1));
        right += await played(stage, policy, offsetMs, score);
      }
      figures.push(`${policy} ${right}`);
    }
    return score.outcome(`of ${stage.size} pairs right: ${figures.join(', ')}`);
  },
};

type Pair = {
  readonly key: string;
  readonly deleter: string;
  readonly editor: string;
  /** Of some nobody edits what was deleted. */
  readonly edited: string | undefined;
};

const otherOf = (name: string): string => (name === 'hq' ? 'branch' : 'hq');

/** Returns how many of the pairs ended as the policy says. */
async function played(
  { dice, open }: Stage,
  policy: DeletePolicy,
  offsetMs: number,
  score: Score,
): Promise<number> {
  await using world = await open({
    offices: { hq: { rows: rows(0, 2 * pairsAtOnce) }, branch: { clockOffsetMs: offsetMs } },
    table: { deletes: policy },
  });
  const { hq, branch, time } = world;
  await world.run();
  time.pass(tick);
  await world.run();
  time.pass(hour);
  await world.run();
  const people = new People();
  const pairs = [...hq.byKey.keys()].slice(0, pairsAtOnce + 2).map((key, at): Pair => {
    const deleter = dice.chance(0.5) ? 'hq' : 'branch';
    const edited = at < pairsAtOnce ? `edited at ${offsetMs}` : undefined;
    return { key, deleter, editor: otherOf(deleter), edited };
  });
  for (const { key, deleter, editor, edited } of pairs) {
    time.plan(time.now() + dice.pick(tick), () => people.delete(world.office(deleter), key));
    if (edited === undefined) continue;
    time.plan(time.now() + dice.pick(tick), () => people.edit(world.office(editor), key, { name: edited }));
  }
  time.pass(tick);
  // Either the edit meets the delete on its way, or the sweep finds the delete first.
  if (dice.chance(0.5)) await world.run();
  await world.sweep();
  time.pass(tick);
  await world.run();
  time.pass(tick);
  const told = await world.sweep();
  const right = await rightPairs(world, policy, pairs, told, score);
  const others = [hq, branch].map((office) => office.records.length);
  const gone = policy === 'delete-wins' ? pairs.length : pairs.length - pairsAtOnce;
  if (policy !== 'ignore')
    score.same(
      `${policy}: records on each`,
      others,
      [2, 2].map((times) => times * pairsAtOnce - gone),
    );
  score.same(`${policy}: halts and parked`, [told.halts.length, told.parked.length], [0, 0]);
  if (policy !== 'ignore') await restored(world, policy, pairs, score);
  world.resetCounters();
  time.pass(tick);
  await world.sweep();
  score.same(`${policy}: written later`, world.writes, 0);
  return right;
}

/** What was deleted is put back, where nobody had edited it and where an edit had lost: it is on both servers again. */
async function restored(
  world: World,
  policy: DeletePolicy,
  pairs: readonly Pair[],
  score: Score,
): Promise<void> {
  const lostAnEdit = policy === 'delete-wins' ? pairs.slice(0, 1) : [];
  const chosen = [...pairs.filter(({ edited }) => edited === undefined), ...lostAnEdit];
  const heads = await world.heads(chosen.map(({ key }) => key));
  for (const { key } of chosen)
    score.same(`${policy}, ${key} put back`, await world.putBack(key), 'put-back');
  world.time.pass(tick);
  await world.run();
  for (const { key } of chosen) {
    const { name, notes } = heads.get(key)?.fields ?? {};
    const held = [world.hq, world.branch].map((office) => office.byKey.get(key));
    score.same(
      `${policy}, ${key} is there again`,
      held.map((values) => [values?.['name'], values?.['notes']]),
      [1, 2].map(() => [name?.value, notes?.value]),
    );
  }
}

const nameOn = (office: Office, key: string): string | undefined => office.byKey.get(key)?.['name'];

async function rightPairs(
  world: World,
  policy: DeletePolicy,
  pairs: readonly Pair[],
  { conflicts }: Told,
  score: Score,
): Promise<number> {
  const heads = await world.heads(pairs.map(({ key }) => key));
  let right = 0;
  for (const { key, deleter, editor, edited } of pairs) {
    const before = `contact ${Number(key.slice(2))}`;
    const isGone = policy === 'delete-wins' || (policy === 'edit-wins' && edited === undefined);
    const there = isGone ? undefined : (edited ?? before);
    const held = {
      deleter: nameOn(world.office(deleter), key) ?? 'gone',
      editor: nameOn(world.office(editor), key) ?? 'gone',
    };
    const isSo = score.same(`${policy}, ${key} deleted on ${deleter}`, held, {
      deleter: policy === 'ignore' ? 'gone' : (there ?? 'gone'),
      editor: there ?? 'gone',
    });
    if (isSo && edited !== undefined) right += 1;
    const known = {
      // What a person can restore from.
      deletedBy: heads.get(key)?.deleted?.origin ?? 'nobody',
      kept: [heads.get(key)?.fields['name']?.value, heads.get(key)?.fields['notes']?.value],
      lost: conflicts
        .filter((one) => one.key === key)
        .map(({ loser, winner }) => [
          loser.server,
          loser.deleted ? 'delete' : loser.value,
          winner.deleted ? 'delete' : winner.value,
        ]),
    };
    score.same(`${policy}, ${key} deleted on ${deleter}, kept`, known, {
      deletedBy: isGone ? deleter : 'nobody',
      kept: [edited ?? before, `note ${Number(key.slice(2))}`],
      lost: edited === undefined ? [] : lostOf(policy, deleter, editor, edited),
    });
  }
  return right;
}

function lostOf(policy: DeletePolicy, deleter: string, editor: string, edited: string): readonly string[][] {
  if (policy === 'edit-wins') return [[deleter, 'delete', edited]];
  return policy === 'delete-wins' ? [[editor, edited, 'delete']] : [];
}
