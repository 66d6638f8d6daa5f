/** The functions of a stack in this process, over emulated DynamoDB, SQS and S3 and two simulated servers, and what they ask for. */
import { writeFile } from 'node:fs/promises';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';
import { noUsage, plus, type Usage } from '../src/core/usage.ts';
import type { AwsState } from '../src/state/aws/aws-state.ts';
import { OperationMeter } from '../src/state/aws/operation-meter.ts';
import { openFakeAws } from '../test/cli/support/fake-aws.ts';
import { functionVariables } from '../test/functions/support/variables.ts';
import { account } from '../test/end-to-end/support/office.ts';
import { contextOf } from '../test/functions/support/context.ts';
import { type Emulators, startEmulators } from '../test/state/aws/emulators.ts';
import { newPlaces } from '../test/state/aws/opened-state.ts';

const servers = ['hq', 'branch'] as const;
type ServerName = (typeof servers)[number];

/** Twenty fields of people's data, 600 bytes a record: what the figures are for. */
export const fieldNames: readonly string[] = Array.from({ length: 20 }, (_, at) => `field_${at + 1}`);
const fields = [
  ...['id', ...fieldNames].map((name) => ({ name, type: 'text' as const })),
  { name: 'modified_at', type: 'timestamp' as const, autoEnter: 'modifiedAt' as const },
];

export const valuesOf = (key: number, edition = 0): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fieldNames.map((name, at) => [
      name,
      `${at === 0 ? `edited ${edition}` : `text ${at}`} of record ${key}`.padEnd(30),
    ]),
  );

/** What was asked for, and how often. */
export type Asked = {
  readonly usage: Usage;
  readonly requests: number;
  readonly serverRequests: number;
  readonly invocations: number;
};

export const nothingAsked: Asked = { usage: noUsage, requests: 0, serverRequests: 0, invocations: 0 };

export const sumOf = (one: Asked, other: Asked): Asked => ({
  usage: plus(one.usage, other.usage),
  requests: one.requests + other.requests,
  serverRequests: one.serverRequests + other.serverRequests,
  invocations: one.invocations + other.invocations,
});

export type CostSite = AsyncDisposable & {
  readonly state: AwsState;
  readonly edit: (rows: number, edition: number) => void;
  readonly invoked: (name: 'enumerate' | 'measure' | 'sweep', event: object) => Promise<Asked>;
  /** Everything that waits for a server, written by invocations of five messages at most. */
  readonly delivered: (server: ServerName) => Promise<Asked>;
};

export type SiteOptions = {
  readonly tables: number;
  readonly rows: number;
  /** What the branch does; the other server sends and receives. */
  readonly role: 'both' | 'receive';
};

const tableNames = ({ tables }: SiteOptions): readonly string[] =>
  Array.from({ length: tables }, (_, at) => `table${at}`);

function openServer(options: SiteOptions, rows: number): Promise<Simulator> {
  const names = tableNames(options);
  const all = Array.from({ length: rows }, (_, key) => ({
    id: `key-${key}`,
    ...valuesOf(key),
    modified_at: '01/01/2020 10:00:00',
  }));
  return startSimulator({
    databases: [
      {
        name: 'Main',
        tables: names.map((name) => ({ name, fields, rows: all })),
        layouts: names.map((name) => ({ name, table: name })),
      },
    ],
    accounts: [account],
    seed: 1,
  });
}

const configurationOf = (options: SiteOptions, urls: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    servers: Object.fromEntries(
      servers.map((name, at) => [name, { url: urls[at], database: 'Main', timeZone: 'UTC', sessions: 8 }]),
    ),
    tables: Object.fromEntries(
      tableNames(options).map((name) => [
        name,
        {
          key: 'id',
          modified: 'modified_at',
          fields: fieldNames,
          servers: { hq: { layout: name }, branch: { layout: name, role: options.role } },
        },
      ]),
    ),
  });

type Reached = {
  readonly config: { endpoint?: () => Promise<{ hostname: string; port?: number | undefined }> };
};

