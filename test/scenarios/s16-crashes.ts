import type { StoredRecord } from '../../src/simulator/description.ts';
import { type Office, table } from '../end-to-end/support/office.ts';
import { rows, synced } from '../end-to-end/support/rows.ts';
import type { DiesAt, Effect } from './support/mortal.ts';
import type { Apis } from './support/apis.ts';
import { type Scenario, type Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';
import type { World } from './support/world.ts';

type Point = Effect & { readonly phase: 'first sync' | 'edits' | 'sweep' };

const namesOf = (names: string, phase: Point['phase'], count = 1) =>
  names.split(' ').map((name) => ({ phase, name, count }));

/** Where a process can die: at each effect of enumerate, write and sweep, in the order in which they come. */
const points: readonly Point[] = [
  ...namesOf('list putMeeting putBatches putHeads markReady send putReplicas putWatermark', 'first sync'),
  ...namesOf('claim lookUp appendSending create close acknowledge', 'first sync'),
  ...namesOf(
    'changed putConflicts putHistory putBatches putHeads markReady send putReplicas putWatermark',
    'edits',
  ),
  ...namesOf('claim lookUp appendSending update close acknowledge', 'edits'),
  ...namesOf('list putSweepPart putSweep keys lookUp read putSuspects dropSweepParts', 'sweep'),
  ...namesOf('suspects putDeleteCount putBatches putHeads markReady send putReplicas dropSuspects', 'sweep'),
  ...namesOf('claim appendSending update remove close acknowledge', 'sweep'),
  ...namesOf('putSweep putHeads putSuspects putDeleteCount dropSuspects remove', 'sweep', 2),
  // Of the second server, and in the middle of a batch.
  ...namesOf('putBatches putHeads putReplicas putWatermark update create close', 'edits', 2),
].flatMap((point) => (['before', 'after'] as const).map((moment) => ({ ...point, moment })));

/** Over OData writes go together, and die together. */
const inBatches: readonly Point[] = [
  ...namesOf('apply', 'first sync'),
  ...namesOf('apply', 'edits'),
  ...namesOf('apply', 'sweep'),
].flatMap((point) => (['before', 'after'] as const).map((moment) => ({ ...point, moment })));

const oneByOne = new Set(['create', 'update', 'remove']);

/** Of servers with both, hq makes and edits one by one, and branch in batches. */
const pointsOf: Readonly<Record<Apis, readonly Point[]>> = {
  data: points,
  odata: [...points.filter(({ name }) => !oneByOne.has(name)), ...inBatches],
  mixed: [...points.filter(({ name, count }) => !oneByOne.has(name) || count === 1), ...inBatches],
};

/** Records on hq before it begins. */
const size = 8;
/** On each server: those of both, three new ones, without three that are deleted. */
const leftAtEnd = size + 2;

const key = (number: number): string => `K-${String(number).padStart(5, '0')}`;

/** Everything that must not depend on whether somebody died: records, and the values that lost. */
type Ending = {
  readonly records: readonly (readonly unknown[] | 'doubled')[];
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
): Promise<Ending & { readonly halts: number; readonly deaths: number }> {
  await using world = await open({
    offices: { hq: { rows: rows(0, size) }, branch: { rows: rows(size, size + 2) } },
  });
  const { hq, branch, time } = world;
  let deaths = 0;
  const run = async (diesAt?: DiesAt, how: 'run' | 'sweep' = 'run') => {
    const told = await world[how](diesAt);
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
  await run();
  hq.control.deleteAsUser({ table, recordId: hq.record(key(1)).recordId });
  hq.control.deleteAsUser({ table, recordId: hq.record(key(2)).recordId });
  branch.control.deleteAsUser({ table, recordId: branch.record(key(3)).recordId });
  importOver(hq, key(4), `imported ${seed}`);
  importOver(branch, key(5), `imported ${seed} too`);
  hq.control.deleteAsUser({ table, recordId: hq.record(key(6)).recordId });
  branch.edit(key(6), { name: 'deleted at hq meanwhile' });
  time.pass(tick);
  await run(diesIn('sweep'), 'sweep');
  await run(undefined, 'sweep');
  const { conflicts, halts } = await run();
  const lost = conflicts.map(
    ({ key: of, field, loser }) => `${of} ${field} ${loser.deleted ? 'deleted' : loser.value}`,
  );
  return { ...(await ending(world, lost)), halts: halts.length, deaths };
}

const importOver = (office: Office, of: string, notes: string): void =>
  void office.control.updateAsUser({
    table,
    recordId: office.record(of).recordId,
    values: { notes },
    stamp: false,
  });

export const crashes: Scenario = {
  id: 'S16',
  trouble: 'killed before and after each effect of enumerate, write and sweep',
  size: { full: points.length, dynamodb: 7, odata: 40 },
  naive: 'spared',
  async play(stage) {
    const score = new Score();
    const { deaths: _none, ...whole } = await game(stage, () => undefined);
    const left = whole.records.map((of) => of.length);
    if (left.some((count) => count !== leftAtEnd) || whole.halts > 0)
      throw new Error(`without a crash ${left.join(' and ')} records are left, ${whole.halts} halts`);
    const some = pointsOf[stage.apis]
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
