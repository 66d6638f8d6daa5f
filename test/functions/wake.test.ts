/** Calls of webhooks as API Gateway hands them to the function. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openFakeAws } from '../cli/support/fake-aws.ts';
import { listening } from '../end-to-end/support/listening.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../state/aws/opened-state.ts';
import { contextOf } from './support/context.ts';
import { asDeployed } from './support/invoked.ts';

const secret = 'word-of-this-test-0123456789abcdef';
const configuration = `version: 1
servers:
  hq: { url: "https://hq.example.com", database: Main, timeZone: UTC, wake: webhook }
  branch: { url: "https://branch.example.com", database: Main, timeZone: UTC }
tables:
  contacts: { key: id, modified: changed, fields: [name], servers: { hq: { layout: A }, branch: { layout: A, role: receive } } }
`;

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await emulators.stop();
});

type Call = {
  readonly method?: string;
  readonly path?: string;
  readonly secret?: string;
  readonly from?: string;
  readonly body?: string;
};

async function opened() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'serversync-test-')));
  const fake = stack.use(await openFakeAws());
  const refusal = { is: false };
  const started: { readonly path: string; readonly event: unknown }[] = [];
  const answered = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    started.push({ path: request.url ?? '', event: JSON.parse(await text(request)) });
    if (refusal.is) response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}');
    else response.writeHead(202).end();
  };
  const lambda = createServer((request, response) => {
    void answered(request, response);
  });
  const lambdaServer = stack.use(await listening(lambda));
  fake.aws.secrets.set('calls', { value: secret });
  const places = await newPlaces(emulators);
  vi.resetModules();
  const told = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const warned = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  await asDeployed(
    emulators,
    places,
    { folder: folder.path, configuration },
    {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: fake.url,
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${lambdaServer.port}`,
      SERVERSYNC_ENUMERATE_FUNCTION: 'Enumerate',
      SERVERSYNC_CALL_SECRET: 'calls',
      POWERTOOLS_LOG_LEVEL: 'WARN',
    },
  );
  const { handler } = await import('../../functions/wake.ts');
  const call = async ({
    method = 'POST',
    path = '/v1/North/f00d/hq/contacts',
    secret: shown,
    from,
    body,
  }: Call = {}) => {
    const headers = shown === undefined ? {} : { 'x-serversync-secret': shown };
    const event = { rawPath: path, headers, requestContext: { http: { method, sourceIp: from } }, body };
    return (await handler(event, contextOf('wake', 10_000))).statusCode;
  };
  const { wakes } = stateIn(emulators, places, 'North');
  const figures = (): string => JSON.stringify(told.mock.calls);
  const lines = (): readonly string[] =>
    [...warned.mock.calls, ...told.mock.calls].map(([line]) => String(line));
  return {
    call,
    wakes,
    started,
    refusal,
    fake,
    figures,
    told: lines,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('a call puts down a hint and starts one reader, however many follow', async () => {
  await using its = await opened();
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => its.call({ secret, body: 'no JSON at all' })),
  );
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(its.started).toEqual([
    { path: '/2015-03-31/functions/Enumerate/invocations', event: { server: 'hq', woken: true } },
  ]);
  expect((await its.wakes.wake('hq'))?.rev).toBe(12);
  expect(its.figures()).toContain('Hints');
});

test('a call whose reader could not be started is made again by FileMaker, and the next one starts it', async () => {
  await using its = await opened();
  its.refusal.is = true;
  expect(await its.call({ secret })).toBe(503);
  its.refusal.is = false;
  expect(await its.call({ secret })).toBe(200);
  expect(its.started).toHaveLength(2);
});

test('one whose reader does not start in time is answered before the function has to end', async () => {
  await using its = await opened();
  const inTime = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  expect(await its.call({ secret })).toBe(503);
  expect(inTime).toHaveBeenCalledWith(5_000);
  inTime.mockRestore();
  expect(await its.call({ secret })).toBe(200);
});

test.each([
  ['without the secret', {}, 401],
  ['with another secret', { secret: 'guess' }, 401],
  ['that reads', { secret, method: 'GET' }, 405],
  ['of another path', { secret, path: '/' }, 404],
  ['of a table that does not send there', { secret, path: '/v1/North/f00d/branch/contacts' }, 410],
  ['of another installation', { secret, path: '/v1/South/f00d/hq/contacts' }, 410],
])('a call %s is refused, and nobody is started', async (_name, asked, status) => {
  await using its = await opened();
  expect(await its.call(asked)).toBe(status);
  expect([its.started, await its.wakes.wake('hq'), await its.wakes.wake('branch')]).toEqual([
    [],
    undefined,
    undefined,
  ]);
  expect(its.figures()).toContain('RefusedCalls');
  // R9
  expect(its.figures()).not.toContain(secret);
});

test('a secret that was exchanged counts when a call carries it, though another one is known yet', async () => {
  await using its = await opened();
  expect(await its.call({ secret })).toBe(200);
  its.fake.aws.secrets.set('calls', { value: 'another-word-0123456789abcdefghij' });
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
  expect(await its.call({ secret: 'another-word-0123456789abcdefghij' })).toBe(200);
});

test('while the secret cannot be read anew the one that was read last counts, and no call is lost for it', async () => {
  await using its = await opened();
  expect(await its.call({ secret })).toBe(200);
  its.fake.aws.refusals.set('secretsmanager:GetSecretValue', { code: 'AccessDeniedException', status: 400 });
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
  expect(await its.call({ secret })).toBe(200);
  expect(await its.call({ secret: 'guess' })).toBe(401);
});

test('wrong secrets while it cannot be read anew ask for it, and write a line, twice a minute at the most', async () => {
  await using its = await opened();
  expect(await its.call({ secret })).toBe(200);
  its.fake.aws.refusals.set('secretsmanager:GetSecretValue', { code: 'AccessDeniedException', status: 400 });
  const lines = () => its.told().filter((line) => line.includes('could not be read anew'));
  const later = Date.now() + 3_600_000;
  const clock = vi.spyOn(Date, 'now').mockReturnValue(later);
  for (let n = 0; n < 20; n += 1) expect(await its.call({ secret: 'guess' })).toBe(401);
  expect(lines()).toHaveLength(1);
  clock.mockReturnValue(later + 31_000);
  for (let n = 0; n < 20; n += 1) expect(await its.call({ secret: 'guess' })).toBe(401);
  expect(lines()).toHaveLength(2);
});

test('one that is empty or could be guessed counts for nothing, whoever put it there', async () => {
  await using its = await opened();
  its.fake.aws.secrets.set('calls', { value: 'short' });
  expect(await its.call({ secret: 'short' })).toBe(401);
});

test('calls that are refused write one line a minute, with how many there were and who made the last one', async () => {
  await using its = await opened();
  const lines = (): readonly string[] => its.told().filter((line) => /refused|RefusedCalls/.test(line));
  for (let n = 0; n < 30; n += 1) await its.call();
  expect(lines()).toHaveLength(2);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_001);
  await its.call({ from: '203.0.113.7' });
  const [, line = '', , figure = ''] = lines();
  expect(JSON.parse(line)).toMatchObject({ calls: 30, last: { status: 401, caller: '203.0.113.7' } });
  expect(JSON.parse(figure)).toMatchObject({ RefusedCalls: 30 });
  expect(lines()).toHaveLength(4);
});

test('what is no call is refused as well', async () => {
  await using its = await opened();
  const { handler } = await import('../../functions/wake.ts');
  for (const event of [undefined, {}, { rawPath: 1 }])
    expect((await handler(event, contextOf('wake'))).statusCode).toBe(404);
  expect(its.started).toEqual([]);
});
