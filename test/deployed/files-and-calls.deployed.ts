/** The bundles that were deployed carry files between the Data API and OData, and are woken by FileMaker's webhooks. */
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openOffice, type Office } from '../end-to-end/support/office.ts';
import { fileAt, fileOn, pictureFields } from '../end-to-end/support/pictures.ts';
import type { MakeCall, WebhookCall } from '../../src/simulator/odata/webhooks/calls.ts';
import { judge } from './granted/granted.ts';
import { wildcardReasonsWithCalls } from './granted/reasons.ts';
import { type InstallationUnderTest, openBetween, until } from './installation.ts';
import { same } from './same.ts';

const rows = Array.from({ length: 12 }, (_, at) => ({
  id: `hq-${at}`,
  name: `hq ${at}`,
  notes: '',
  modified_at: '01/01/2026 10:00:00',
}));

const configuration = ({ hq, branch }: InstallationUnderTest['offices']): string => `version: 1
servers:
  hq: { url: "${hq.url}", database: Main, timeZone: UTC, wake: webhook }
  branch: { url: "${branch.url}", database: Main, timeZone: UTC, api: odata }
containers: { limit: 20 MB }
tables:
  contacts:
    key: id
    modified: modified_at
    fields: [name, notes, picture]
    servers: { hq: { layout: Contacts_Sync }, branch: { table: Contacts } }
`;

const answerSchema = z.object({ statusCode: z.int() });

