/** What AWS leaves undone of a batch: sent again until all is done, or told as what passes by itself. */
import type { SendMessageBatchRequestEntry, ServiceInputTypes } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMessage } from '../../../src/state/aws/queue.ts';
import { head, parkedRecord } from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn, type StatePlaces } from './opened-state.ts';
import { watchedDynamo } from './watched-dynamo.ts';

let emulators: Emulators;
let places: StatePlaces;

beforeAll(async () => {
  emulators = await startEmulators();
  places = await newPlaces(emulators);
});
afterAll(async () => {
  await emulators.stop();
});

const keys = Array.from({ length: 40 }, (_, at) => `k${at}`);

describe('of a table', () => {
  test('writes that come back undone are sent again, those alone, until all are done', async () => {
    const { dynamo, asked } = watchedDynamo(emulators, 9);
    await stateIn({ ...emulators, dynamo }, places).control.park(keys.map((key) => parkedRecord(key)));
    dynamo.destroy();
    // One partition is noted; 25 records go in requests of 25, 16 and 7, the other 15 of 15 and 6.
    const sizes = asked.flatMap((input) =>
      'RequestItems' in input
        ? Object.values(input.RequestItems ?? {}).map((all) => [all].flat().length)
        : [],
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 6, 7, 15, 16, 25]);
    const { control } = stateIn(emulators, places);
    expect((await control.parkedAmong('contacts', 'hq', keys)).size).toBe(40);
  });

  test('reads that come back undone are asked for again until all are there', async () => {
    await stateIn(emulators, places).records.putHeads(keys.map((key) => head(1, { key })));
    const { dynamo, asked } = watchedDynamo(emulators, 15);
    const found = await stateIn({ ...emulators, dynamo }, places).records.heads('contacts', keys);
    dynamo.destroy();
    expect([...found.keys()].toSorted()).toEqual(keys.toSorted());
    expect(asked).toHaveLength(3);
  });

  test.concurrent.each([
    ['writes', (state: ReturnType<typeof stateIn>) => state.control.park([parkedRecord('k')])],
    ['reads', (state: ReturnType<typeof stateIn>) => state.records.heads('contacts', keys)],
  ] as const)(
    '%s that always come back undone are told as AWS being busy, after ten tries',
    async (_, work) => {
      const { dynamo, asked } = watchedDynamo(emulators, 0);
      const failing = work(stateIn({ ...emulators, dynamo }, places));
      await expect(failing).rejects.toMatchObject({
        code: 'state-busy',
        disposition: 'retry',
        message: expect.stringMatching(
          /^table \S+: it left part of a batch undone, tried 10 times\. Nothing is lost: /,
        ),
      });
      dynamo.destroy();
      expect(asked).toHaveLength(10);
    },
  );
});

const batches = ['one', 'two', 'three'];

/** A queue that refuses the first message of each request, so often; and which batches each request named. */
function refusing(times: number, { isOurFault = false } = {}) {
  const named: (readonly string[])[] = [];
  const sqs = emulators.newSqs();
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const { input } = args;
      if (!isSending(input)) return next(args);
      const [first, ...others] = input.Entries;
      named.push(input.Entries.map(({ MessageBody = '' }) => readMessage(MessageBody, 'Test')?.batch ?? ''));
      if (named.length > times) return next(args);
      const Failed = [{ Id: first?.Id, Code: 'InternalError', SenderFault: isOurFault }];
      const none = { response: {}, output: { $metadata: {} } };
      const done = others.length === 0 ? none : await next({ ...args, input: { ...input, Entries: others } });
      return { ...done, output: { ...done.output, Failed } };
    },
    { step: 'initialize' },
  );
  return { sqs, named, queue: stateIn({ ...emulators, sqs }, places).queue };
}

const arrived = async (server: string): Promise<readonly string[]> =>
  (await stateIn(emulators, places).queue.receive(server, 10, 60_000, 0))
    .map(({ batch }) => batch)
    .toSorted();

describe('of a queue', () => {
  test('a message that the queue did not take is sent again, that one alone, until it is taken', async () => {
    const { sqs, named, queue } = refusing(2);
    await queue.send('hq', batches);
    sqs.destroy();
    expect(named).toEqual([batches, ['one'], ['one']]);
    expect(await arrived('hq')).toEqual(batches.toSorted());
  });

  test('a message that the queue takes at no try is told as AWS being busy, after five, and the others arrive', async () => {
    const { sqs, named, queue } = refusing(Number.POSITIVE_INFINITY);
    // Each try that refuses the first takes the others: the last ones are of the first alone.
    await expect(queue.send('branch', batches)).rejects.toMatchObject({
      code: 'state-busy',
      disposition: 'retry',
      message: expect.stringMatching(
        /tried 5 times \(InternalError\)\. Nothing is lost: the rows are sent again by measure/,
      ),
    });
    sqs.destroy();
    expect(named).toHaveLength(5);
    expect(await arrived('branch')).toEqual(['three', 'two']);
  });

  test('a message that the queue calls wrong is not sent again', async () => {
    const { sqs, named, queue } = refusing(1, { isOurFault: true });
    await expect(queue.send('hq', ['four'])).rejects.toMatchObject({ code: 'state-busy' });
    sqs.destroy();
    expect(named).toEqual([['four']]);
  });
});

type Sending = ServiceInputTypes & { readonly Entries: SendMessageBatchRequestEntry[] };

const isSending = (input: ServiceInputTypes): input is Sending =>
  'Entries' in input && (input.Entries ?? []).every((entry) => 'MessageBody' in entry);
