/** What the clients do with an AWS that does not answer. */
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, test, vi } from 'vitest';
import { awsClients } from '../../src/composition/aws-installation.ts';
import { type AwsAnswering, awsAnswering } from './aws-answering.ts';

let aws: AwsAnswering | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await aws?.stop();
});

test.each([
  { what: 'no answer', answer: 'nothing' },
  { what: 'half an answer', answer: 'half' },
] as const)(
  'what gets $what is sent again by every client',
  async ({ answer }) => {
    let count = 0;
    aws = await awsAnswering((requests) => {
      count = requests;
      return requests <= 5 ? answer : { status: 200, body: '' };
    });
    vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
    const clients = awsClients();
    const { dynamo, sqs, s3, secrets, lambda } = clients;
    await Promise.all([
      dynamo.send(new ListTablesCommand({})),
      lambda.send(new ListFunctionsCommand({})),
      sqs.send(new ListQueuesCommand({})),
      s3.send(new ListBucketsCommand({})),
      secrets.send(new ListSecretsCommand({})),
    ]);
    expect(count).toBe(10);
    for (const client of Object.values(clients)) client.destroy();
  },
  10_000,
);
