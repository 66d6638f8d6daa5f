/** What the reader of a server that calls does on AWS, over emulators and a simulated server. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { failed } from '../../src/core/breaker.ts';
import { readingLease } from '../../src/engine/reading-turn.ts';
import { account } from '../end-to-end/support/office.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { type Counted, openCounted } from './support/counted.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await emulators.stop();
});

const shown = z.object({
  webhooks: z.array(z.looseObject({ webhook: z.string(), headers: z.record(z.string(), z.string()) })),
});

async function standing({ url }: Counted): Promise<z.infer<typeof shown>['webhooks']> {
  const authorization = `Basic ${Buffer.from(`${account.name}:${account.password}`).toString('base64')}`;
  const answer = await fetch(`${url}/fmi/odata/v4/Main/Webhook.GetAll`, { headers: { authorization } });
  return shown.parse(await answer.json()).webhooks;
}

const until = Date.now() + 3_600_000;

test('its webhooks stand, with the address of the stack and its secret', async () => {
  await using site = await openCounted(emulators, 2, { isCalled: true });
  const webhooks = await standing(site);
  expect(webhooks.map(({ webhook }) => webhook.replace(/[0-9a-f]{12}/, 'MARK'))).toEqual([
    'https://calls.example.com/v1/North/MARK/hq/table00',
    'https://calls.example.com/v1/North/MARK/hq/table01',
  ]);
  expect(webhooks[0]?.headers).toMatchObject({ 'x-serversync-secret': 'word-of-this-test-0123456789abcdef' });
  expect(await site.control.webhookState('hq')).toMatchObject({ outcome: 'standing', unknown: [] });
}, 60_000);

test('for a hint the table that it names is read, and no other; with none nothing is asked of the server', async () => {
  await using site = await openCounted(emulators, 3, { isCalled: true });
  expect((await site.invoked('enumerate', { server: 'hq', woken: true })).finds).toBe(0);
  site.edit(1);
  expect(await site.wakes.hint('hq', 'table01', Date.now(), until)).toBe('start');
  const { result, finds, operations } = await site.invoked('enumerate', { server: 'hq', woken: true });
  expect(result).toEqual({ server: 'hq', reading: 'done' });
  expect(finds).toBe(1);
  expect(operations.some(({ service }) => service === 'sqs')).toBe(true);
  // It listens no more: the next call starts another.
  expect(await site.wakes.hint('hq', 'table01', Date.now(), until)).toBe('start');
  // The schedule finds nothing that is left.
  const tick = await site.invoked('enumerate', { server: 'hq' });
  expect(tick.operations.some(({ service }) => service === 'sqs')).toBe(false);
}, 60_000);

test('a server that fails is asked for nothing for a hint, until it may be tried again', async () => {
  await using site = await openCounted(emulators, 2, { isCalled: true });
  site.edit(1);
  const of = { server: 'hq', task: 'reading', code: 'account-refused' } as const;
  await site.control.putBreaker(failed(await site.control.breaker('hq', 'reading'), of, Date.now()));
  const before = site.requests();
  expect(await site.wakes.hint('hq', 'table01', Date.now(), until)).toBe('start');
  const woken = await site.invoked('enumerate', { server: 'hq', woken: true });
  expect([woken.result, site.requests()]).toEqual([{ server: 'hq', reading: 'failed' }, before]);
  expect(await site.wakes.hint('hq', 'table01', Date.now(), until)).toBe('heard');
  // The schedule asks it all the same.
  expect((await site.invoked('enumerate', { server: 'hq' })).result).toEqual({
    server: 'hq',
    reading: 'done',
  });
}, 60_000);

test('a tick that comes while another process reads is made up for by the reader of hints', async () => {
  await using site = await openCounted(emulators, 3, { isCalled: true });
  const lease = readingLease('hq');
  expect(await site.control.takeLease(lease, 'other', 60_000, Date.now())).toBe(true);
  site.edit(2);
  expect((await site.invoked('enumerate', { server: 'hq' })).result).toEqual({
    server: 'hq',
    reading: 'busy',
  });
  await site.control.dropLease(lease, 'other');
  // Nobody listened: the next call starts a reader, which finds what no call told of.
  expect(await site.wakes.hint('hq', 'table00', Date.now() + 1, until)).toBe('start');
  const woken = await site.invoked('enumerate', { server: 'hq', woken: true });
  expect(woken.result).toEqual({ server: 'hq', reading: 'done' });
  expect(woken.operations.some(({ service }) => service === 'sqs')).toBe(true);
  expect(
    (await site.invoked('enumerate', { server: 'hq' })).operations.some(({ service }) => service === 'sqs'),
  ).toBe(false);
}, 60_000);

test('webhooks go with the first reading after a deployment that no server says wake: webhook in', async () => {
  await using site = await openCounted(emulators, 2, { isCalled: true });
  expect(await standing(site)).toHaveLength(2);
  await site.deployedAnew({ isCalled: false });
  expect(await standing(site)).toEqual([]);
  expect(await site.control.webhookState('hq')).toMatchObject({ outcome: 'removed' });
  expect(await site.control.isLeased('webhooks hq', 'nobody', Date.now())).toBe(false);
}, 60_000);

test('with a secret that could be guessed nothing is added, and what stands is left', async () => {
  await using site = await openCounted(emulators, 2, { isCalled: true });
  const [before, state] = [await standing(site), await site.control.webhookState('hq')];
  if (state === undefined) throw new Error('nothing is known of the webhooks');
  for (const secret of ['', 'short']) {
    await site.control.putWebhookState({ ...state, at: 0 });
    site.setCallSecret(secret);
    expect(await site.deployedAnew({ isCalled: true })).toEqual({ server: 'hq', reading: 'done' });
    expect(await standing(site)).toEqual(before);
  }
}, 60_000);
