import type { StoredRecord } from '../../src/simulator/description.ts';
import { rows, synced } from '../end-to-end/support/rows.ts';
import type { DiesAt, Effect } from './support/mortal.ts';
import { type Scenario, type Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';
import type { World } from './support/world.ts';

type Point = Effect & { readonly phase: 'first sync' | 'edits' };

const namesOf = (names: string, phase: Point['phase'], count = 1) =>
  names.split(' ').map((name) => ({ phase, name, count }));

/** Where a process can die: at each effect of enumerate and write, in the order in which they come. */
const points: readonly Point[] = [
  ...namesOf('list putMeeting putBatches putHeads markReady send putReplicas putWatermark', 'first sync'),
  ...namesOf('claim lookUp appendSending create close acknowledge', 'first sync'),
  ...namesOf('changed putConflicts putBatches putHeads markReady send putReplicas putWatermark', 'edits'),
  ...namesOf('claim lookUp appendSending update close acknowledge', 'edits'),
  // Of the second server, and in the middle of a batch.
  ...namesOf('putBatches putHeads putReplicas putWatermark update create close', 'edits', 2),
].flatMap((point) => (['before', 'after'] as const).map((moment) => ({ ...point, moment })));

/** Records on hq before it begins. */
const size = 8;

const key = (number: number): string => `K-${String(number).padStart(5, '0')}`;

/** Everything that must not depend on whether somebody died: records, and the values that lost. */
type Ending = {
  readonly records: readonly unknown[];
  readonly lost: readonly string[];
  readonly writes: number;
};

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : 1;

async function ending(world: World, lost: readonly string[]): Promise<Ending> {
  const records = [world.hq, world.branch].map((office) => {
    const doubled = office.records.length !== new Set(office.records.map(keyOf)).size;
    return doubled ? 'doubled' : [...synced(office)].toSorted(byKey);
  });
  return { records, lost: lost.toSorted(), writes: world.writes };
}

const keyOf = ({ values }: StoredRecord): string => values['id'] ?? '';

async function game(
  { open, seed }: Stage,
  diesIn: (phase: Point['phase']) => DiesAt | undefined,
): Promise<Ending & { readonly deaths: number }> {
  await using world = await open({
    offices: { hq: { rows: rows(0, size) }, branch: { rows: rows(size, size + 2) } },
  });
  const { hq, branch, time } = world;
  let deaths = 0;
  const run = async (diesAt?: DiesAt) => {
    const told = await world.run(diesAt);
    if (told.died) deaths += 1;
    time.pass(tick);
    return told;
  };
  await run(diesIn('first sync'));
  await run();
  await run();
  for (let number = 0; number < size / 2; number += 1) hq.edit(key(number), { name: `hq ${seed}` });
  hq.create({ id: 'N-hq', name: 'new at hq' });
  hq.create({ id: 'N-hq-2', name: 'new at hq too' });
  time.pass(tick);
  branch.edit(key(0), { name: `branch ${seed}, later` });
  branch.edit(key(size - 1), { notes: 'branch' });
  branch.create({ id: 'N-branch', name: 'new at branch' });
  time.pass(tick);
  await run(diesIn('edits'));
  await run();
  const { conflicts } = await run();
  const lost = conflicts.map(({ key: of, field, loser }) => `${of} ${field} ${loser.value}`);
  return { ...(await ending(world, lost)), deaths };
}

export const crashes: Scenario = {
  id: 'S16',
  trouble: 'killed before and after each effect of enumerate and write',
  size: { full: points.length, dynamodb: 7 },
  naive: 'spared',
  async play(stage) {
    const score = new Score();
    const { deaths: _none, ...whole } = await game(stage, () => undefined);
    const some = points
      .map((point) => ({ point, at: stage.dice.next() }))
      .toSorted((a, b) => a.at - b.at)
      .slice(0, stage.size);
    for (const { point } of some) {
      const { phase, name, moment, count } = point;
      const diesAt = (met: Effect): boolean =>
        met.name === name && met.moment === moment && met.count === count;
      const { deaths, ...end } = await game(stage, (of) => (of === phase ? diesAt : undefined));
      const where = `${moment} ${name} ${count} of ${phase}`;
      if (deaths === 1) score.same(where, end, whole);
      else score.demand(false, `${where}: died ${deaths} times`);
    }
    return score.outcome(`${score.met} of ${some.length} crashes end like a run without one`);
  },
};
