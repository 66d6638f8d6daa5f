/** Functions over emulators and a simulated server with as many tables as are asked for, and what they ask of AWS. */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Control } from '../../../src/ports/control.ts';
import type { Wakes } from '../../../src/ports/wakes.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { type Operation, OperationMeter } from '../../../src/state/aws/operation-meter.ts';
import { openFakeAws } from '../../cli/support/fake-aws.ts';
import { account, contactFields } from '../../end-to-end/support/office.ts';
import type { Emulators } from '../../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../../state/aws/opened-state.ts';
import { contextOf } from './context.ts';
import { asDeployed } from './invoked.ts';

const rows = [{ id: 'one', name: 'Ann', modified_at: '01/01/2020 10:00:00' }];

const names = (tables: number): readonly string[] =>
  Array.from({ length: tables }, (_, at) => `table${String(at).padStart(2, '0')}`);

const openSite = (tables: number) =>
  startSimulator({
    databases: [
      {
        name: 'Main',
        tables: names(tables).map((name) => ({ name, fields: contactFields, rows })),
        layouts: names(tables).map((name) => ({ name, table: name })),
      },
    ],
    accounts: [account],
    seed: 1,
  });

const configurationOf = (tables: number, urls: readonly [string, string], isCalled: boolean): string =>
  [
    'version: 1',
    'servers:',
    ...['hq', 'branch'].map(
      (name, at) =>
        `  ${name}: { url: "${urls[at]}", database: Main, timeZone: UTC, sessions: 6${isCalled ? ', wake: webhook' : ''} }`,
    ),
    'tables:',
    ...names(tables).map(
      (name) =>
        `  ${name}: { key: id, modified: modified_at, fields: [name], servers: { hq: { layout: ${name} }, branch: { layout: ${name} } } }`,
    ),
    '',
  ].join('\n');

export type Counted = {
  /** A table of `hq`. */
  readonly edit: (table: number) => void;
  /** One invocation of a function that is warm, and what it asked of AWS; `result` is what it gave. */
  readonly invoked: (
    name: 'enumerate' | 'measure',
    event: object,
  ) => Promise<{
    readonly result: unknown;
    readonly operations: readonly Operation[];
    readonly finds: number;
  }>;
  /** What a new process answers that reads `hq` by its schedule, after the stack was deployed so. */
  readonly deployedAnew: (options: { readonly isCalled: boolean }) => Promise<unknown>;
  readonly setCallSecret: (value: string) => void;
  readonly wakes: Wakes;
  readonly control: Control;
  /** Of `hq`. */
  readonly url: string;
  /** What `hq` was asked for, of each kind. */
  readonly requests: () => Readonly<Record<string, number>>;
} & AsyncDisposable;

const finds = ({ control }: Awaited<ReturnType<typeof openSite>>): number =>
  control.stats().requests['find'] ?? 0;

/** All has been read, and nothing changes. */
export async function openCounted(
  emulators: Emulators,
  tables: number,
  { isCalled = false }: { readonly isCalled?: boolean } = {},
): Promise<Counted> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'serversync-test-')));
  const aws = stack.use(await openFakeAws());
  const [hq, branch] = [await openSite(tables), await openSite(tables)];
  for (const site of [hq, branch]) stack.defer(() => site.close());
  const value = JSON.stringify({ username: account.name, password: account.password });
  for (const name of ['hq', 'branch']) aws.aws.secrets.set(`serversync/${name}`, { value });
  aws.aws.secrets.set('calls', { value: 'word-of-this-test-0123456789abcdef' });
  const places = await newPlaces(emulators);
  vi.resetModules();
  // The emulator's queues have names of hosts that are none, of which the client tells each time.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const endpoints = await endpointsOf(emulators);
  const deployed = (isWoken: boolean) =>
    asDeployed(
      emulators,
      places,
      { folder: folder.path, configuration: configurationOf(tables, [hq.url, branch.url], isWoken) },
      {
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
        // Only a stack whose servers are woken has them.
        ...(isCalled && {
          SERVERSYNC_CALL_URL: isWoken ? 'https://calls.example.com' : undefined,
          SERVERSYNC_CALL_SECRET: isWoken ? 'calls' : undefined,
        }),
        ...endpoints,
      },
    );
  await deployed(isCalled);
  const { handler: enumerate } = await import('../../../functions/enumerate.ts');
  const { handler: measure } = await import('../../../functions/measure.ts');
  const { installation } = await import('../../../functions/composition.ts');
  const handlers = { enumerate, measure };
  const meter = new OperationMeter();
  const context = contextOf('test', 600_000);
  const { clients } = await installation(context);
  meter.watch(clients);
  const invoked: Counted['invoked'] = async (name, event) => {
    meter.take();
    const before = finds(hq);
    const result = await handlers[name](event, context);
    return { result, operations: meter.take(), finds: finds(hq) - before };
  };
  for (let tick = 0; tick < 4; tick += 1)
    for (const server of ['hq', 'branch']) await invoked('enumerate', { server });
  return {
    edit: (at) => {
      const table = names(tables)[at] ?? '';
      const [record] = hq.control.records({ table });
      if (record === undefined) throw new Error(`no record in ${table}`);
      hq.control.updateAsUser({ table, recordId: record.recordId, values: { name: `Ann ${Date.now()}` } });
    },
    invoked,
    deployedAnew: async (options) => {
      vi.resetModules();
      await deployed(options.isCalled);
      const { handler } = await import('../../../functions/enumerate.ts');
      return handler({ server: 'hq' }, context);
    },
    setCallSecret: (secret) => void aws.aws.secrets.set('calls', { value: secret }),
    wakes: stateIn(emulators, places, 'North').wakes,
    control: stateIn(emulators, places, 'North').control,
    url: hq.url,
    requests: () => ({ ...hq.control.stats().requests }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function endpointsOf({ sqs, s3 }: Emulators): Promise<Record<string, string>> {
  const url = async (client: typeof sqs | typeof s3): Promise<string> => {
    const { hostname, port } = (await client.config.endpoint?.()) ?? {};
    return `http://${hostname}:${port}`;
  };
  return { AWS_ENDPOINT_URL_SQS: await url(sqs), AWS_ENDPOINT_URL_S3: await url(s3) };
}
