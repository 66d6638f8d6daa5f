/** Webhooks of the simulated server, in the shapes that were recorded of real ones. */
import { afterEach, describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/description.ts';
import type { WebhookCall } from '../../src/simulator/odata/webhooks/calls.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { basic, type ODataReply, send } from './odata-client.ts';

const open: Simulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

type Bench = {
  readonly server: Simulator;
  readonly clock: VirtualClock;
  readonly calls: WebhookCall[];
  /** What the next calls get: an HTTP status, or no connection. */
  readonly answers: (number | 'none')[];
  readonly ask: (method: string, path: string, body?: unknown) => Promise<ODataReply>;
  readonly add: (more?: object) => Promise<ODataReply>;
  readonly pending: (id?: number) => Promise<unknown>;
  /** Lets calls that are due be made. */
  readonly settle: (ms?: number) => Promise<void>;
};

const place = { database: 'Main', table: 'contacts' };

async function bench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const clock = new VirtualClock(Date.UTC(2026, 10, 23, 12));
  const calls: WebhookCall[] = [];
  const answers: (number | 'none')[] = [];
  const server = await startSimulator({
    databases: [
      {
        name: 'Main',
        tables: [
          {
            name: 'contacts',
            fields: [
              { name: 'id', type: 'text', validation: { notEmpty: true, unique: true } },
              { name: 'name', type: 'text' },
            ],
            rows: [
              { id: 'k1', name: 'Ann' },
              { id: 'k2', name: 'Bob' },
            ],
          },
        ],
        layouts: [{ name: 'contacts', table: 'contacts' }],
      },
    ],
    accounts: [{ name: 'sync', password: 'sync' }],
    clock,
    seed: 1,
    makeCall: async (call) => {
      calls.push(call);
      const answer = answers.shift() ?? 200;
      if (answer === 'none') throw new Error('no connection');
      return answer;
    },
    ...options,
  });
  open.push(server);
  const ask: Bench['ask'] = (method, path, body) =>
    send(server, method, `/fmi/odata/v4/Main/${path}`, {
      headers: { authorization: basic('sync:sync'), 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });
  const webhook = { webhook: 'https://sync.example.com/v1/a/b/hq/contacts', tableName: 'contacts' };
  const settle = async (ms = 0): Promise<void> => {
    if (ms > 0) clock.advance(ms);
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    server,
    clock,
    calls,
    answers,
    ask,
    settle,
    add: (more = {}) => ask('POST', 'Webhook.Add', { ...webhook, ...more }),
    pending: async (id = 1) => (await ask('GET', `Webhook.Get(${id})`)).json['pendingOperations'],
  };
}

test('one that is added is listed and shown in the recorded shape', async () => {
  const { ask, add } = await bench();
  const added = await add({ endpointHeaders: { 'X-Secret': 's' }, select: '"id"' });
  expect([added.status, added.json]).toEqual([200, { webhookResult: { webhookID: 1 } }]);
  const shown = {
    webhookID: 1,
    tableName: 'contacts',
    webhook: 'https://sync.example.com/v1/a/b/hq/contacts',
    headers: { 'X-Secret': 's' },
    notifySchemaChanges: false,
    select: '"id"',
    filter: '',
    pendingOperations: [],
  };
  const all = await ask('GET', 'Webhook.GetAll');
  expect(all.json).toEqual({
    '@context': expect.stringMatching(/\$metadata#WebHook Processor$/),
    status: 'ACTIVE',
    webhooks: [shown],
  });
  expect((await ask('GET', 'Webhook.Get(1)')).json).toMatchObject(shown);
});

test('one that is not there is -1061, and an id that is free is given again', async () => {
  const { ask, add } = await bench();
  for (let n = 0; n < 3; n += 1) await add();
  expect((await ask('POST', 'Webhook.Delete(2)')).json).toEqual({ webhookResult: { webhookID: 2 } });
  const missing = await ask('GET', 'Webhook.Get(2)');
  expect([missing.status, missing.code]).toEqual([404, '-1061']);
  expect((await ask('POST', 'Webhook.Delete(2)')).code).toBe('-1061');
  expect((await add()).json).toEqual({ webhookResult: { webhookID: 2 } });
});

test.each([
  ['without an address', { webhook: '' }, '-1002'],
  ['of a table that is not there', { tableName: 'orders' }, '-1020'],
])('one %s is refused', async (_name, body, code) => {
  const { add } = await bench();
  expect((await add(body)).code).toBe(code);
});

test('an older version has none', async () => {
  const { ask } = await bench({ version: '21' });
  expect((await ask('GET', 'Webhook.GetAll')).code).toBe('-1002');
});

test('where the suffix is asked for, the file is not found without it', async () => {
  const { server, ask } = await bench({ odata: { webhookSuffix: true } });
  expect((await ask('GET', 'Webhook.GetAll')).status).toBe(404);
  const headers = { authorization: basic('sync:sync') };
  const found = await send(server, 'GET', '/fmi/odata/v4/Main.fmp12/Webhook.GetAll', { headers });
  expect(found.status).toBe(200);
});

describe('a change', () => {
  test.each([
    [
      'of a user',
      async ({ server }: Bench) =>
        void server.control.updateAsUser({ ...place, recordId: 1, values: { name: 'Eve' } }),
    ],
    ['over OData', async ({ ask }: Bench) => void (await ask('PATCH', "contacts('k1')", { name: 'Eve' }))],
  ])('%s is told with what was selected and the headers that were given', async (_name, change) => {
    const its = await bench();
    await its.add({ endpointHeaders: { 'X-Secret': 's' }, select: '"id"' });
    await change(its);
    await its.settle();
    expect(its.calls).toHaveLength(1);
    expect(its.calls[0]?.headers).toMatchObject({ 'x-secret': 's' });
    expect(JSON.parse(its.calls[0]?.body ?? '')).toEqual({
      '@odata.context': 'fmi/odata/v4/Main/$metadata#contacts("id")',
      value: [
        {
          '@odata.id': "fmi/odata/v4/Main/contacts('k1')",
          '@odata.editLink': "fmi/odata/v4/Main/contacts('k1')",
          id: 'k1',
        },
      ],
    });
    expect(await its.pending()).toEqual([]);
  });

  test('that nobody takes waits and is tried again, and the queue shows why', async () => {
    const { add, answers, calls, server, pending, settle } = await bench();
    await add();
    answers.push('none', 503);
    server.control.deleteAsUser({ ...place, recordId: 2 });
    await settle();
    const waiting = { operation: 'DELETE', rowIDs: [2], status: 'NOT_SENT', lastErrorCode: 1631 };
    expect(await pending()).toMatchObject([{ ...waiting, sendAttempts: 1 }]);
    await settle(1_000);
    expect(await pending()).toMatchObject([{ ...waiting, sendAttempts: 2 }]);
    await settle(2_000);
    expect([await pending(), calls.length]).toEqual([[], 3]);
  });

  test('is given up after the tries that were asked for', async () => {
    const { add, answers, server, pending, settle } = await bench();
    await add({ maxFailedAttempts: 2 });
    answers.push('none', 'none');
    server.control.createAsUser({ ...place, values: { id: 'k3' } });
    await settle();
    await settle(1_000);
    expect(await pending()).toEqual([]);
  });

  test('with a field that has to be quoted and is not is never told', async () => {
    const { add, calls, server, pending, settle } = await bench();
    await add({ select: 'id' });
    server.control.createAsUser({ ...place, values: { id: 'k3' } });
    await settle();
    expect(calls).toEqual([]);
    expect(await pending()).toMatchObject([{ operation: 'ADD', lastErrorCode: -1002 }]);
  });

  test('that the filter leaves out, or after the webhook was removed, is not told', async () => {
    const { add, ask, calls, server, settle } = await bench();
    await add({ filter: "name eq 'Eve'" });
    server.control.updateAsUser({ ...place, recordId: 1, values: { name: 'Ada' } });
    server.control.updateAsUser({ ...place, recordId: 2, values: { name: 'Eve' } });
    await settle();
    expect(calls).toHaveLength(1);
    await ask('POST', 'Webhook.Delete(1)');
    server.control.updateAsUser({ ...place, recordId: 2, values: { name: 'Eve' } });
    await settle();
    expect(calls).toHaveLength(1);
  });

  test('of the schema is told where it was asked for', async () => {
    const { add, calls, server, settle } = await bench();
    await add({ notifySchemaChanges: true });
    server.control.renameField({ ...place, from: 'name', to: 'FullName' });
    await settle();
    expect(calls.map(({ body }) => JSON.parse(body))).toMatchObject([{ value: [{ TableName: 'contacts' }] }]);
  });
});

test.each([
  ['lost', { kind: 'lose' } as const, [0, 0]],
  ['made twice', { kind: 'repeat' } as const, [2, 2]],
  ['late', { kind: 'delay', ms: 60_000 } as const, [0, 1]],
])('a call may be %s', async (_name, effect, made) => {
  const { add, calls, server, settle } = await bench();
  await add();
  server.control.addTrouble({ effect, on: ['call'] });
  server.control.updateAsUser({ ...place, recordId: 1, values: { name: 'Eve' } });
  await settle();
  const atOnce = calls.length;
  await settle(60_000);
  expect([atOnce, calls.length]).toEqual(made);
});

test('Invoke calls with the records that are named, or all; without a connection it is 1631', async () => {
  const { add, answers, ask, calls } = await bench();
  await add();
  await ask('POST', 'Webhook.Invoke(1)', { rowIDs: [2] });
  await ask('POST', 'Webhook.Invoke(1)', {});
  expect(calls.map(({ body }) => JSON.parse(body).value.length)).toEqual([1, 2]);
  answers.push('none');
  expect((await ask('POST', 'Webhook.Invoke(1)', {})).code).toBe('1631');
  expect((await ask('POST', 'Webhook.Invoke(9)', {})).code).toBe('-1061');
});
