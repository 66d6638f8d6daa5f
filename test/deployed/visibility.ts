/**
 * Visibility timeouts of deployed queues. The queues' clock follows virtual time, so that `advance` past the deployed
 * timeout is the faithful way; a low timeout is for tests in which a message has to come back many times, or in
 * which nothing else may see time pass. A later deploy that does not touch the queue leaves it as it is set here.
 */
import { SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** At least 1: the emulator takes 0 as visible at once, while the first receiver still works on the message. */
export async function setVisibility(sqs: SQSClient, queueUrl: string, seconds: number): Promise<void> {
  const Attributes = { VisibilityTimeout: String(Math.max(1, seconds)) };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
}
