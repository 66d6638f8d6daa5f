import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Queue } from '../../src/ports/queue.ts';
import { manyKeys } from './odd-keys.ts';
import { closing, type Open, portOf } from './opened.ts';

/** How the second that a message is hidden for passes: a queue that goes by its own clock has to be waited for. */
export type Passing = {
  readonly second: () => Promise<void>;
  /** Random games to play: each waits some seconds where time is real. */
  readonly games: number;
  /** Whether an earlier receipt surely does nothing after a later one was given. SQS does not say (DeleteMessage): harmless, since measure sends again. */
  readonly exactReceipts: boolean;
};

/** For 360 requests one after the other: moto takes up to half a second for each. */
const slowEmulatorMs = 240_000;

const byTheCaller: Passing = { second: () => Promise.resolve(), games: 60, exactReceipts: true };

export function describeQueueContract(name: string, open: Open<Queue>, passing = byTheCaller): void {
  describe(`queue: ${name}`, () => {
    const opened = closing(open);
    describe('showing', () => {
      describeShowing(portOf(opened), passing);
    });
    describe('acknowledging', () => {
      describeAcknowledging(portOf(opened), passing);
    });

    test('messages are there after a reopening, those that a dead process had received too', async () => {
      const { port, reopen } = await opened();
      await port.send('hq', ['a', 'b']);
      await port.receive('hq', 1, 1000, 1000);
      await passing.second();
      const shown = await drain(await reopen(), 2001);
      expect(shown.toSorted()).toStrictEqual(['a', 'b']);
    });

    test('every batch is shown until it is acknowledged, whatever is sent, received and late', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { port, close } = await open();
          expect(await live(port, steps, passing)).toStrictEqual([]);
          await close();
        }),
        { numRuns: passing.games },
      );
    });
  });
}

/** Receives and acknowledges until nothing is shown: each batch once, though it may be shown more often. */
async function drain(queue: Queue, now: number): Promise<readonly string[]> {
  const shown = new Set<string>();
  for (;;) {
    const messages = await queue.receive('hq', 10, 1000, now);
    if (messages.length === 0) return [...shown];
    for (const { batch } of messages) shown.add(batch);
    await queue.acknowledge(
      'hq',
      messages.map((message) => message.receipt),
    );
  }
}

function describeShowing(open: () => Promise<Queue>, { second }: Passing): void {
  test(
    'every batch that was sent is shown, at most as many at a time as asked for',
    async () => {
      const queue = await open();
      await queue.send('hq', manyKeys);
      const first = await queue.receive('hq', 10, 60_000, 5);
      expect(first).toHaveLength(10);
      const batches = new Set([...first.map((message) => message.batch), ...(await drain(queue, 5))]);
      expect([...batches].toSorted()).toStrictEqual(manyKeys.toSorted());
    },
    slowEmulatorMs,
  );

  test('an empty queue shows nothing, and sending nothing leaves it empty', async () => {
    const queue = await open();
    await queue.send('hq', []);
    expect(await queue.receive('hq', 10, 1000, 5)).toStrictEqual([]);
  });

  test('a server is shown its own messages only', async () => {
    const queue = await open();
    await queue.send('hq', ['a']);
    await queue.send('branch', ['b']);
    expect((await queue.receive('branch', 10, 1000, 5)).map((one) => one.batch)).toStrictEqual(['b']);
    expect((await queue.receive('hq', 10, 1000, 5)).map((one) => one.batch)).toStrictEqual(['a']);
  });

  test('a received message is hidden until its time is over, and then shown again', async () => {
    const queue = await open();
    await queue.send('hq', ['a']);
    expect(await queue.receive('hq', 1, 1000, 5)).toHaveLength(1);
    expect(await queue.receive('hq', 1, 1000, 1004)).toStrictEqual([]);
    await second();
    const [again] = await queue.receive('hq', 1, 1000, 1006);
    expect(again?.batch).toBe('a');
    expect(await queue.receive('hq', 1, 1000, 1007)).toStrictEqual([]);
  });

  test('of 20 that receive at once no two are given the same message', async () => {
    const queue = await open();
    await queue.send('hq', ['a', 'b', 'c']);
    const all = await Promise.all(Array.from({ length: 20 }, () => queue.receive('hq', 1, 1000, 5)));
    const batches = all.flat().map((message) => message.batch);
    expect(batches.toSorted()).toStrictEqual(['a', 'b', 'c']);
  });

  test('a batch that is sent again while a message of it is hidden is shown at once', async () => {
    const queue = await open();
    await queue.send('hq', ['a']);
    await queue.receive('hq', 1, 1000, 5);
    await queue.send('hq', ['a']);
    expect((await queue.receive('hq', 1, 1000, 6)).map((one) => one.batch)).toStrictEqual(['a']);
  });
}

