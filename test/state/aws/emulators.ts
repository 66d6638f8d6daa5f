/**
 * DynamoDB, SQS and S3 on this machine, for tests: two emulators from npm, in this process, on free ports of the loopback.
 * With SERVERSYNC_AWS_ENDPOINT set to the address of another emulator (moto_server), that one is used for all three.
 */
import { once } from 'node:events';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';

export type Emulators = {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  /** One more client of the same tables, for whoever makes it misbehave and destroys it. */
  readonly newDynamo: () => DynamoDBClient;
  /** The same, of the same queues. */
  readonly newSqs: () => SQSClient;
  readonly newTable: () => Promise<string>;
  readonly newBucket: () => Promise<string>;
  /** One queue for each server, named by the prefix that is returned. */
  readonly newQueues: (servers: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
};

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const region = 'eu-west-1';

type Endpoints = {
  readonly dynamo: string;
  readonly others: string;
  readonly stop: () => Promise<void>;
};

const given = process.env['SERVERSYNC_AWS_ENDPOINT'];

export const emulatorName = given === undefined ? 'dynalite and fauxqs' : given;

async function endpoints(): Promise<Endpoints> {
  if (given !== undefined) return { dynamo: given, others: given, stop: () => Promise.resolve() };
  const tables = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  tables.listen(0, '127.0.0.1');
  await once(tables, 'listening');
  const address = tables.address();
  if (address === null || typeof address === 'string') throw new Error('the emulator has no port');
  const others = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  return {
    dynamo: `http://127.0.0.1:${address.port}`,
    others: `http://127.0.0.1:${others.port}`,
    stop: async () => {
      const closed = once(tables, 'close');
      tables.close();
      tables.closeAllConnections();
      await closed;
      await others.stop();
    },
  };
}

const text = (name: string): AttributeDefinition => ({ AttributeName: name, AttributeType: 'S' });
const hash: KeySchemaElement = { AttributeName: 'pk', KeyType: 'HASH' };
const range: KeySchemaElement = { AttributeName: 'sk', KeyType: 'RANGE' };

export async function startEmulators(): Promise<Emulators> {
  const { dynamo: dynamoEndpoint, others, stop } = await endpoints();
  const newDynamo = () => new DynamoDBClient({ region, credentials, endpoint: dynamoEndpoint });
  const dynamo = newDynamo();
  const newSqs = () => new SQSClient({ region, credentials, endpoint: others });
  const sqs = newSqs();
  const s3 = new S3Client({ region, credentials, endpoint: others, forcePathStyle: true });
  const tables: string[] = [];
  let count = 0;
  const newName = (what: string): string => `${what}-${process.pid}-${(count += 1)}`;
  return {
    dynamo,
    sqs,
    s3,
    newDynamo,
    newSqs,
    async newTable() {
      const TableName = newName('table');
      const AttributeDefinitions = [text('pk'), text('sk')];
      await dynamo.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions,
          KeySchema: [hash, range],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      tables.push(TableName);
      return TableName;
    },
    async newBucket() {
      const Bucket = newName('bucket');
      const CreateBucketConfiguration = { LocationConstraint: region } as const;
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      return Bucket;
    },
    async newQueues(servers) {
      const prefix = `${newName('queue')}-`;
      for (const server of servers) {
        await sqs.send(new CreateQueueCommand({ QueueName: `${prefix}${server}` }));
      }
      return prefix;
    },
    async stop() {
      for (const TableName of tables) await dynamo.send(new DeleteTableCommand({ TableName }));
      for (const client of [dynamo, sqs, s3]) client.destroy();
      await stop();
    },
  };
}
