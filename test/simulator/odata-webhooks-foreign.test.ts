/** Webhooks of the simulated server through two clients that others wrote against real ones, as published, without a patch. */
import { FMServerConnection, fmTableOccurrence, textField } from '@proofkit/fmodata';
import { basicAuth, FMSOData } from 'fms-odata-js';
import { afterEach, expect, test } from 'vitest';
import type { WebhookCall } from '../../src/simulator/odata/webhooks/calls.ts';
import { closeOData, peopleBench, type ODataBench } from './odata-client.ts';

afterEach(closeOData);

const url = 'https://hooks.example.com/people';
const people = fmTableOccurrence('People', { PrimaryKey: textField().primaryKey(), name: textField() });

async function started(): Promise<{ readonly bench: ODataBench; readonly calls: WebhookCall[] }> {
  const calls: WebhookCall[] = [];
  const bench = await peopleBench({
    makeCall: async (call) => {
      calls.push(call);
      return 200;
    },
  });
  return { bench, calls };
}

/** It goes to https whatever it is told. */
const overHttp: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const body = await request.arrayBuffer();
  return fetch(request.url.replace(/^https:/, 'http:'), {
    method: request.method,
    headers: request.headers,
    ...(body.byteLength === 0 ? {} : { body }),
  });
};

test('@proofkit/fmodata adds, lists, shows, invokes and removes one', async () => {
  const { bench, calls } = await started();
  const { webhook } = new FMServerConnection({
    serverUrl: bench.server.url,
    auth: { username: 'sync', password: 'sync' },
    fetchClientOptions: { fetchHandler: overHttp },
  }).database('Main.fmp12');
  const added = await webhook.add({
    webhook: url,
    tableName: people,
    select: [people.PrimaryKey],
    headers: { 'X-A': 'b' },
  });
  expect(added.webhookResult).toEqual({ webhookID: 1 });
  const { status, webhooks } = await webhook.list();
  expect([status, webhooks.map((one) => [one.webhookID, one.tableName, one.webhook])]).toEqual([
    'ACTIVE',
    [[1, 'People', url]],
  ]);
  expect(await webhook.get(1)).toMatchObject({ webhookID: 1, webhook: url, pendingOperations: [] });
  await webhook.invoke(1, { rowIDs: [1] });
  expect(calls.map(({ body }) => JSON.parse(body).value)).toEqual([
    [expect.objectContaining({ PrimaryKey: expect.any(String) })],
  ]);
  await webhook.remove(1);
  await expect(webhook.get(1)).rejects.toThrow(/WebHook not found/);
});

test('fms-odata-js adds, lists, shows, invokes and removes one', async () => {
  const { bench, calls } = await started();
  const client = { host: bench.server.url, database: 'Main', token: basicAuth('sync', 'sync'), fetch };
  const webhooks = new FMSOData(client).webhooks();
  const { id } = await webhooks.create({ webhook: url, tableName: 'People', select: 'name' });
  expect(id).toBe('1');
  expect(await webhooks.getAll()).toMatchObject({
    webhooks: [{ webhookID: 1, webhook: url, select: 'name' }],
  });
  expect(await webhooks.get(1)).toMatchObject({ webhookID: 1, tableName: 'People' });
  await webhooks.invoke(1, { rowIDs: [1, 2] });
  expect(calls).toHaveLength(1);
  await webhooks.remove(1);
  await expect(webhooks.get(1)).rejects.toThrow(/WebHook not found/);
});
