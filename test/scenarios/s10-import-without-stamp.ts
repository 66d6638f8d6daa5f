import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { type Outcome, Score } from './support/score.ts';
import { hour, tick } from './support/spans.ts';

/** Of the rows that are imported once more, and those that are deleted, before the last sweep. */
const [someImported, someDeleted] = [10, 5];

export const importWithoutStamp: Scenario = {
  id: 'S10',
  trouble: 'import without auto-enter: data changes, its stamp does not; then some again, and deletes',
  size: { full: 5000, dynamodb: 300 },
  naive: 'fails',
  play: imported,
};

async function imported({ size, open }: Stage): Promise<Outcome> {
  await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
  const { hq, branch, time } = world;
  await world.run();
  time.pass(tick);
  await world.run();
  time.pass(hour);
  const people = new People();
  const score = new Score();
  const keys = [...hq.byKey.keys()];
  const importOver = (which: readonly string[], notes: string): void => {
    for (const key of which) people.edit(hq, key, { notes }, { stamp: false });
  };
  importOver(keys, 'imported');
  const { swept, parked, conflicts } = await world.sweep();
  people.demandEverywhere(score, [hq, branch]);
  const delivered = score.met;
  const unstamped = swept['hq']?.unstamped ?? 0;
  score.same('counted on hq', [swept['hq']?.rows, swept['hq']?.changed, unstamped], [size, size, size]);
  score.same('counted on branch', [swept['branch']?.rows, swept['branch']?.changed], [size, 0]);
  score.same('parked and conflicts', [parked.length, conflicts.length], [0, 0]);
  world.resetCounters();
  time.pass(tick);
  const again = await world.sweep();
  score.same('found by the next sweep', [again.swept['hq']?.changed, again.swept['branch']?.changed], [0, 0]);
  score.same('written by the next sweep', world.writes, 0);

  time.pass(hour);
  importOver(keys.slice(0, someImported), 'imported once more');
  for (const key of keys.slice(-someDeleted)) people.delete(hq, key);
  const mixed = await world.sweep();
  const counts = [mixed.swept['hq']?.unstamped, mixed.swept['hq']?.absent];
  score.same('imports and deletes of one sweep', counts, [someImported, someDeleted]);
  people.demandEverywhere(score, [hq, branch]);
  people.demandNowhere(score, [hq, branch]);
  score.same('halts', mixed.halts.length, 0);
  return score.outcome(
    `${delivered} of ${size} delivered, ${unstamped} counted as unstamped; then ${counts[0] ?? 0} and ${counts[1] ?? 0} deletes`,
  );
}
