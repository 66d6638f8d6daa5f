/**
 * Works on the batches that messages name. The rows are the truth and the messages only hints: a message of ours is always
 * taken off the queue, and what could not be done is sent again by measure. What cannot be read as ours goes to the
 * dead-letter queue, and nothing else does.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { systemClock } from '../src/composition/system-clock.ts';
import type { BatchId } from '../src/core/batch.ts';
import type { ServerName } from '../src/core/names.ts';
import { throughBreaker, workBatches, type Worked } from '../src/engine/work-batches.ts';
import { readMessage } from '../src/state/aws/queue.ts';
import { ownInstallation } from './environment.ts';
import { type Installation, installation, serverOf, withEngine } from './composition.ts';
import { logger, observed, report, toldByKind, unusual } from './observe.ts';

/** Only what is read here is asked for; the rest of a record is the batch processor's. */
const queueEvent = z.looseObject({
  Records: z.array(
    z.looseObject({ messageId: z.string(), body: z.string(), eventSource: z.literal('aws:sqs') }),
  ),
});

const isQueueEvent = (event: unknown): event is SQSEvent => queueEvent.safeParse(event).success;

/** Time that must be left for a batch to be begun, ms: a look-up, a hundred writes, the replicas. */
const beginMs = 30_000;
/** Time that is left when what is under way breaks off: for the logout, and for saying so, ms. */
const abortMs = 15_000;

export const handler = observed(async (event, context): Promise<SQSBatchResponse> => {
  if (!isQueueEvent(event)) {
    unusual('an event that is not ours was refused: expected messages of a queue');
    throw new Error('an event that is not ours: expected messages of a queue');
  }
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
  add({ body, messageId }: SQSRecord): void {
    const message = readMessage(body, ownInstallation());
    if (message === undefined) {
      logger.error('a message that is not ours was refused', { messageId });
      throw new Error(`message ${messageId} is not one of this installation`);
    }
    const before = this.batches.get(message.server) ?? [];
    this.batches.set(message.server, [...new Set([...before, message.batch])]);
  }
}

async function write(server: ServerName, batches: readonly BatchId[], context: Context): Promise<void> {
  try {
    const of = await installation(context);
    serverOf(of.configuration, server);
    const ports = { control: of.state.control, clock: systemClock, report };
    const { worked, left } = await throughBreaker(ports, server, batches, (allowed, isTrial) =>
      work(of, server, allowed, isTrial, context),
    );
    logger.info('wrote', { server, worked, left });
  } catch (error) {
    toldByKind(`writing on server ${server} failed: ${batches.length} batches wait`, error);
  }
}

function work(
  of: Installation,
  server: ServerName,
  batches: readonly BatchId[],
  isTrial: boolean,
  context: Context,
): Promise<Worked> {
  const left = (): number => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(0, left() - abortMs));
  return withEngine(of, { servers: [server], as: 'writer', report, signal }, (engine) =>
    workBatches(engine, server, batches, { hasTime: () => left() > beginMs, signal, isTrial }),
  );
}
