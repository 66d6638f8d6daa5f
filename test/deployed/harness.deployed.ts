/** The harness itself, on a tiny stack of its own: what the deployed test relies on is seen here first. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { assertDone, type Cdk, openCdk } from './cdk.ts';
import { clientConfig } from './emulator/environment.ts';
import { judge, type Reason } from './granted/granted.ts';
import { type Harness, startHarness } from './harness.ts';

const app = `node ${fileURLToPath(new URL('fixture/app.ts', import.meta.url))}`;
const tick = 'schedule default/fixture-tick';
const nineMinutesMs = 9 * 60_000;
const threeDaysMs = 3 * 86_400_000;

const outputs = z.object({
  TableName: z.string(),
  QueueUrl: z.string(),
  UnreadableUrl: z.string(),
  FunctionName: z.string(),
});
const clocks = z.looseObject({ now: z.number(), date: z.number(), version: z.string() });

describe('the harness', () => {
  let opened: AsyncDisposableStack;
  let harness: Harness;
  let cdk: Cdk;
  let deployed: z.infer<typeof outputs>;
  let sqs: SQSClient;
  let dynamodb: DynamoDBClient;

  beforeAll(async () => {
    opened = new AsyncDisposableStack();
    harness = opened.use(await startHarness());
    cdk = opened.use(await openCdk({ url: harness.emulator.url, stack: 'Fixture', app }));
    assertDone(await cdk.bootstrap());
    assertDone(await cdk.deploy());
    deployed = outputs.parse(await cdk.outputs());
    await harness.host.reload();
    await harness.host.startPolling();
    sqs = new SQSClient(harness.emulator.clientConfig);
    dynamodb = new DynamoDBClient(harness.emulator.clientConfig);
  });

  afterAll(async () => {
    await opened.disposeAsync();
  });

  async function send(...bodies: readonly string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: deployed.QueueUrl, Entries }));
  }

  async function row(pk: string): Promise<Readonly<Record<string, string | undefined>> | undefined> {
    const Key = { pk: { S: pk } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: deployed.TableName, Key }));
    return Item && { text: Item['text']?.S, at: Item['at']?.N, version: Item['version']?.S };
  }

  async function depth(url: string): Promise<number> {
    const AttributeNames = [
      'ApproximateNumberOfMessages' as const,
      'ApproximateNumberOfMessagesNotVisible' as const,
    ];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  const rows = (...keys: readonly string[]) =>
    until(async () => (await Promise.all(keys.map(row))).every((found) => found !== undefined));

  test('hands a message to the deployed code and deletes it when it is handled', async () => {
    await send('a message');
    await rows('a message');
    await until(async () => (await depth(deployed.QueueUrl)) === 0);
    expect(await row('a message')).toMatchObject({ text: 'handled', version: 'first' });
  });

  test('records each request with the function and the resource', () => {
    const { FunctionName: functionName, TableName } = deployed;
    const resource = `arn:aws:dynamodb:eu-west-1:123456789012:table/${TableName}`;
    expect(harness.recorder.requests).toContainEqual({
      functionName,
      sandbox: expect.any(Number),
      operation: 'dynamodb:PutItem',
      needs: [{ action: 'dynamodb:PutItem', resource }],
    });
    expect(harness.recorder.counts(functionName)).toMatchObject({
      'dynamodb:PutItem': 1,
      'dynamodb:GetItem': 1,
      'sqs:DeleteMessageBatch': 1,
    });
  });

  test('a message that fails goes to the dead-letter queue, the others of its batch do not', async () => {
    await send('good 1', 'poison', 'good 2');
    await rows('good 1', 'good 2');
    await until(async () => (await depth(deployed.QueueUrl)) === 1);
    for (let receipt = 0; receipt < 2; receipt += 1) {
      await harness.host.advance(nineMinutesMs);
      await sleep(1500);
    }
    await until(async () => (await depth(deployed.UnreadableUrl)) === 1);
    expect(await depth(deployed.QueueUrl)).toBe(0);
    expect(await row('poison')).toBeUndefined();
  });

  test('the message of a killed process stays hidden for its visibility timeout and comes back then', async () => {
    const struck = harness.host.killNext(deployed.FunctionName, {
      operation: 'dynamodb:PutItem',
      moment: 'before',
    });
    await send('interrupted');
    expect(await struck).toMatchObject({ operation: 'dynamodb:PutItem' });
    await sleep(1500);
    expect(await row('interrupted')).toBeUndefined();
    await harness.host.advance(nineMinutesMs);
    await rows('interrupted');
  });

  test('a process that is killed after its request has been done leaves what it wrote', async () => {
    const struck = harness.host.killNext(deployed.FunctionName, { operation: 'dynamodb:PutItem' });
    const { kind } = await harness.host.invoke(deployed.FunctionName, { row: 'written' });
    await struck;
    expect(kind).toBe('failed');
    expect(await row('written')).toBeDefined();
  });

  test('a schedule is fired with its deployed input, which is told from the logs', async () => {
    const before = harness.host.metrics.length;
    const fired = await harness.host.fire('fixture-tick');
    expect(fired).toMatchObject({ kind: 'returned', result: { version: 'first' } });
    expect(await row('order')).toMatchObject({ text: '{"server":"hq"}' });
    await until(async () => harness.host.metrics.length > before);
    expect(harness.host.metrics.at(-1)).toMatchObject({
      namespace: 'Fixture',
      name: 'Ticks',
      values: [1],
      dimensions: { Server: 'hq' },
    });
  });

  test('schedules that became due are fired once each', async () => {
    const since = harness.time.now();
    await harness.host.advance(60 * 60_000);
    expect(await harness.host.fireDue(since)).toHaveLength(1);
    expect(await harness.host.fireDue(harness.time.now())).toHaveLength(0);
  });

  test('three days pass at once for warm and new processes, and never while one handles an event', async () => {
    const slow = harness.host.invoke(deployed.FunctionName, { waitMs: 1500 });
    const before = harness.time.now();
    await harness.host.advance(threeDaysMs);
    const during = clocks.parse(resultOf(await slow));
    expect(during.now).toBeLessThan(before + 60_000);
    const [first, second] = await Promise.all([
      harness.host.invoke(deployed.FunctionName, { waitMs: 500 }),
      harness.host.invoke(deployed.FunctionName, {}),
    ]);
    for (const after of [first, second].map((each) => clocks.parse(resultOf(each)))) {
      expect(after.now).toBeGreaterThanOrEqual(before + threeDaysMs);
      expect(Math.abs(after.now - harness.time.now())).toBeLessThan(60_000);
      expect(after.date - after.now).toBeLessThan(1000);
    }
  });

  test('a refused request reaches the code as the error that was ordered', async () => {
    const unhook = harness.recorder.hook(({ operation }) =>
      operation === 'secretsmanager:GetSecretValue'
        ? { kind: 'refuse', code: 'AccessDeniedException' }
        : 'pass',
    );
    const failed = await harness.host.invoke(deployed.FunctionName, {});
    unhook();
    expect(failed).toMatchObject({ kind: 'failed', error: { errorType: 'AccessDeniedException' } });
  });

  test('Invoke of the emulator runs the deployed code, waited for or not', async () => {
    const lambda = new LambdaClient(harness.emulator.clientConfig);
    const FunctionName = deployed.FunctionName;
    const Payload = Buffer.from(JSON.stringify({ row: 'invoked' }));
    const waited = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    expect(JSON.parse(waited.Payload?.transformToString() ?? '')).toMatchObject({ version: 'first' });
    const began = performance.now();
    const later = Buffer.from(JSON.stringify({ row: 'invoked later', waitMs: 3000 }));
    const sent = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: later, InvocationType: 'Event' }),
    );
    expect([sent.StatusCode, sent.FunctionError]).toEqual([202, undefined]);
    expect(performance.now() - began).toBeLessThan(3000);
    await harness.host.quiet();
    expect(await row('invoked later')).toBeDefined();
  });

  test('roles, read back, are compared with what was asked for', async () => {
    const { missing, unused, wildcards } = await harness.compareGrants();
    expect(missing).toEqual([]);
    expect(unused).toContainEqual({
      by: deployed.FunctionName,
      action: 'dynamodb:DeleteItem',
      resource: `arn:aws:dynamodb:eu-west-1:123456789012:table/${deployed.TableName}`,
    });
    expect(unused.filter(({ by }) => by === tick)).toEqual([
      expect.objectContaining({ action: 'lambda:InvokeFunction', resource: expect.stringMatching(/:\*$/) }),
    ]);
    expect(judge(wildcards, reasons)).toEqual({ unexplained: [], idle: [] });
  });

  test('a large object passes the recorder as it is, and is named', async () => {
    const { recorder } = harness;
    const accessKey = recorder.accessKeyOf({ functionName: 'a function', sandbox: 9999 });
    // As a function would be, without path-style.
    const { forcePathStyle: _, ...config } = clientConfig(recorder.url, accessKey);
    const s3 = new S3Client(config);
    const object = { Bucket: 'cdk-hnb659fds-assets-123456789012-eu-west-1', Key: 'values/a large one' };
    const Body = randomBytes(5_000_000);
    await s3.send(new PutObjectCommand({ ...object, Body }));
    const { Body: found } = await s3.send(new GetObjectCommand(object));
    expect(Buffer.from((await found?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    const resource = `arn:aws:s3:::${object.Bucket}/${object.Key}`;
    expect(recorder.requests.filter(({ sandbox }) => sandbox === 9999).flatMap(({ needs }) => needs)).toEqual(
      [
        { action: 's3:PutObject', resource },
        { action: 's3:GetObject', resource },
      ],
    );
    await s3.send(new DeleteObjectCommand(object));
  });

  test('while an old version still handles an event, a newer one is deployed and takes the next', async () => {
    assertDone(await cdk.deploy({ second: 'yes' }));
    const old = harness.host.invoke(deployed.FunctionName, { waitMs: 8000, row: 'old' });
    await harness.host.reload();
    const next = await harness.host.invoke(deployed.FunctionName, { row: 'new' });
    expect(harness.host.living(deployed.FunctionName)).toBeGreaterThanOrEqual(2);
    expect(resultOf(next)).toMatchObject({ version: 'second' });
    expect(next.coldStartMs).toBeGreaterThan(0);
    expect(resultOf(await old)).toMatchObject({ version: 'first' });
  });

  test('a deploy of the same is no difference, another is one', async () => {
    expect(await cdk.diff({ second: 'yes' })).toMatchObject({ code: 0 });
    expect(await cdk.diff()).toMatchObject({ code: 1 });
  });

  test('what destroy leaves is seen: no function, no mapping, no schedule', async () => {
    assertDone(await cdk.destroy());
    await harness.host.reload();
    expect(harness.host.functions.filter(({ name }) => name === deployed.FunctionName)).toEqual([]);
    expect(harness.host.schedules).toEqual([]);
  });
});

const reasons: readonly Reason[] = [
  {
    access: { by: 'schedule *', action: 'lambda:InvokeFunction', resource: '*' },
    reason: 'CDK grants the versions of the target too',
  },
  {
    access: { by: '*', action: 'logs:*', resource: '*' },
    reason: 'the policy that AWS manages for logs',
  },
];

function resultOf(invocation: Awaited<ReturnType<Harness['host']['invoke']>>): unknown {
  if (invocation.kind === 'failed') throw new Error(JSON.stringify(invocation.error));
  return invocation.result;
}

/** The emulator is slow: 30 to 60 messages a second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('it did not come about');
    await sleep(100);
  }
}
