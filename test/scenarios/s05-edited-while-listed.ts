import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { second, tick } from './support/spans.ts';

/** How long each page takes to arrive: meanwhile people edit. */
const pageMs = 300;

export const editedWhileListed: Scenario = {
  id: 'S5',
  trouble: '10% of the rows are edited while they are listed',
  size: { full: 5000, dynamodb: 400 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, 1) }, branch: {} },
      settings: { pageSize: size / 10 },
    });
    const { hq, branch, time } = world;
    await world.run();
    time.pass(tick);
    await world.run();
    time.pass(second);
    const people = new People();
    for (let at = 0; at < size; at += 1) {
      if (at % 20 === 0) time.pass(second);
      people.create(hq, { id: `N-${at}`, name: `new ${at}` });
    }
    const from = time.now();
    const keys = people.keys;
    let during = 0;
    let listing = true;
    for (let edit = 0; edit < size / 10; edit += 1) {
      const key = keys[dice.pick(keys.length)] ?? '';
      time.plan(from + dice.pick(10 * pageMs), () => {
        if (listing) during += 1;
        people.edit(hq, key, { notes: `edit ${edit}` });
      });
    }
    const slow = { kind: 'delay', ms: pageMs, after: true } as const;
    const trouble = hq.control.addTrouble({ effect: slow, on: ['find', 'list'] });
    await world.run();
    listing = false;
    hq.control.removeTrouble(trouble);
    for (let run = 1; run <= 2; run += 1) {
      time.goTo(Math.max(time.now(), from + run * tick));
      await world.run();
    }
    const score = new Score();
    score.demand(during >= size / 20, `only ${during} edits were made during the listing`);
    people.demandEverywhere(score, [hq, branch]);
    return score.outcome(
      `${keys.length - score.faults.length} of ${size} rows equal, ${during} edits during`,
    );
  },
};
