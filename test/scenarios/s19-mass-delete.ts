import type { HaltAnswer } from '../../src/core/halt.ts';
import { rows, synced } from '../end-to-end/support/rows.ts';
import { sorted } from './support/passes.ts';
import { People } from './support/people.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, tick } from './support/spans.ts';

type Game = {
  readonly size: number;
  readonly gone: number;
  readonly answer: Extract<HaltAnswer['what'], 'approve' | 'put-back'>;
};

const games = (size: number): readonly Game[] => [
  { size, gone: Math.floor(size * 0.4), answer: 'approve' },
  { size, gone: Math.floor(size * 0.4), answer: 'put-back' },
  { size: 130, gone: 50, answer: 'approve' },
];

export const massDelete: Scenario = {
  id: 'S19',
  trouble: '40% of a table disappears, and 50 rows of 130',
  size: { full: 1000, dynamodb: 120 },
  naive: 'fails',
  async play(stage) {
    const score = new Score();
    const counts = { halted: 0, spared: 0, approved: 0, 'put back': 0 };
    for (const game of games(stage.size)) {
      const { halted, spared, done } = await played(stage, game, score);
      counts.halted += halted;
      counts.spared += spared;
      counts[game.answer === 'approve' ? 'approved' : 'put back'] += done;
    }
    const figures = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
    return score.outcome(figures.join(', '));
  },
};

/** How often it was halted, how many records were not deleted elsewhere meanwhile, and what the answer did. */
type Played = { readonly halted: number; readonly spared: number; readonly done: number };

async function played({ dice, open }: Stage, game: Game, score: Score): Promise<Played> {
  const { size, gone, answer } = game;
  const name = `${gone} of ${size}, ${answer}`;
  await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
  const { hq, branch, time } = world;
  await world.run();
  time.pass(tick);
  await world.run();
  time.pass(hour);
  const before = synced(branch);
  const people = new People();
  const keys = [...hq.byKey.keys()].map((key) => ({ key, at: dice.next() })).toSorted((a, b) => a.at - b.at);
  for (const { key } of keys.slice(0, gone)) people.delete(hq, key);
  world.resetCounters();

  const { halts } = await world.sweep();
  score.same(
    `${name}: halted`,
    halts.map(({ server, kind, figures }) => [server, kind, figures['gone']]),
    [['hq', 'mass-delete', gone]],
  );
  for (let run = 0; run < 2; run += 1) {
    time.pass(tick);
    await world.run();
  }
  const still = (await world.sweep()).halts;
  score.same(
    `${name}: halted as before`,
    still.map(({ id, figures }) => [id, figures['gone']]),
    halts.map(({ id, figures }) => [id, figures['gone']]),
  );
  const spared = branch.records.length - (size - gone);
  score.same(
    `${name}: left on hq and branch`,
    [hq.records.length, branch.records.length],
    [size - gone, size],
  );
  score.same(`${name}: writes before the answer`, world.writes, 0);

  await world.answer(answer);
  time.pass(tick);
  const after = await world.run();
  score.same(`${name}: halts after the answer`, after.halts.length, 0);
  const [kinds, wanted] = [[hq, branch].map(writesOf), expected(game)];
  score.same(`${name}: writes of the answer`, kinds, wanted);
  if (answer === 'approve') people.demandNowhere(score, [hq, branch]);
  else
    score.same(`${name}: as it was`, [synced(hq), synced(branch)].map(sorted), [before, before].map(sorted));

  world.resetCounters();
  time.pass(tick);
  const later = await world.sweep();
  score.same(`${name}: later`, [later.halts.length, later.conflicts.length, world.writes], [0, 0, 0]);
  return {
    halted: halts.length,
    spared,
    done: kinds.reduce((sum, of) => sum + Object.values(of).reduce((all, one) => all + one, 0), 0),
  };
}

type Writes = Readonly<Record<string, number>>;

const writesOf = ({ writes }: { readonly writes: readonly { readonly kind: string }[] }): Writes =>
  Object.fromEntries([...Map.groupBy(writes, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]));

/** What the answer writes on hq and on branch: each record once. */
const expected = ({ gone, answer }: Game): readonly Writes[] =>
  answer === 'approve' ? [{}, { delete: gone }] : [{ create: gone }, {}];
