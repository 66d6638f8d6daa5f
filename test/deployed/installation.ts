/** Two simulated servers, the project's own app deployed between them, and what a test does with both. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { TimeSource } from '../../src/simulator/description.ts';
import {
  account,
  contactFields,
  layout,
  type Office,
  openOffice,
  type Row,
  table,
} from '../end-to-end/support/office.ts';
import { assertDone, type Cdk, type CdkRun, openCdk } from './cdk.ts';
import { type CommandLine, type Ended, ranCommand, typedAt } from './command-line.ts';
import { account as awsAccount, region } from './emulator/environment.ts';
import { type Harness, startHarness } from './harness.ts';

export const stack = 'ServerSync';

export type Offices = { readonly hq: Office; readonly branch: Office };

export type Choices = {
  /** Default 4. */
  readonly sessions?: number;
  /** Whether the table of orders is synced too. */
  readonly orders?: boolean;
};

const tableOf = (name: string, shownBy: string, servers: readonly string[]): readonly string[] => [
  `  ${name}:`,
  '    key: id',
  '    modified: modified_at',
  '    fields: [name, notes, amount]',
  '    servers:',
  ...servers.map((server) => `      ${server}: { layout: ${shownBy} }`),
];

export const configurationOf = (
  offices: Readonly<Record<string, Office>>,
  { sessions = 4, orders = false }: Choices = {},
): string =>
  [
    'version: 1',
    'servers:',
    ...Object.entries(offices).map(
      ([name, { url }]) =>
        `  ${name}: { url: "${url}", database: Main, timeZone: UTC, sessions: ${sessions} }`,
    ),
    'tables:',
    ...tableOf('contacts', 'Contacts_Sync', Object.keys(offices)),
    ...(orders ? tableOf('orders', 'Orders_Sync', Object.keys(offices)) : []),
    '',
  ].join('\n');

/** With a table of contacts and one of orders. */
export const openTwoTables = (clock: TimeSource, rows: readonly Row[] = []): Promise<Office> =>
  openOffice({
    clock,
    databases: [
      {
        name: 'Main',
        tables: [
          { name: table, fields: contactFields, rows },
          { name: 'Orders', fields: contactFields },
        ],
        layouts: [
          { name: layout, table },
          { name: 'Orders_Sync', table: 'Orders' },
        ],
      },
    ],
  });

export const orderKeys = ({ control }: Office): readonly string[] =>
  control.records({ table: 'Orders' }).map(({ values }) => values['id'] ?? '');

/** As the outputs of the stack name them. */
export type FunctionName = 'Enumerate' | 'Write' | 'Measure' | 'Sweep' | 'Doctor';

export class InstallationUnderTest implements AsyncDisposable {
  readonly harness: Harness;
  readonly cdk: Cdk;
  readonly offices: Offices;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  readonly configFile: string;
  readonly #opened: AsyncDisposableStack;

  constructor(
    harness: Harness,
    cdk: Cdk,
    offices: Offices,
    configFile: string,
    opened: AsyncDisposableStack,
  ) {
    this.harness = harness;
    this.cdk = cdk;
    this.offices = offices;
    this.configFile = configFile;
    this.#opened = opened;
    this.sqs = new SQSClient(harness.emulator.clientConfig);
    this.secrets = new SecretsManagerClient(harness.emulator.clientConfig);
  }

  get context(): Readonly<Record<string, string>> {
    return { config: this.configFile, emulator: '1' };
  }

  /** Into an account that has nothing yet. */
  async install(configuration: string): Promise<void> {
    await writeFile(this.configFile, configuration);
    assertDone(await this.cdk.bootstrap(this.context));
    await this.deploy(configuration);
  }

  async deploy(configuration: string): Promise<void> {
    await writeFile(this.configFile, configuration);
    assertDone(await this.cdk.deploy(this.context));
    await this.harness.host.reload();
  }

  diff(): Promise<CdkRun> {
    return this.cdk.diff(this.context);
  }

  /** By the project's own command, at a terminal. */
  async putSecret(server: string): Promise<void> {
    const { code, shown } = await typedAt(
      this.#commandLine,
      ['secrets', 'set', server],
      [
        ['Account name', account.name],
        ['Password', account.password],
      ],
    );
    if (code !== 0 || shown.includes(account.password)) throw new Error(`secrets set showed:\n${shown}`);
  }