describe('a deployed installation of the Data API on one side and OData on the other', () => {
  let under: InstallationUnderTest;
  let hq: Office;
  let branch: Office;
  const answered: number[] = [];
  const calls: WebhookCall[] = [];
  let isLost = false;

  /** What API Gateway, which the emulator cannot be called through, makes of a call. */
  const throughGateway: MakeCall = async (call) => {
    if (isLost) throw new Error('the call is lost');
    calls.push(call);
    const { url, headers, body } = call;
    const { host } = under.harness;
    const wake = host.functions.find(({ name }) => name.includes('Wake'))?.name ?? '';
    const event = {
      version: '2.0',
      rawPath: new URL(url).pathname,
      headers: Object.fromEntries(Object.entries(headers).map(([name, of]) => [name.toLowerCase(), of])),
      requestContext: { http: { method: 'POST' } },
      body,
    };
    const outcome = await host.invoke(wake, event);
    if (outcome.kind === 'failed') throw new Error(`wake failed: ${JSON.stringify(outcome.error)}`);
    const { statusCode } = answerSchema.parse(outcome.result);
    answered.push(statusCode);
    return statusCode;
  };

  beforeAll(async () => {
    under = await openBetween((clock, side) =>
      openOffice({
        clock,
        fields: pictureFields,
        rows: side === 'hq' ? rows : [],
        makeCall: throughGateway,
      }),
    );
    ({ hq, branch } = under.offices);
    await under.install(configuration(under.offices));
    for (const server of ['hq', 'branch']) await under.putSecret(server);
    await under.harness.host.startPolling();
    await under.minutes(16);
    await under.eventually(areEqual);
  });

  afterAll(() => under[Symbol.asyncDispose]());

  const areEqual = (): boolean => hq.records.length > 0 && same(hq, branch);

  const uploads = (): readonly number[] => [hq, branch].map(({ stats }) => stats.requests.upload);

  /** How many functions were started by others. */
  const started = (): number => under.harness.recorder.counts()['lambda:Invoke'] ?? 0;

  /** Without a schedule that comes due. */
  const arrives = (key: string, name: string): Promise<void> =>
    until(() => branch.value(key, 'name') === name);

  test('files go both ways through the bucket, by their hash', async () => {
    hq.edit('hq-1', { picture: fileOn(hq, 'über uns.png', 6_000_000) });
    branch.edit('hq-2', { picture: fileOn(branch, 'plan.pdf', 3_000, 2, 'application/pdf') });
    await under.minutes(6);
    await under.eventually(
      () => branch.value('hq-1', 'picture') !== '' && hq.value('hq-2', 'picture') !== '',
    );
    for (const key of ['hq-1', 'hq-2'])
      expect(await fileAt(branch, key, 'picture')).toEqual(await fileAt(hq, key, 'picture'));
    const { Bucket = '' } = await under.cdk.outputs();
    const s3 = new S3Client({ ...under.harness.emulator.clientConfig, forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'files/' }));
    expect(Contents).toHaveLength(2);
    expect(Contents.map(({ Size }) => Size)).toEqual(expect.arrayContaining([3_000, 6_000_000]));
  });

  test('a file that did not change is not sent with another field of its record', async () => {
    await under.minutes(6);
    await under.harness.host.quiet();
    const before = uploads();
    hq.edit('hq-1', { notes: 'only this' });
    branch.edit('hq-2', { notes: 'only that' });
    await under.minutes(6);
    await under.eventually(
      () => branch.value('hq-1', 'notes') === 'only this' && hq.value('hq-2', 'notes') === 'only that',
    );
    expect(uploads()).toEqual(before);
  });

  test('a container that was emptied is empty there', async () => {
    branch.edit('hq-2', { picture: '' });
    await under.minutes(6);
    await under.eventually(() => hq.value('hq-2', 'picture') === '');
    expect([branch, hq].map((office) => office.value('hq-2', 'picture'))).toEqual(['', '']);
  });

  test('the webhook that stands on the server brings an edit across before any schedule does', async () => {
    await under.harness.host.quiet();
    answered.length = 0;
    hq.edit('hq-3', { name: 'by a call' });
    await arrives('hq-3', 'by a call');
    expect(answered).toEqual([200]);
  });

  test('calls that come while a reader listens start no other one, and nothing of them is lost', async () => {
    const readers = started();
    for (let at = 0; at < 6; at += 1) hq.edit(`hq-${4 + at}`, { name: `call ${at}` });
    for (let at = 0; at < 6; at += 1) await arrives(`hq-${4 + at}`, `call ${at}`);
    await under.harness.host.quiet();
    expect(started() - readers).toBeLessThanOrEqual(2);
  });

  test('a call with another secret is refused and starts nobody', async () => {
    await under.harness.host.quiet();
    const readers = started();
    const [call] = calls;
    if (call === undefined) throw new Error('no call was made yet');
    const headers = Object.fromEntries(Object.keys(call.headers).map((name) => [name, 'a guess']));
    expect(await throughGateway({ ...call, headers }, AbortSignal.timeout(60_000))).toBe(401);
    expect(started()).toBe(readers);
  });

  test('what no webhook told comes by the schedule, and is counted', async () => {
    const { host } = under.harness;
    // So that the edit is surely later than the last call that was heard.
    await under.minutes(2);
    await host.quiet();
    isLost = true;
    hq.edit('hq-10', { name: 'without a call' });
    await under.minutes(11);
    await under.eventually(() => branch.value('hq-10', 'name') === 'without a call');
    isLost = false;
    expect(host.metrics.some(({ name, values }) => name === 'MissedByHook' && (values.at(-1) ?? 0) > 0)).toBe(
      true,
    );
  });

  test('nothing was asked for that was not granted, and no grant is a wildcard without a reason', async () => {
    const { missing, wildcards } = await under.harness.compareGrants();
    expect(missing).toEqual([]);
    expect(judge(wildcards, wildcardReasonsWithCalls).unexplained).toEqual([]);
  });

  test('no log holds what is in a record, nor the secret of the calls', () => {
    const lines = under.harness.host.logs.map((line) => JSON.stringify(line)).join('\n');
    const secrets = calls.flatMap(({ headers }) => Object.values(headers)).filter((text) => text.length > 30);
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of ['by a call', 'only this', ...secrets]) expect(lines).not.toContain(secret);
  });
});
