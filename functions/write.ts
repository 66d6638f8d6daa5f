/**
 * Works on the batches that messages name. The rows are the truth and the messages only hints: a message of ours is always
 * taken off the queue, and what could not be done is sent again by measure. What cannot be read as ours goes to the
 * dead-letter queue, and nothing else does.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { systemClock } from '../src/composition/system-clock.ts';
import type { Breaker } from '../src/core/breaker.ts';
import type { BatchId } from '../src/core/batch.ts';
import type { ServerName } from '../src/core/names.ts';
import { throughBreaker, workBatches, type Worked } from '../src/engine/work-batches.ts';
import { readMessage } from '../src/state/aws/queue.ts';
import { ownInstallation } from './environment.ts';
import { type Installation, installation, serverOf, withEngine } from './composition.ts';
import { eventOf } from './events.ts';
import { logger, observed, report, toldByKind } from './observe.ts';

const expected = {
  /** Only what is read here is asked for; the rest of a record is the batch processor's. */
  schema: z.custom<SQSEvent>((event) => queueEvent.safeParse(event).success),
  by: 'write',
  form: 'messages of a queue',
  from: 'SQS',
} as const;

const queueEvent = z.looseObject({
  Records: z.array(
    z.looseObject({ messageId: z.string(), body: z.string(), eventSource: z.literal('aws:sqs') }),
  ),
});

/** Time that must be left for a batch to be begun, ms: a look-up, a hundred writes, the replicas. */
const beginMs = 30_000;
/** Time that is left when what is under way breaks off: for the logout, and for saying so, ms. */
const abortMs = 15_000;

export const handler = observed(async (given, context): Promise<SQSBatchResponse> => {
  const event = eventOf(expected, given);
  const named = new Named();
  const processor = new BatchProcessor(EventType.SQS);
  const answer = await processPartialResponse(
    event,
    async (record: SQSRecord) => named.add(record),
    processor,
    { throwOnFullBatchFailure: false },
  );
  for (const [server, batches] of named.batches) await write(server, batches, context);
  return answer;
});

/** The batches that messages name, by server. */
class Named {
  readonly batches = new Map<ServerName, BatchId[]>();

  /** Throws for a message that is not ours: it goes back, and in the end to the dead-letter queue. */
  add({ body, messageId, eventSourceARN }: SQSRecord): void {
    const message = readMessage(body, ownInstallation());
    if (message === undefined) {
      const found = `message ${messageId} on queue ${eventSourceARN} is not one of this installation`;
      const remedy =
        'Look at who else may send to it. It goes to the dead-letter queue: look at it there, and purge it';
      logger.error('a message that is not ours was refused', { messageId, queue: eventSourceARN, remedy });
      throw new Error(`${found}. ${remedy}`);
    }
    const before = this.batches.get(message.server) ?? [];
    this.batches.set(message.server, [...new Set([...before, message.batch])]);
  }
}

async function write(server: ServerName, batches: readonly BatchId[], context: Context): Promise<void> {
  try {
    const of = await installation(context);
    const [dataStop] = await Promise.all([of.state.control.breaker(server, 'data'), of.stillOurs()]);
    serverOf(of.configuration, server);
    const ports = { control: of.state.control, clock: systemClock, report };
    const { worked, left } = await throughBreaker(ports, server, batches, (allowed, isTrial) =>
      work(of, { server, batches: allowed, isTrial, dataStop, context }),
    );
    logger.info('wrote', { server, worked, left });
  } catch (error) {
    toldByKind(`writing on server ${server} failed: ${batches.length} batches wait`, error);
  }
}

type Turn = {
  readonly server: ServerName;
  readonly batches: readonly BatchId[];
  readonly isTrial: boolean;
  readonly dataStop: Breaker | undefined;
  readonly context: Context;
};

function work(of: Installation, { server, batches, isTrial, dataStop, context }: Turn): Promise<Worked> {
  const left = (): number => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(0, left() - abortMs));
  return withEngine(
    of,
    { servers: [server], as: 'writer', report, signal, dataStops: [dataStop] },
    (engine) => workBatches(engine, server, batches, { hasTime: () => left() > beginMs, signal, isTrial }),
  );
}
