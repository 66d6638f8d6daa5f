/**
 * Delivers a queue to a function as its deployed event source mapping says. What is not deleted comes back after the
 * queue's visibility timeout, and after maxReceiveCount the queue itself moves it to its dead-letter queue.
 * Not modelled: batching windows, filters, batches of more than 10.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type EventSourceMappingConfiguration,
  type LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { region } from '../emulator/environment.ts';
import type { Invocation } from './function-version.ts';
import type { Gate } from './gate.ts';

const mapping = z.object({
  UUID: z.string(),
  State: z.string().optional(),
  FunctionArn: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(10),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().optional() }).optional(),
});

export type Mapping = {
  readonly id: string;
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly reportsFailures: boolean;
  /** Invocations at once. Without a limit AWS begins with five. */
  readonly concurrency: number;
};

const mostReceived = 10;
const concurrencyWithoutLimit = 5;

/** Between two looks at a queue that was empty. Less keeps the emulator busy with nothing. */
const idleMs = 250;

export async function listMappings(lambda: LambdaClient): Promise<readonly Mapping[]> {
  const found: EventSourceMappingConfiguration[] = [];
  for await (const page of paginateListEventSourceMappings({ client: lambda }, {}))
    found.push(...(page.EventSourceMappings ?? []));
  return found.map((each) => {
    const known = mapping.parse(each);
    return {
      id: known.UUID,
      functionName: known.FunctionArn.split(':function:')[1]?.split(':')[0] ?? '',
      queueArn: known.EventSourceArn,
      batchSize: Math.min(mostReceived, known.BatchSize),
      reportsFailures: known.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: known.ScalingConfig?.MaximumConcurrency ?? concurrencyWithoutLimit,
    };
  });
}

export type PollerParts = {
  readonly mapping: Mapping;
  readonly queueUrl: string;
  /** Signs as the function: its role has to allow what the mapping does. */
  readonly sqs: SQSClient;
  readonly gate: Gate;
  readonly invoke: (event: unknown) => Promise<Invocation>;
};

export class Poller {
  readonly #parts: PollerParts;
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#done = this.#begin();
  }

  /** Resolves when the last batch has been dealt with. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#done;
    this.#parts.sqs.destroy();
  }

  async #begin(): Promise<void> {
    const { mapping: of, sqs, queueUrl } = this.#parts;
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }));
    await Promise.all(Array.from({ length: of.concurrency }, () => this.#poll()));
  }

  async #poll(): Promise<void> {
    const { gate } = this.#parts;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      // A request that is refused (on purpose, by a hook) is no end of polling.
      const handled = await gate.pass(() => this.#handleSome()).catch(() => 0);
      if (handled === 0) await sleep(idleMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Returns how many messages it received. */
  async #handleSome(): Promise<number> {
    const { mapping: of, sqs, queueUrl, invoke } = this.#parts;
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: of.batchSize,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (messages.length === 0) return 0;
    const failed = failedOf(of, messages, await invoke(eventOf(of, messages)));
    const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
    if (done.length > 0)
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: done.map(entryOf) }));
    return messages.length;
  }
}

const entryOf = ({ ReceiptHandle }: Message, index: number) => ({ Id: String(index), ReceiptHandle });

const eventOf = (of: Mapping, messages: readonly Message[]): object => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: message.MessageAttributes ?? {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: of.queueArn,
    awsRegion: region,
  })),
});

const answer = z.union([
  z.looseObject({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() }),
  z.null(),
  z.undefined(),
]);

/** As AWS documents it: an error, an answer that cannot be read and an identifier that is none of them fail the whole batch. */
export function failedOf(
  of: Mapping,
  messages: readonly Message[],
  invocation: Invocation,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId = '' }) => MessageId));
  if (invocation.kind === 'failed') return all;
  if (!of.reportsFailures) return new Set();
  const read = answer.safeParse(invocation.result);
  if (!read.success) return all;
  const failed = new Set(read.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  return failed.isSubsetOf(all) ? failed : all;
}
