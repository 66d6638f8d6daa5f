/** What is to be delivered to one server, and what nobody could read. Messages are hints: the rows are the truth. */
import { Duration, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnQueuePolicy, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queueNamesOf } from '../src/config/aws-parts.ts';
import { writerSeconds } from '../src/config/writer-time.ts';
import type { ServerName } from '../src/core/names.ts';
import type { Installation } from './installation.ts';

/** The longest that SQS keeps a message. */
const retention = Duration.days(14);

/** Tries before a message counts as unreadable. Ours are taken off whatever becomes of them, so a few suffice for bad luck. */
const mostTries = 5;

export class ServerQueues extends Construct {
  readonly queue: Queue;
  readonly unreadable: Queue;

  constructor(scope: Construct, id: string, { name, key, configuration }: Installation, server: ServerName) {
    super(scope, id);
    const names = queueNamesOf(name, server);
    const common: QueueProps = {
      retentionPeriod: retention,
      ...(key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key, dataKeyReuse: Duration.hours(1) }
        : { encryption: QueueEncryption.SQS_MANAGED }),
    };
    this.unreadable = new Queue(this, 'Unreadable', { ...common, queueName: names.unreadable });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: names.queue,
      // Six times the life of a writer, as AWS asks for: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * writerSeconds(configuration)),
      deadLetterQueue: { queue: this.unreadable, maxReceiveCount: mostTries },
    });
    new CfnQueuePolicy(this, 'TlsOnly', {
      queues: [this.queue.queueUrl, this.unreadable.queueUrl],
      policyDocument: tlsOnly(),
    });
    Validations.of(this.unreadable).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue itself.',
    });
  }
}

/** One policy for both queues saves a resource for each server. It stands on the queues, so any resource means these. */
function tlsOnly(): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'TlsOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sqs:*'],
        resources: ['*'],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ],
  });
}
