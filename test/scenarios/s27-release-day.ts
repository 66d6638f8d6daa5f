import { rows, synced } from '../end-to-end/support/rows.ts';
import { passes, sorted } from './support/passes.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, tick } from './support/spans.ts';

/** Records that are edited on the released server before the pause, there after the file was swapped, and elsewhere meanwhile. */
const [before, afterwards, elsewhere] = [6, 4, 10];

export const releaseDay: Scenario = {
  id: 'S27',
  trouble:
    'a release: pause, the file is swapped by a migration (new record ids, modId 0), edits on both sides',
  size: { full: 2000, dynamodb: 60 },
  naive: 'fails',
  async play({ size, dice, open }) {
    const score = new Score();
    await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
    const { hq, branch, time } = world;
    await passes(world, 2);
    time.pass(hour);
    await passes(world, 1);
    const people = new People();
    const keys = [...hq.byKey.keys()]
      .map((key) => ({ key, at: dice.next() }))
      .toSorted((a, b) => a.at - b.at);
    const taken = (from: number, count: number) => keys.slice(from, from + count).map(({ key }) => key);

    for (const key of taken(0, before)) people.edit(hq, key, { name: `before the pause ${key}` });
    time.pass(tick);
    await world.pause('hq');
    world.resetCounters();
    for (const key of taken(before, elsewhere)) people.edit(branch, key, { name: `elsewhere ${key}` });
    const paused = [await world.run(), await world.sweep()];
    time.pass(3 * hour);
    paused.push(await world.run());
    score.same('paused: requests to the server', requestsTo(hq.stats.requests), 0);
    score.same('paused: halts', paused.flatMap(({ halts }) => halts).length, 0);
    score.same('paused: lag of the server', Math.max(...paused.map(({ lagMs }) => lagMs['hq'] ?? 0)), 0);

    hq.control.migrate();
    people.lookAgain();
    for (const key of taken(before + elsewhere, afterwards)) people.edit(hq, key, { name: `after ${key}` });
    world.resetCounters();
    await world.resumeAfterMigration('hq');
    const told = [await world.run(), await world.run()];
    time.pass(hour);
    told.push(await world.sweep(), await world.run());
    const halts = told.flatMap(({ events }) => events.filter(({ kind }) => kind === 'halted'));
    score.same('halts after it', halts.length, 0);
    score.same(
      'parked and conflicts',
      told.map(({ parked, conflicts }) => parked.length + conflicts.length),
      [0, 0, 0, 0],
    );
    people.demandEverywhere(score, [hq, branch]);
    score.same('rows', [hq.records.length, branch.records.length], [size, size]);
    score.same('writes', world.writes, before + afterwards + elsewhere);
    score.same('both the same', sorted(synced(hq)), sorted(synced(branch)));
    return score.outcome(
      `${requestsTo(hq.stats.requests)} requests after, none while paused; ${world.writes} writes for ${before + afterwards + elsewhere} edits, no halt, none doubled`,
    );
  },
};

const requestsTo = (requests: Readonly<Record<string, number>>): number =>
  Object.values(requests).reduce((sum, count) => sum + count, 0);
