/** The function that reports, over an emulated state: what it publishes, and when it does not. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { configuration } from '../cli/support/aws-bench.ts';
import { parkedRecord } from '../contracts/samples.ts';
import { listening } from '../end-to-end/support/listening.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../state/aws/opened-state.ts';
import { contextOf } from './support/context.ts';
import { asDeployed } from './support/invoked.ts';

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

const sunday = Date.UTC(2026, 10, 29, 7);
const monday = sunday + 86_400_000;

const answer =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

/** What was published, as it was asked for. */
async function reportedAt(at: number, parked: readonly string[]): Promise<readonly URLSearchParams[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-test-'));
  const published: URLSearchParams[] = [];
  const publish = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    published.push(new URLSearchParams(await text(request)));
    response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
  };
  await using sns = await listening(createServer((request, response) => void publish(request, response)));
  const places = await newPlaces(emulators);
  const { control } = stateIn(emulators, places, 'North');
  await control.park(parked.map((key) => parkedRecord(key, { at: at - 7_200_000 })));
  await asDeployed(
    emulators,
    places,
    { folder: folder.path, configuration },
    {
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${sns.port}`,
      SERVERSYNC_REPORT_TOPIC: 'arn:aws:sns:eu-west-1:123456789012:topic',
    },
  );
  vi.useFakeTimers({ toFake: ['Date'], now: at });
  const { handler } = await import('../../functions/report.ts');
  expect(await handler({}, contextOf('report'))).toEqual({ sent: published.length > 0 });
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
