import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';

const aheadMs = 90 * second;

export const clockStepsBack: Scenario = {
  id: 'S2',
  trouble: 'host clock +90 s is set back to 0 in the middle of a run',
  size: { full: 60, dynamodb: 60 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, size), clockOffsetMs: aheadMs }, branch: {} },
      // Less than the step, so that the overlap does not cover it.
      configuration: { schedule: { settle: '10 seconds' } },
    });
    const { hq, time } = world;
    await world.run();
    time.pass(tick);
    await world.run();
    const people = new People();
    const keys = [...hq.byKey.keys()];
    const edit = (at: number, key: string | undefined): void =>
      time.plan(at, () => people.edit(hq, key ?? '', { name: `edited at ${at}` }));
    const runAt = time.now() + tick;
    for (const [index, key] of keys.entries()) {
      const third = Math.floor((3 * index) / keys.length);
      if (third === 0) edit(runAt - 1 - dice.pick(tick - second), key);
      // The find of the run was answered, and the answer is not there yet.
      if (third === 1) edit(runAt + 100 + dice.pick(1800), key);
      if (third === 2) edit(runAt + 2 * second + dice.pick(2 * tick), key);
    }
    time.plan(runAt + second, () => hq.control.setClockOffset(0));
    time.goTo(runAt);
    hq.control.addTrouble({ effect: { kind: 'delay', ms: 2 * second, after: true }, on: ['find'], next: 1 });
    const told = [await world.run()];
    for (let run = 1; run <= 3; run += 1) {
      time.goTo(runAt + run * tick);
      told.push(await world.run());
    }
    const score = new Score();
    people.demandEverywhere(score, [hq, world.branch]);
    const edits = score.met;
    const steps = told.flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'clock-stepped' ? event.byMs : [])),
    );
    score.same(
      'steps told',
      steps.map((byMs) => Math.round(byMs / second)),
      [-aheadMs / second],
    );
    const step = steps.map((byMs) => `; step told: ${Math.round(byMs / second)} s`).join('');
    return score.outcome(`${edits} of ${size} edits delivered${step}`);
  },
};