  status(): Promise<Ended> {
    return ranCommand(this.#commandLine, ['status', '--stack', stack]);
  }

  doctor(...options: readonly string[]): Promise<Ended> {
    return ranCommand(this.#commandLine, ['doctor', '--stack', stack, ...options]);
  }

  get #commandLine(): CommandLine {
    const { emulator, time } = this.harness;
    return { url: emulator.url, configFile: this.configFile, offsetMs: time.offsetMs };
  }

  /** What the command would not store. */
  async putWrongSecret(server: string, text: string): Promise<void> {
    await this.secrets.send(new CreateSecretCommand({ Name: `serversync/${server}`, SecretString: text }));
  }

  /** The latest value of a metric that was published of a server, or of the installation. */
  latest(name: string, server?: string): number | undefined {
    const { metrics } = this.harness.host;
    const of = metrics.filter((each) => each.name === name && each.dimensions['Server'] === server);
    return of.at(-1)?.values.at(-1);
  }

  /** The name of the deployed function. */
  async functionOf(name: FunctionName): Promise<string> {
    const arnOrName = (await this.cdk.outputs())[`${name}Function`] ?? '';
    return arnOrName.split(':').at(-1) ?? '';
  }

  /** Logical ids of what the stack is made of. */
  async resources(): Promise<readonly string[]> {
    const client = new CloudFormationClient(this.harness.emulator.clientConfig);
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListStackResourcesCommand({ StackName: stack, ...(NextToken && { NextToken }) });
      const page = await client.send(command);
      ids.push(
        ...(page.StackResourceSummaries ?? []).map(({ LogicalResourceId }) => LogicalResourceId ?? ''),
      );
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return ids;
  }

  async depth(queue: string): Promise<number> {
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: `${stack}-${queue}` }));
    const AttributeNames = [
      'ApproximateNumberOfMessages' as const,
      'ApproximateNumberOfMessagesNotVisible' as const,
    ];
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  /** The messages that wait for a server, taken off its queue, as Lambda hands them to the function. */
  async takeMessages(server: string): Promise<{ readonly Records: readonly object[] }> {
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: `${stack}-${server}` }));
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await this.sqs.send(command);
    for (const { ReceiptHandle } of Messages)
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return {
      Records: Messages.map(({ MessageId, Body }) => ({
        messageId: MessageId,
        body: Body,
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${region}:${awsAccount}:${stack}-${server}`,
      })),
    };
  }

  /** Time passes by minutes; schedules that are due are fired. */
  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      const since = this.harness.time.now();
      await this.harness.host.advance(60_000);
      await this.harness.host.fireDue(since);
    }
  }

  /**
   * Until it is so. Minutes go by meanwhile: on a busy machine a writer may run out of time, and what it leaves comes with
   * a later minute.
   */
  async eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < 30; waited += 1) {
      for (let look = 0; look < 40; look += 1) {
        if (await isSo()) return;
        await sleep(100);
      }
      await this.minutes(1);
    }
    throw new Error('it did not come about');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

export const openInstallation = (
  rows: Readonly<Record<keyof Offices, readonly Row[]>>,
): Promise<InstallationUnderTest> => openBetween((clock, side) => openTwoTables(clock, rows[side]));

/** Between two servers of another kind. */
export async function openBetween(
  open: (clock: TimeSource, side: keyof Offices) => Promise<Office>,
): Promise<InstallationUnderTest> {
  await using opening = new AsyncDisposableStack();
  const harness = opening.use(await startHarness());
  const clock = harness.time;
  const offices = {
    hq: opening.use(await open(clock, 'hq')),
    branch: opening.use(await open(clock, 'branch')),
  };
  const cdk = opening.use(await openCdk({ url: harness.emulator.url, stack }));
  const directory = await mkdtemp(join(tmpdir(), 'serversync-configuration-'));
  opening.defer(() => rm(directory, { recursive: true, force: true }));
  const configFile = join(directory, 'serversync.yaml');
  return new InstallationUnderTest(harness, cdk, offices, configFile, opening.move());
}

/** The emulator is slow: 30 to 60 messages a second. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('it did not come about');
    await sleep(100);
  }
}
