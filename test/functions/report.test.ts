/** The function that reports, over an emulated state: what it publishes, and when it does not. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { configuration } from '../cli/support/aws-bench.ts';
import { parkedRecord } from '../contracts/samples.ts';
import { listening } from '../end-to-end/support/listening.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../state/aws/opened-state.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
afterAll(async () => {
  await emulators.stop();
});

const notAsked = (): never => {
  throw new Error('nobody asks for it');
};

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'report',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:report',
  memoryLimitInMB: '512',
  awsRequestId: '1',
  logGroupName: 'report',
  logStreamName: '1',
  getRemainingTimeInMillis: () => 60_000,
  done: notAsked,
  fail: notAsked,
  succeed: notAsked,
};
const sunday = Date.UTC(2026, 10, 29, 7);
const monday = sunday + 86_400_000;

const answer =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

/** What was published, as it was asked for. */
async function reportedAt(at: number, parked: readonly string[]): Promise<readonly URLSearchParams[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-test-'));
  await writeFile(join(folder.path, 'serversync.yaml'), configuration);
  const published: URLSearchParams[] = [];
  const publish = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    published.push(new URLSearchParams(await text(request)));
    response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
  };
  await using sns = await listening(createServer((request, response) => void publish(request, response)));
  const places = await newPlaces(emulators);
  const { control } = stateIn(emulators, places, 'North');
  await control.park(parked.map((key) => parkedRecord(key, { at: at - 7_200_000 })));
  const { hostname, port } = (await emulators.dynamo.config.endpoint?.()) ?? {};
  const variables = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ENDPOINT_URL_DYNAMODB: `http://${hostname}:${port}`,
    AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${sns.port}`,
    POWERTOOLS_TRACE_ENABLED: 'false',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_NAMESPACE: 'ServerSync',
    LAMBDA_TASK_ROOT: folder.path,
    SERVERSYNC_INSTALLATION: 'North',
    SERVERSYNC_RECORDS_TABLE: places.recordsTable,
    SERVERSYNC_CONTROL_TABLE: places.controlTable,
    SERVERSYNC_BUCKET: places.bucket,
    SERVERSYNC_QUEUE_PREFIX: places.queuePrefix,
    SERVERSYNC_SECRET_PREFIX: 'serversync/',
    SERVERSYNC_REPORT_TOPIC: 'arn:aws:sns:eu-west-1:123456789012:topic',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ['Date'], now: at });
  const { handler } = await import('../../functions/report.ts');
  expect(await handler({}, context)).toEqual({ sent: published.length > 0 });
  return published;
}

test('what waits is published to the topic of the alarms, with its commands and without keys', async () => {
  const [asked] = await reportedAt(sunday, ['key-4711', 'key-4712']);
  expect(asked?.get('TopicArn')).toBe('arn:aws:sns:eu-west-1:123456789012:topic');
  expect(asked?.get('Subject')).toBe('ServerSync North: 1 matter waits for you');
  expect(asked?.get('Message')).toContain('- contacts on hq: 2 records are parked (2 h ago)\n');
  expect(asked?.get('Message')).toContain(
    '    serversync parked list --table contacts --server hq --stack North',
  );
  expect(asked?.get('Message')).not.toContain('key-47');
});

test('where nothing waits it is silent, but for Mondays', async () => {
  expect(await reportedAt(sunday, [])).toEqual([]);
  expect((await reportedAt(monday, [])).map((asked) => asked.get('Subject'))).toEqual([
    'ServerSync North: all well',
  ]);
});
