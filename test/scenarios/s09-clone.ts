import type { HaltAnswer } from '../../src/core/halt.ts';
import { rows, synced } from '../end-to-end/support/rows.ts';
import { passes, sorted } from './support/passes.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, tick } from './support/spans.ts';

type Answer = HaltAnswer['what'];

const [editedElsewhere, editedOnClone] = [8, 4];

export const clone: Scenario = {
  id: 'S9',
  trouble: 'a clone: the same keys under new record ids, modId 0; edits elsewhere meanwhile',
  size: { full: 2000, dynamodb: 60 },
  naive: 'fails',
  async play(stage) {
    const score = new Score();
    const writes: number[] = [];
    for (const answer of ['put-back', 'approve', 'dismiss'] as const) {
      // The whole of it once.
      const size = answer === 'put-back' ? stage.size : Math.ceil(Math.min(stage.size, 400) / 4);
      writes.push(await played({ ...stage, size }, answer, score));
    }
    const [refilled, taken, dismissed] = writes;
    return score.outcome(
      `halted each time, none doubled; writes: put back ${refilled}, approved ${taken}, dismissed ${dismissed}`,
    );
  },
};

/** Writes after the answer. */
async function played({ size, dice, open }: Stage, answer: Answer, score: Score): Promise<number> {
  await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
  const { hq, branch, time } = world;
  await passes(world, 2);
  time.pass(hour);
  await passes(world, 1);
  const keys = [...hq.byKey.keys()].map((key) => ({ key, at: dice.next() })).toSorted((a, b) => a.at - b.at);
  const elsewhere = keys.slice(0, editedElsewhere).map(({ key }) => key);
  const onClone = keys.slice(editedElsewhere, editedElsewhere + editedOnClone).map(({ key }) => key);
  const before = synced(hq);

  hq.control.backup('former');
  hq.control.migrate();
  for (const key of elsewhere) branch.edit(key, { name: `elsewhere ${key}` });
  if (answer !== 'dismiss') for (const key of onClone) hq.edit(key, { name: `on the clone ${key}` });
  world.resetCounters();
  time.pass(tick);
  const halted = (await world.run()).halts.map(({ server, kind }) => [server, kind]);
  score.same(`${answer}: halted`, halted, [['hq', 'clone']]);
  const swept = await world.sweep();
  score.same(`${answer}: halts after a sweep`, swept.halts.length, 1);
  score.same(`${answer}: writes before the answer`, world.writes, 0);

  if (answer === 'dismiss') hq.control.restore('former');
  await world.answer(answer);
  await passes(world, 3);
  const told = await world.sweep();
  const kinds = told.halts.map(({ kind }) => kind);
  score.same(`${answer}: halts and parked in the end`, [kinds, told.parked.length], [[], 0]);
  const { writes } = world;
  // What was edited elsewhere goes there in any case: on the clone those rows are as they were known.
  const changed = new Map(elsewhere.map((key) => [key, `elsewhere ${key}`]));
  if (answer === 'approve') for (const key of onClone) changed.set(key, `on the clone ${key}`);
  // What is right of the clone goes to the other, or is replaced there.
  const wanted = answer === 'dismiss' ? editedElsewhere : editedElsewhere + editedOnClone;
  score.same(`${answer}: writes`, writes, wanted);
  const wrong = [hq, branch].flatMap((office) => {
    const held = synced(office);
    return [...before].filter(([key, values]) => {
      const name = changed.get(key);
      const due = name === undefined ? values : { ...values, name };
      return JSON.stringify(held.get(key)) !== JSON.stringify(due);
    });
  });
  score.same(`${answer}: records that are not as they should be`, wrong.length, 0);
  score.same(`${answer}: rows`, [hq.records.length, branch.records.length], [size, size]);
  const kept = new Set(told.conflicts.map(({ loser }) => loser.value));
  const lost = answer === 'put-back' ? onClone.map((key) => `on the clone ${key}`) : [];
  const forgotten = lost.filter((value) => !kept.has(value));
  score.same(`${answer}: losing values that are not kept`, forgotten, []);

  // The map is made anew: an edit goes to the row that has its record now.
  hq.edit(onClone[0] ?? '', { notes: 'afterwards' });
  branch.edit(elsewhere[0] ?? '', { notes: 'afterwards' });
  world.resetCounters();
  await passes(world, 2);
  score.same(`${answer}: writes of two edits afterwards`, world.writes, 2);
  score.same(`${answer}: both the same`, sorted(synced(hq)), sorted(synced(branch)));
  return writes;
}
