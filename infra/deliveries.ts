/** From the queue of a server to the function that writes there. */
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { writersPerServer } from '../src/config/aws-parts.ts';
import type { ServerQueues } from './server-queues.ts';
import type { SyncFunction } from './sync-function.ts';

/** Batches that one writer is given at once: more share a login, fewer let its time go further for each. */
const batchSize = 5;

export function deliver(scope: Construct, { queue }: ServerQueues, write: SyncFunction): EventSourceMapping {
  return new EventSourceMapping(scope, 'Delivery', {
    target: write.lambda,
    eventSourceArn: queue.queueArn,
    batchSize,
    maxConcurrency: writersPerServer,
    reportBatchItemFailures: true,
  });
}