function describeAcknowledging(open: () => Promise<Queue>, { second, exactReceipts }: Passing): void {
  test('what is acknowledged is not shown again, and only that', async () => {
    const queue = await open();
    await queue.send('hq', ['a', 'b']);
    const [one, other] = await queue.receive('hq', 2, 1000, 5);
    await queue.acknowledge('hq', [one?.receipt ?? '']);
    await second();
    expect(await drain(queue, 9999)).toStrictEqual([other?.batch]);
  });

  test.runIf(exactReceipts)('a receipt from before the message was shown again changes nothing', async () => {
    const queue = await open();
    await queue.send('hq', ['a']);
    const [early] = await queue.receive('hq', 1, 1000, 5);
    await second();
    await queue.receive('hq', 1, 1000, 2000);
    await queue.acknowledge('hq', [early?.receipt ?? '']);
    await second();
    expect(await drain(queue, 9999)).toStrictEqual(['a']);
  });

  test('a receipt from before the batch was sent again does not take the new message', async () => {
    const queue = await open();
    await queue.send('hq', ['a']);
    const [early] = await queue.receive('hq', 1, 1000, 5);
    await queue.send('hq', ['a']);
    await queue.acknowledge('hq', [early?.receipt ?? '']);
    await second();
    expect(await drain(queue, 9999)).toStrictEqual(['a']);
  });

  test('a receipt that was used does not take a later message of the same batch', async () => {
    const queue = await open();
    await queue.send('hq', ['a']);
    const [first] = await queue.receive('hq', 1, 1000, 5);
    const receipts = [first?.receipt ?? ''];
    await queue.acknowledge('hq', receipts);
    await queue.send('hq', ['a']);
    await queue.receive('hq', 1, 1000, 6);
    await queue.acknowledge('hq', receipts);
    await second();
    expect(await drain(queue, 9999)).toStrictEqual(['a']);
  });

  test.each(['', 'nonsense', '1', '1.1.1', 'NaN.NaN'])('the receipt %j changes nothing', async (receipt) => {
    const queue = await open();
    await queue.send('hq', ['a']);
    await queue.acknowledge('hq', [receipt]);
    await queue.acknowledge('branch', [receipt]);
    await queue.acknowledge('hq', []);
    await second();
    expect(await drain(queue, 9999)).toStrictEqual(['a']);
  });
}

type Step = { readonly act: 'send' | 'receive' | 'acknowledge' | 'wait'; readonly batch: string };

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('send', 'receive', 'acknowledge', 'wait'),
  batch: fc.constantFrom('a', 'b', 'c'),
});

/** Returns the batches that are never shown again, though no message of theirs was acknowledged since they were sent. */
async function live(queue: Queue, steps: readonly Step[], { second }: Passing): Promise<readonly string[]> {
  const pending = new Set<string>();
  let [now, held] = [0, new Map<string, string>()];
  const acts: Readonly<Record<Step['act'], (batch: string) => Promise<void>>> = {
    send: async (batch) => {
      await queue.send('hq', [batch]);
      pending.add(batch);
    },
    receive: async () => {
      const [message] = await queue.receive('hq', 1, 1000, now);
      if (message) held.set(message.receipt, message.batch);
    },
    acknowledge: async () => {
      await queue.acknowledge('hq', [...held.keys()]);
      for (const batch of held.values()) pending.delete(batch);
      held = new Map();
    },
    wait: async () => {
      await second();
      now += 1001;
      held.clear();
    },
  };
  for (const { act, batch } of steps) {
    await acts[act](batch);
    if (act === 'send') held = new Map([...held].filter(([, other]) => other !== batch));
  }
  await second();
  const shown = new Set(await drain(queue, now + 1001));
  return [...pending].filter((batch) => !shown.has(batch));
}
