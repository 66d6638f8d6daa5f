/** A stack ServerSync as an operator meets it: its outputs from a fake CloudFormation, its state from emulators. */
import type { S3Client } from '@aws-sdk/client-s3';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { identityOf } from '../../../src/config/identity.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import type { AwsState } from '../../../src/state/aws/aws-state.ts';
import { watermark } from '../../contracts/samples.ts';
import type { Ended, Running } from '../../end-to-end/support/command-line.ts';
import { type Listening, listening } from '../../end-to-end/support/listening.ts';
import type { Emulators } from '../../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../../state/aws/opened-state.ts';
import { type AwsBench, configuration, openAwsBench, outputs } from './aws-bench.ts';

export type DeployedOptions = {
  /** Whose the tables are; default: the stack's own. */
  readonly installation?: string;
  /** Whether the functions worked with them before; default: they did. */
  readonly isBound?: boolean;
  /** Where large values lie; default: with the emulators. */
  readonly values?: { readonly endpoint: string; readonly client: S3Client };
};

export class Deployed implements AsyncDisposable {
  readonly bench: AwsBench;
  readonly state: AwsState;
  /** Actions on the tables that the operator may not do, such as `PutItem`. */
  readonly denied: Set<string>;
  /** Where large values lie. */
  readonly bucket: string;
  /** The names of the tables, of records and of all else. */
  tables: readonly string[] = [];
  readonly #tables: Listening;
  readonly #variables: Readonly<Record<string, string>>;

  /** `others`: where SQS answers, and S3 unless `values` does. */
  constructor(
    bench: AwsBench,
    state: AwsState,
    tables: Listening,
    denied: Set<string>,
    bucket: string,
    others: string,
    values = others,
  ) {
    this.bucket = bucket;
    this.bench = bench;
    this.state = state;
    this.denied = denied;
    this.#tables = tables;
    this.#variables = {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${tables.port}`,
      AWS_ENDPOINT_URL_S3: values,
      AWS_ENDPOINT_URL_SQS: others,
    };
  }

  start(command: string, ...options: readonly string[]): Running {
    const args = [...command.split(' '), '--stack', 'ServerSync', ...options];
    return this.bench.start(args, { variables: this.#variables });
  }

  status(...options: readonly string[]): Promise<Ended> {
    return this.start('status', ...options).ended;
  }

  approve(...options: readonly string[]): Promise<Ended> {
    return this.start('approve', ...options).ended;
  }

  /** Both servers were read to their end so long ago. */
  async readAgo(ms: number): Promise<void> {
    for (const server of ['hq', 'branch'])
      await this.state.control.putWatermark(watermark(1, { server, setAt: Date.now() - ms }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tables[Symbol.asyncDispose]();
    await this.bench[Symbol.asyncDispose]();
  }
}

export async function deployed(
  emulators: Emulators,
  { installation = 'ServerSync', isBound = true, values }: DeployedOptions = {},
): Promise<Deployed> {
  const places = await newPlaces(emulators);
  const { recordsTable, controlTable, bucket, queuePrefix } = places;
  const bench = await openAwsBench({
    ...outputs,
    RecordsTable: recordsTable,
    ControlTable: controlTable,
    Bucket: bucket,
    QueuePrefix: queuePrefix,
  });
  const state = stateIn(values ? { ...emulators, s3: values.client } : emulators, places, installation);
  if (isBound) await state.bindTo(identityOf(parseConfiguration(configuration, 'serversync.yaml')));
  const denied = new Set<string>();
  const behind = await addressOf(emulators.dynamo);
  const tables = await listening(
    createServer((request, response) => void pass(request, response, behind, denied)),
  );
  const others = await addressOf(emulators.s3);
  const stack = new Deployed(bench, state, tables, denied, bucket, others, values?.endpoint);
  stack.tables = [recordsTable, controlTable];
  return stack;
}

type Client = {
  readonly config: {
    readonly endpoint?: (() => Promise<{ protocol: string; hostname: string; port?: number }>) | undefined;
  };
};

async function addressOf({ config }: Client): Promise<string> {
  const { protocol, hostname, port } = (await config.endpoint?.()) ?? {};
  return `${protocol}//${hostname}:${port}`;
}

/** Emulators ask nobody for rights: what is denied is answered here, in the words of AWS. */
async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  behind: string,
  denied: ReadonlySet<string>,
): Promise<void> {
  const body = await text(request);
  const action = String(request.headers['x-amz-target']).replace(/^.*\./, '');
  if (denied.has(action)) {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: refusal(action) }),
    );
    return;
  }
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === 'string' && !ofTheWay.has(name) ? [[name, value] as [string, string]] : [],
  );
  const answer = await fetch(behind, { method: 'POST', headers, body });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(await answer.text());
}

const ofTheWay: ReadonlySet<string> = new Set(['connection', 'content-length', 'host', 'expect']);

/** IAM User Guide, "Troubleshoot access denied error messages". */
const refusal = (action: string): string =>
  `User: arn:aws:iam::123456789012:user/mary is not authorized to perform: dynamodb:${action} on resource: ` +
  `arn:aws:dynamodb:eu-west-1:123456789012:table/control because no identity-based policy allows the dynamodb:${action} action`;
