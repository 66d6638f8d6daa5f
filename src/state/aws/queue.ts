/**
 * Messages over SQS, one queue for each server. Standard queues: at least once, in no order, which is all that a hint needs.
 * A message says whose it is, so that one that strayed in from elsewhere is told from ours.
 */
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { jsonOf } from '../../core/json.ts';
import type { ServerName } from '../../core/names.ts';
import type { Queue } from '../../ports/queue.ts';
import { inParallel } from './in-parallel.ts';
import { AwsStateError, translated } from './state-error.ts';

export type QueueOptions = {
  readonly client: SQSClient;
  /** The queue of a server is named so, and then by the server. */
  readonly prefix: string;
  readonly installation: string;
};

const messageBody = z.strictObject({
  serversync: z.literal(1),
  installation: z.string(),
  server: z.string().min(1),
  batch: z.string().min(1),
});

export type MessageBody = z.infer<typeof messageBody>;

/** The body of a message of this installation; undefined for any other text. */
export function readMessage(text: string, installation: string): MessageBody | undefined {
  const read = messageBody.safeParse(jsonOf(text));
  return read.success && read.data.installation === installation ? read.data : undefined;
}

/** Most messages in one request (quotas of SQS). */
const mostInBatch = 10;
/** Tries of what a request left undone, with waits of 100 ms doubled: about 1.5 s in all, then measure sends it. */
const mostTries = 5;
const firstWaitMs = 100;

export function queueOn(options: QueueOptions): Queue {
  const { client, installation } = options;
  const urls = queueUrls(options);
  return {
    async send(server, batches) {
      if (batches.length === 0) return;
      const url = await urls(server);
      const bodies = batches.map((batch) => JSON.stringify({ serversync: 1, installation, server, batch }));
      await inParallel(chunks(bodies), (chunk) => sendAll(client, url, chunk), 4);
    },
    async receive(server, max, visibilityMs) {
      const QueueUrl = await urls(server);
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(max, mostInBatch),
        VisibilityTimeout: Math.ceil(visibilityMs / 1000),
      });
      const { Messages = [] } = await translated(placeOf(server), () => client.send(command));
      return Messages.flatMap(({ Body, ReceiptHandle }) => {
        const body = readMessage(Body ?? '', installation);
        return body && ReceiptHandle ? [{ batch: body.batch, receipt: ReceiptHandle }] : [];
      });
    },
    async acknowledge(server, receipts) {
      if (receipts.length === 0) return;
      const QueueUrl = await urls(server);
      await inParallel(chunks(receipts), async (chunk) => {
        const Entries = chunk.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }));
        // What is refused one by one is a receipt that is no longer valid: it changes nothing.
        await translated(placeOf(server), () =>
          client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
        );
      });
    },
  };
}

const placeOf = (server: ServerName): string => `the queue of server ${server}`;

/** How many messages of a server nobody could read: those in its dead-letter queue. */
export function unreadableOn(options: QueueOptions): (server: ServerName) => Promise<number> {
  const { client } = options;
  const urls = queueUrls(options);
  return async (server) => {
    const queue = `${server}-unreadable`;
    const command = new GetQueueAttributesCommand({
      QueueUrl: await urls(queue),
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    const { Attributes } = await translated(placeOf(queue), () => client.send(command));
    return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
  };
}

function queueUrls({ client, prefix }: QueueOptions): (server: ServerName) => Promise<string> {
  const known = new Map<ServerName, Promise<string>>();
  const ask = async (server: ServerName): Promise<string> => {
    const command = new GetQueueUrlCommand({ QueueName: `${prefix}${server}` });
    const { QueueUrl } = await translated(placeOf(server), () => client.send(command));
    if (QueueUrl === undefined) throw new Error(`AWS gave no address of queue ${prefix}${server}`);
    return QueueUrl;
  };
  return (server) => {
    const before = known.get(server);
    if (before !== undefined) return before;
    const asked = ask(server);
    known.set(server, asked);
    asked.catch(() => known.delete(server));
    return asked;
  };
}

async function sendAll(client: SQSClient, QueueUrl: string, bodies: readonly string[]): Promise<void> {
  let open = bodies;
  for (let tries = 1; open.length > 0; tries += 1) {
    const Entries = open.map((MessageBody, at) => ({ Id: String(at), MessageBody }));
    const { Failed = [] } = await translated(`queue ${QueueUrl}`, () =>
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    );
    const failed = new Set(Failed.map(({ Id }) => Id));
    open = open.filter((_, at) => failed.has(String(at)));
    if (open.length === 0) return;
    const wrong = Failed.find(({ SenderFault }) => SenderFault);
    if (tries === mostTries || wrong) throw notTaken(QueueUrl, tries, (wrong ?? Failed[0])?.Code);
    await sleep(firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
  }
}

const notTaken = (url: string, tries: number, code: string | undefined): AwsStateError =>
  new AwsStateError(
    'state-busy',
    `queue ${url}`,
    `it did not take every message, tried ${tries} times${code === undefined ? '' : ` (${code})`}`,
    'Nothing is lost: the rows are sent again by measure',
  );

const chunks = <Value>(values: readonly Value[]): readonly (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / mostInBatch) }, (_, at) =>
    values.slice(at * mostInBatch, (at + 1) * mostInBatch),
  );
