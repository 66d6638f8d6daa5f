/** An installation on AWS: where its parts are, and what is opened over them. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { EpochMs } from '../core/names.ts';
import { type AwsState, awsState } from '../state/aws/aws-state.ts';

export type AwsPlaces = {
  /** The name of the stack. */
  readonly installation: string;
  readonly recordsTable: string;
  readonly controlTable: string;
  readonly bucket: string;
  readonly queuePrefix: string;
  readonly secretPrefix: string;
};

export type AwsClients = {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  /** Starts other functions. */
  readonly lambda: LambdaClient;
};

/** Tries of one request, with waits that grow: a first sync makes a table of on-demand capacity grow while it is written. */
const maxAttempts = 8;

/**
 * How long one try is waited for, ms: for a connection, for the answer, and for more of an answer that has begun. AWS
 * connects and answers within milliseconds, S3 within a second; a lost packet of a connection is sent again after one second.
 * So eight tries, with waits of 13 s between them at most, are over after 45 s: before a writer's time is (90 s), and
 * measure's (50 s), so that the failure is told by its name. Less would give up requests that a busy processor is late to
 * read; without, a connection that went dead takes the whole of a function's time.
 */
const requestHandler = {
  connectionTimeout: 3_000,
  requestTimeout: 4_000,
  throwOnRequestTimeout: true,
  socketTimeout: 4_000,
};

/** Region, credentials and endpoints come from the environment, as the SDK finds them. */
export function awsClients(): AwsClients {
  const common = { maxAttempts, requestHandler };
  return {
    dynamo: new DynamoDBClient(common),
    sqs: new SQSClient(common),
    // An emulator has no host for each bucket.
    s3: new S3Client({ ...common, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined }),
    secrets: new SecretsManagerClient(common),
    lambda: new LambdaClient(common),
  };
}

export const stateOf = (places: AwsPlaces, clients: AwsClients, heldUntil: () => EpochMs): AwsState =>
  awsState({ clients, ...places, heldUntil });
