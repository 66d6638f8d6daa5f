import type { Api } from '../../src/core/api.ts';
import type { Trouble } from '../../src/simulator/troubles.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { minute, tick } from './support/spans.ts';

const sessions = 3;
const on: Trouble['on'] = ['list', 'find', 'create', 'update'];
const gateways: readonly Trouble[] = [
  { effect: { kind: 'html', status: 502 }, on, probability: 0.03 },
  { effect: { kind: 'html', status: 502, after: true }, on, probability: 0.03 },
];

/** There are no sessions over OData, and no login: what refuses for want of room is the server in front, or a request itself. */
const troublesOf: Readonly<Record<Api, readonly Trouble[]>> = {
  data: [
    { effect: { kind: 'loseSession' }, on, probability: 0.03 },
    { effect: { kind: 'error', code: '812' }, on: ['login'], probability: 0.3 },
    ...gateways,
  ],
  odata: [
    { effect: { kind: 'html', status: 503 }, on: [...on, 'batch'], probability: 0.03 },
    { effect: { kind: 'error', code: '812', status: 503 }, on, probability: 0.03 },
    ...gateways,
  ],
};

/** Each with a login at 30% and some 40 requests at 3%: that one is still spared then comes once in a million. */
const mostRounds = 40;

export const lostSessions: Scenario = {
  id: 'S23',
  trouble: 'sessions lost (952), capacity exceeded (812), HTML 502, at random',
  size: { full: 800, dynamodb: 160 },
  naive: 'fails',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { rows: rows(0, size / 2) }, branch: {} },
      servers: { hq: { sessions }, branch: { sessions } },
    });
    const { hq, branch, time, offices } = world;
    const score = new Score();
    const run = async (): Promise<void> => {
      await world.run();
      const orphans = [...offices.values()].reduce((sum, { stats }) => sum + stats.openSessions, 0);
      score.same('sessions left open after a run', orphans, 0);
    };
    for (let first = 0; first < 2; first += 1) {
      time.pass(tick);
      await run();
    }
    for (const [name, { control }] of offices)
      for (const trouble of troublesOf[world.apiOf(name)]) control.addTrouble(trouble);
    time.pass(minute);
    const people = new People();
    for (const key of hq.byKey.keys()) people.edit(dice.chance(0.5) ? hq : branch, key, { notes: 'edited' });
    for (let at = 0; at < size / 2; at += 1)
      people.create(dice.chance(0.5) ? hq : branch, { id: `N-${at}`, name: `new ${at}` });
    for (let some = 0; some < 6; some += 1) {
      time.pass(tick);
      await run();
    }
    const troublesNow = () => [...offices.values()].flatMap(({ control }) => control.troubles());
    const isSpared = (): boolean => troublesNow().some((one) => one.struck === 0);
    // A login is seldom: there is more to do until each trouble had its turn.
    let extra = 0;
    for (let more = 0; more < mostRounds && isSpared(); more += 1) {
      for (const last = extra + 20; extra < last; extra += 1)
        people.create(hq, { id: `M-${extra}`, name: `more ${extra}` });
      for (let twice = 0; twice < 2; twice += 1) {
        time.pass(tick);
        await run();
      }
    }
    const struck = troublesNow();
    score.demand(!isSpared(), `a trouble never struck: ${struck.map((one) => one.struck).join(', ')}`);
    for (const [name, { stats }] of offices)
      if (world.apiOf(name) === 'odata') score.same('sessions over OData', stats.maxOpenSessions, 0);
      else
        score.demand(
          stats.maxOpenSessions <= sessions,
          `${stats.maxOpenSessions} sessions were open at once`,
        );
    const before = score.met;
    people.demandEverywhere(score, [hq, branch]);
    const strikes = struck.reduce((sum, one) => sum + one.struck, 0);
    const most = Math.max(...[...offices.values()].map(({ stats }) => stats.maxOpenSessions));
    return score.outcome(
      `${score.met - before} of ${size + extra} right and once, ${most} sessions at most, ${strikes} strikes`,
    );
  },
};
