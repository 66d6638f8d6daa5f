import type { HaltAnswer } from '../../src/core/halt.ts';
import { rows, synced } from '../end-to-end/support/rows.ts';
import { passes, sorted } from './support/passes.ts';
import { recordsByKey } from './support/people.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, tick } from './support/spans.ts';

type Answer = Extract<HaltAnswer['what'], 'put-back' | 'approve'>;

/** In the twelve hours that are put back, and of rows that are made after it; so few deletes that nobody is asked about them. */
const counts = { edited: 20, deleted: 5, made: 10, madeSince: 50, editedSince: 3, editedElsewhere: 5 };

export const restoredBackup: Scenario = {
  id: 'S8',
  trouble: 'a file is put back to twelve hours ago, then 50 rows are made that reuse its record ids',
  size: { full: 300, dynamodb: 60 },
  naive: 'fails',
  async play(stage) {
    const score = new Score();
    const refilled = await played(stage, 'put-back', score);
    const taken = await played(stage, 'approve', score);
    return score.outcome(
      `halted with ${refilled.writes + taken.writes} writes; put back: ${refilled.newRows} of ${counts.madeSince} new rows, ` +
        `${refilled.kept} values kept; approved: ${taken.newRows}, ${taken.kept}`,
    );
  },
};

/** Writes before the answer, new rows that are everywhere in the end, losing values that are kept. */
type Played = { readonly writes: number; readonly newRows: number; readonly kept: number };

async function played({ size, dice, open }: Stage, answer: Answer, score: Score): Promise<Played> {
  await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {} } });
  const { hq, branch, time } = world;
  await passes(world, 2);
  const keys = [...hq.byKey.keys()].map((key) => ({ key, at: dice.next() })).toSorted((a, b) => a.at - b.at);
  const taken = (from: number, count: number) => keys.slice(from, from + count).map(({ key }) => key);
  const edited = taken(0, counts.edited);
  const deleted = taken(counts.edited, counts.deleted);
  const editedSince = taken(counts.edited + counts.deleted, counts.editedSince);

  hq.control.backup('night');
  const inBackup = synced(hq);
  time.pass(6 * hour);
  for (const [at, key] of edited.entries())
    (at % 2 === 0 ? hq : branch).edit(key, { name: `day ${key}`, notes: `of ${key}` });
  for (const key of deleted) hq.delete(key);
  for (let n = 0; n < counts.made; n += 1) hq.create({ id: `made-${n}`, name: `made on the day ${n}` });
  await world.sweep();
  await passes(world, 2);
  time.pass(6 * hour);
  await passes(world, 1);
  const ofTheDay = synced(branch);
  score.same(`${answer}: equal before`, sorted(synced(hq)), sorted(ofTheDay));

  hq.control.restore('night');
  for (let n = 0; n < counts.madeSince; n += 1) hq.create({ id: `new-${n}`, name: `made since ${n}` });
  for (const key of editedSince) hq.edit(key, { name: `since ${key}` });
  for (const key of edited.slice(0, counts.editedElsewhere)) branch.edit(key, { name: `elsewhere ${key}` });
  world.resetCounters();
  time.pass(tick);
  const halted = (await world.run()).halts.map(({ server, kind }) => [server, kind]);
  score.same(`${answer}: halted`, halted, [['hq', 'restored']]);
  await passes(world, 1);
  await world.sweep();
  const { writes } = world;
  score.same(`${answer}: writes before the answer`, writes, 0);

  await world.answer(answer);
  await passes(world, 3);
  const told = await world.sweep();
  score.same(`${answer}: halts and parked in the end`, [told.halts.length, told.parked.length], [0, 0]);
  const [onHq, onBranch] = [hq, branch].map(recordsByKey);
  const doubled = [...(onHq ?? []), ...(onBranch ?? [])].filter(([, all]) => all.length > 1);
  score.same(`${answer}: doubled keys`, doubled.length, 0);
  score.same(`${answer}: both the same`, sorted(synced(hq)), sorted(synced(branch)));
  const newKeys = Array.from({ length: counts.madeSince }, (_, n) => `new-${n}`);
  const newRows = newKeys.filter((key) => onHq?.has(key) && onBranch?.has(key)).length;
  score.same(`${answer}: new rows`, newRows, counts.madeSince);

  const right = answer === 'put-back' ? ofTheDay : inBackup;
  const overlaid = new Set(answer === 'put-back' ? edited.slice(0, counts.editedElsewhere) : editedSince);
  const held = synced(hq);
  const wrong = [...right].filter(([key, values]) => {
    const name = answer === 'put-back' ? `elsewhere ${key}` : `since ${key}`;
    const wanted = overlaid.has(key) ? { ...values, name } : values;
    return JSON.stringify(held.get(key)) !== JSON.stringify(wanted);
  });
  score.same(`${answer}: records that are not as that side had them`, wrong.length, 0);
  score.same(`${answer}: how many`, held.size, right.size + counts.madeSince);

  const kept = new Set(told.conflicts.map(({ loser }) => loser.value));
  const lost =
    answer === 'put-back'
      ? editedSince.map((key) => `since ${key}`)
      : edited.map((key, at) => (at < counts.editedElsewhere ? `elsewhere ${key}` : `day ${key}`));
  const forgotten = lost.filter((value) => !kept.has(value));
  score.same(`${answer}: losing values that are not kept`, forgotten, []);
  world.resetCounters();
  await passes(world, 1);
  score.same(`${answer}: quiet in the end`, world.writes, 0);
  return { writes, newRows, kept: lost.length - forgotten.length };
}
