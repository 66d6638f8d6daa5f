import type { StatePorts } from '../../src/composition/engine-of.ts';
import type { BatchId } from '../../src/core/batch.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, minute } from './support/spans.ts';
import type { VirtualTime } from './support/virtual-time.ts';

const rounds = 4;
const batchSize = 5;
const lateByMs = 6 * hour;

export const messagesTwice: Scenario = {
  id: 'S13',
  trouble: '5% of the messages come twice, half of these after 6 hours',
  size: { full: 600, dynamodb: 150 },
  naive: 'spared',
  async play({ dice, size, open }) {
    const late: { readonly at: number; readonly server: string; readonly batches: readonly BatchId[] }[] = [];
    let [sent, atOnce, afterHours] = [dice.pick(20), 0, 0];
    const clock: { time?: VirtualTime } = {};
    const now = (): number => clock.time?.now() ?? 0;
    const meddle = (ports: StatePorts): StatePorts => {
      const { queue } = ports;
      return {
        ...ports,
        queue: {
          send: async (server, batches) => {
            await queue.send(server, batches);
            const twice = batches.filter(() => (sent += 1) % 20 === 0);
            if (twice.length === 0) return;
            if (atOnce <= afterHours + late.length) {
              atOnce += twice.length;
              await queue.send(server, twice);
            } else late.push({ at: now() + lateByMs, server, batches: twice });
          },
          receive: async (server, ...of) => {
            for (const one of late.filter((each) => each.server === server && each.at <= now())) {
              late.splice(late.indexOf(one), 1);
              afterHours += one.batches.length;
              await queue.send(server, one.batches);
            }
            return queue.receive(server, ...of);
          },
          acknowledge: (...of) => queue.acknowledge(...of),
        },
      };
    };
    await using world = await open({
      offices: { hq: { rows: rows(0, size / 2) }, branch: {} },
      settings: { batchSize },
      meddle,
    });
    const { hq, branch, time } = world;
    clock.time = time;
    await world.run();
    const people = new People();
    const keys = [...hq.byKey.keys()];
    for (let round = 0; round <= rounds; round += 1) {
      time.pass(minute);
      const isLast = round === rounds;
      for (const key of isLast ? [] : keys) {
        const office = dice.chance(0.5) ? hq : branch;
        if (dice.chance(0.5)) people.edit(office, key, { name: `round ${round}` });
      }
      for (let at = 0; at < (isLast ? 0 : size / 2 / rounds); at += 1)
        people.create(hq, { id: `N-${round}-${at}`, name: 'new' });
      time.pass(minute);
      await world.run();
      time.pass(lateByMs);
    }
    const score = new Score();
    people.demandEverywhere(score, [hq, branch]);
    const right = score.met;
    score.demand(atOnce > 0 && afterHours > 0, `twice at once: ${atOnce}, after hours: ${afterHours}`);
    world.resetCounters();
    await world.run();
    score.same('writes after that', world.writes, 0);
    return score.outcome(
      `${right} of ${people.keys.length} newest and once; ${atOnce} messages twice at once, ${afterHours} after 6 h`,
    );
  },
};
