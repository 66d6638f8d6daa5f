/** The port of webhooks over OData, against the simulated server. */
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { webhooksOver } from '../../../src/filemaker/odata/webhooks.ts';
import type { Webhooks } from '../../../src/ports/webhooks.ts';
import type { SimulatorOptions } from '../../../src/simulator/description.ts';
import type { WebhookCall } from '../../../src/simulator/odata/webhooks/calls.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

type Opened = { readonly webhooks: Webhooks; readonly server: Simulator; readonly calls: WebhookCall[] };

async function opened(
  options: Partial<SimulatorOptions> = {},
  account = { username: 'sync', password: 'sync' },
): Promise<Opened> {
  const calls: WebhookCall[] = [];
  const server = await startSimulator({
    databases: [
      {
        name: 'Main File',
        tables: [{ name: 'Kunden für alle', fields: [{ name: 'id', type: 'text' }], rows: [{ id: 'k1' }] }],
        layouts: [],
      },
    ],
    accounts: [{ name: 'sync', password: 'sync' }],
    makeCall: async (call) => {
      calls.push(call);
      return 200;
    },
    ...options,
  });
  const webhooks = webhooksOver({
    name: 'hq',
    url: server.url,
    account,
    sessions: 1,
    clock: systemClock,
    random: () => 0,
    retry: { attempts: 1 },
  });
  open.push(server, webhooks);
  return { webhooks, server, calls };
}

const added = {
  url: 'https://sync.example.com/v1/a/b/hq/contacts',
  occurrence: 'Kunden für alle',
  headers: { 'x-serversync-secret': 'word-of-this-test' },
  field: 'id',
};

test('what is added is listed, shown and removed, and calls with the key and the secret', async () => {
  const { webhooks, server, calls } = await opened();
  expect(await webhooks.list('Main File', never)).toEqual({ kind: 'listed', webhooks: [] });
  const id = await webhooks.add('Main File', added, never);
  const shown = { id, url: added.url, occurrence: added.occurrence, queue: { waiting: 0 } };
  expect(await webhooks.list('Main File', never)).toEqual({ kind: 'listed', webhooks: [shown] });
  expect(await webhooks.get('Main File', id, never)).toEqual(shown);
  server.control.updateAsUser({ table: 'Kunden für alle', recordId: 1, values: { id: 'k2' } });
  await expect.poll(() => calls.length).toBe(1);
  expect(calls[0]?.headers).toMatchObject({ 'x-serversync-secret': 'word-of-this-test' });
  expect(calls[0]?.body).toContain('"id":"k2"');
  expect(await webhooks.remove('Main File', id, never)).toBe(true);
  expect(await webhooks.remove('Main File', id, never)).toBe(false);
  expect(await webhooks.get('Main File', id, never)).toBeUndefined();
});

test.each([{}, { webhookSuffix: true }, { annotations: '4.0' as const }])(
  'servers that answer otherwise are understood: %j',
  async (odata) => {
    const { webhooks } = await opened({ odata });
    expect(await webhooks.list('Main File', never)).toEqual({ kind: 'listed', webhooks: [] });
    const id = await webhooks.add('Main File', added, never);
    expect(await webhooks.get('Main File', id, never)).toMatchObject({ id });
  },
);

test('what FileMaker could not deliver is told with its code', async () => {
  const { webhooks, server } = await opened({
    makeCall: () => Promise.reject(new Error('no connection')),
  });
  const id = await webhooks.add('Main File', added, never);
  server.control.updateAsUser({ table: 'Kunden für alle', recordId: 1, values: { id: 'k2' } });
  await expect
    .poll(async () => (await webhooks.get('Main File', id, never))?.queue)
    .toEqual({ waiting: 1, lastError: '1631' });
});

describe('a server', () => {
  test.each(['19.6', '21'] as const)('of version %s knows no webhooks', async (version) => {
    const { webhooks } = await opened({ version });
    const list = await webhooks.list('Main File', never);
    expect(list).toMatchObject({ kind: 'unsupported', reason: expect.stringContaining('22.0.4') });
  });

  test('without such a file says so', async () => {
    const { webhooks } = await opened();
    await expect(webhooks.list('Other', never)).rejects.toMatchObject({ code: 'database-unavailable' });
  });

  test('without such a table says so, and shows no secret', async () => {
    const { webhooks } = await opened();
    const failing = webhooks.add('Main File', { ...added, occurrence: 'Orders' }, never);
    await expect(failing).rejects.toMatchObject({ code: 'layout-missing' });
    await expect(failing).rejects.not.toThrow('word-of-this-test');
  });

  test('that does not let the account use OData is told with what is missing', async () => {
    const { webhooks } = await opened({ accounts: [{ name: 'sync', password: 'sync', canUseOData: false }] });
    await expect(webhooks.list('Main File', never)).rejects.toMatchObject({ code: 'account-refused' });
    await expect(webhooks.list('Main File', never)).rejects.toThrow('fmodata');
  });
});
