import type { StatePorts } from '../../src/composition/engine-of.ts';
import type { BatchId } from '../../src/core/batch.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** A queue that keeps what is sent until it is let go, in an order that somebody chooses. */
class HeldQueue {
  holds = false;
  readonly #kept: { readonly server: string; readonly batch: BatchId }[] = [];
  #letGo: readonly { readonly server: string; readonly batch: BatchId }[] = [];

  readonly meddle = (ports: StatePorts): StatePorts => {
    const { queue } = ports;
    return {
      ...ports,
      queue: {
        send: async (server, batches) => {
          if (this.holds) this.#keep(server, batches);
          else await queue.send(server, batches);
        },
        receive: async (server, ...of) => {
          const mine = this.#letGo.filter((one) => one.server === server);
          this.#letGo = this.#letGo.filter((one) => one.server !== server);
          for (const { batch } of mine) await queue.send(server, [batch]);
          return queue.receive(server, ...of);
        },
        acknowledge: (...of) => queue.acknowledge(...of),
      },
    };
  };

  /** `order` of the rows of each server, by their age. */
  letGo(order: readonly number[]): number {
    const kept = [...Map.groupBy(this.#kept.splice(0), ({ server }) => server).values()];
    this.#letGo = kept.flatMap((of) => order.flatMap((at) => of[at] ?? []));
    this.holds = false;
    return this.#letGo.length;
  }

  #keep(server: string, batches: readonly BatchId[]): void {
    for (const batch of batches)
      if (!this.#kept.some((one) => one.batch === batch)) this.#kept.push({ server, batch });
  }
}

export const messagesOutOfOrder: Scenario = {
  id: 'S14',
  trouble: 'messages of three edits to one key, in every order, to two servers',
  size: { full: 10, dynamodb: 3 },
  naive: 'spared',
  async play({ dice, size, open }) {
    const queue = new HeldQueue();
    await using world = await open({
      offices: { hq: { rows: rows(0, size) }, branch: {}, depot: {} },
      // In the order in which the messages come.
      settings: { batchesAtOnce: 1 },
      meddle: queue.meddle,
    });
    const { hq, time, offices } = world;
    await world.run();
    const people = new People();
    const score = new Score();
    const keys = [...hq.byKey.keys()];
    for (const [at, order] of orders.entries()) {
      const key = keys[dice.pick(keys.length)] ?? '';
      queue.holds = true;
      for (const edit of order.toSorted((a, b) => a - b)) {
        time.pass(tick);
        people.edit(hq, key, { name: `order ${at}, edit ${edit}` });
        time.pass(tick);
        await world.run();
      }
      score.same(`order ${order.join()}: messages held back`, queue.letGo(order), 6);
      time.pass(tick);
      await world.run();
      people.demandEverywhere(score, offices.values(), [key]);
    }
    const orderly = score.faults.length === 0 ? orders.length : orders.length - score.faults.length;
    return score.outcome(`newest last on all three in ${orderly} of ${orders.length} orders`);
  },
};