async function urlOf({ config }: Reached): Promise<string> {
  const { hostname, port } = (await config.endpoint?.()) ?? { hostname: '' };
  return `http://${hostname}:${port}`;
}

async function setEnvironment(emulators: Emulators, folder: string, more: Readonly<Record<string, string>>) {
  const queues = [...servers, ...servers.map((name) => `${name}-unreadable`)];
  const places = { ...(await newPlaces(emulators)), queuePrefix: await emulators.newQueues(queues) };
  Object.assign(process.env, {
    ...functionVariables(places, folder, await urlOf(emulators.dynamo)),
    AWS_ENDPOINT_URL_SQS: await urlOf(emulators.sqs),
    AWS_ENDPOINT_URL_S3: await urlOf(emulators.s3),
    POWERTOOLS_METRICS_DISABLED: 'true',
    ...more,
  });
  return places;
}

export async function openCostSite(options: SiteOptions): Promise<CostSite> {
  const stack = new AsyncDisposableStack();
  // The emulator's queues have names of hosts that are none, of which the client tells each time.
  console.warn = () => undefined;
  const emulators = await startEmulators();
  stack.defer(() => emulators.stop());
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'serversync-cost-')));
  const aws = stack.use(await openFakeAws());
  const offices = { hq: await openServer(options, options.rows), branch: await openServer(options, 0) };
  for (const name of servers) {
    stack.defer(() => offices[name].close());
    aws.aws.secrets.set(`serversync/${name}`, {
      value: JSON.stringify({ username: account.name, password: account.password }),
    });
  }
  await writeFile(
    join(folder.path, 'serversync.yaml'),
    configurationOf(
      options,
      servers.map((name) => offices[name].url),
    ),
  );
  const { queuePrefix } = await setEnvironment(emulators, folder.path, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
  });
  const [enumerate, measure, sweep, write, { installation }] = await Promise.all([
    import('../functions/enumerate.ts'),
    import('../functions/measure.ts'),
    import('../functions/sweep.ts'),
    import('../functions/write.ts'),
    import('../functions/composition.ts'),
  ]);
  const handlers = { enumerate: enumerate.handler, measure: measure.handler, sweep: sweep.handler };
  const context = contextOf('cost', 900_000);
  const { clients, state } = await installation(context);
  const meter = new OperationMeter();
  meter.watch(clients);
  const serverRequests = (): number =>
    servers.reduce(
      (sum, name) =>
        sum + Object.values(offices[name].control.stats().requests).reduce((all, one) => all + one, 0),
      0,
    );
  const counted = async (work: () => Promise<unknown>): Promise<Asked> => {
    meter.take();
    const before = serverRequests();
    await work();
    const operations = meter.take();
    return {
      usage: operations.map(({ usage }) => usage).reduce(plus, noUsage),
      requests: operations.length,
      serverRequests: serverRequests() - before,
      invocations: 1,
    };
  };
  const QueueUrl = (server: ServerName): Promise<string | undefined> =>
    queueUrl(emulators, `${queuePrefix}${server}`);
  return {
    state,
    edit: (rows, edition) => {
      const { control } = offices.hq;
      for (const { recordId, values } of control.records({ table: 'table0' }).slice(0, rows))
        control.updateAsUser({
          table: 'table0',
          recordId,
          values: { field_1: `${edition} ${values['field_2']}` },
        });
    },
    invoked: (name, event) => counted(() => handlers[name](event, context)),
    async delivered(server) {
      let all = nothingAsked;
      const url = await QueueUrl(server);
      for (;;) {
        const { Messages = [] } = await emulators.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 5 }),
        );
        if (Messages.length === 0) return all;
        const Records = Messages.map(({ MessageId, Body }) => ({
          messageId: MessageId,
          body: Body,
          eventSource: 'aws:sqs',
          eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${server}`,
        }));
        all = sumOf(all, await counted(() => write.handler({ Records }, context)));
        for (const { ReceiptHandle } of Messages)
          await emulators.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function queueUrl({ sqs }: Emulators, QueueName: string): Promise<string | undefined> {
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
}
