/**
 * CloudFormation, CloudWatch, STS and Secrets Manager on loopback, for the real SDK: the few calls that the command line makes, answered as
 * their references say (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference, …/secretsmanager/latest/apireference).
 * One region, one access key; each action can be made to fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Made } from '../../../src/cli/doctor/stack-reads.ts';
import { listening } from '../../end-to-end/support/listening.ts';

export const region = 'eu-west-1';
export const accessKey = 'AKIATESTING';

/** Whose key that is. */
export const callerArn = 'arn:aws:sts::123456789012:assumed-role/Operators/mary@example.com';

export type Secret = { readonly value: string; readonly isDeleted?: boolean };
export type Stack = {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What it made. */
  readonly made?: readonly Made[];
};
export type Refusal = { readonly code: string; readonly status?: number; readonly message?: string };

export class FakeAws {
  readonly stacks = new Map<string, Stack>();
  readonly secrets = new Map<string, Secret>();
  /** By the action, such as `cloudformation:DescribeStacks`. */
  readonly refusals = new Map<string, Refusal>();
  /** What CloudWatch has, by figure and server: `Lag hq`. Each is given for two minutes that are over. */
  readonly figures = new Map<string, number>();
  /** Values by their instants, of a figure and its server; before `figures`. */
  readonly series = new Map<string, readonly (readonly [number, number])[]>();
  /** What was asked for, in order. */
  readonly actions: string[] = [];

  answer({ action, parameters, signer }: Asked): unknown {
    this.actions.push(action);
    const isXml = !action.startsWith('secretsmanager:');
    if (signer.key !== accessKey)
      throw new RefusedRequest({ code: isXml ? 'InvalidClientTokenId' : 'UnrecognizedClientException' });
    const refusal = this.refusals.get(action);
    if (refusal !== undefined) throw new RefusedRequest(refusal);
    if (action === 'sts:GetCallerIdentity') return identified;
    if (action.endsWith(':GetMetricData')) return this.#series(parameters['body'] ?? '');
    if (!action.startsWith('cloudformation:')) return this.#secret(action, parameters);
    const name = parameters['StackName'] ?? '';
    const stack = signer.region === region ? this.stacks.get(name) : undefined;
    if (stack !== undefined && action.endsWith(':ListStackResources')) return listed(stack);
    if (stack !== undefined) return described(name, stack);
    throw new RefusedRequest({ code: 'ValidationError', message: `Stack with id ${name} does not exist` });
  }

  #secret(action: string, { Name, SecretId, SecretString: value = '' }: Asked['parameters']): unknown {
    const name = Name ?? SecretId ?? '';
    const before = this.secrets.get(name);
    if (action === 'secretsmanager:CreateSecret') {
      if (before) throw new RefusedRequest(before.isDeleted ? deleted : { code: 'ResourceExistsException' });
      return this.#put(name, { value });
    }
    if (!before) throw new RefusedRequest({ code: 'ResourceNotFoundException' });
    if (action === 'secretsmanager:DescribeSecret')
      return { Name: name, ...(before.isDeleted && { DeletedDate: 1_790_000_000 }) };
    if (action === 'secretsmanager:RestoreSecret') return this.#put(name, { value: before.value });
    if (before.isDeleted) throw new RefusedRequest(deleted);
    if (action === 'secretsmanager:PutSecretValue') return this.#put(name, { value });
    if (action === 'secretsmanager:GetSecretValue') return { Name: name, SecretString: before.value };
    throw new Error(`the command line never asks for ${action}`);
  }

  #series(body: string): unknown {
    const { MetricDataQueries } = metricsAsked.parse(JSON.parse(body));
    const minute = Math.floor(Date.now() / 60_000) * 60;
    return {
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
        const server = Metric.Dimensions.find(({ Name }) => Name === 'Server')?.Value ?? '';
        const series = this.series.get(`${Metric.MetricName} ${server}`);
        if (series !== undefined)
          return {
            Id,
            Timestamps: series.map(([at]) => at / 1000),
            Values: series.map(([, one]) => one),
          };
        const value = this.figures.get(`${Metric.MetricName} ${server}`);
        if (value === undefined) return { Id, Timestamps: [], Values: [] };
        return { Id, Timestamps: [minute - 120, minute - 60], Values: [value, value] };
      }),
    };
  }

  #put(name: string, secret: Secret): unknown {
    this.secrets.set(name, secret);
    return { Name: name };
  }
}

const deleted: Refusal = {
  code: 'InvalidRequestException',
  message: 'a secret with this name is already scheduled for deletion',
};

export type FakeAwsServer = AsyncDisposable & { readonly aws: FakeAws; readonly url: string };

export async function openFakeAws(): Promise<FakeAwsServer> {
  const aws = new FakeAws();
  const server = await listening(createServer((request, response) => void serve(aws, request, response)));
  const url = `http://127.0.0.1:${server.port}`;
  return { aws, url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

class RefusedRequest extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

type Asked = {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string | undefined>>;
  readonly signer: { readonly key: string; readonly region: string; readonly service: string };
};

async function serve(aws: FakeAws, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  const isXml = target === undefined;
  const send = (status: number, answer: unknown): void => {
    response.writeHead(status, { 'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };
  try {
    const signer = signerOf(request.headers.authorization ?? '');
    send(
      200,
      aws.answer({ ...(isXml ? ofForm(body, signer.service) : ofJson(String(target), body)), signer }),
    );
  } catch (error) {
    const {
      code,
      status = 400,
      message = 'refused',
    } = error instanceof RefusedRequest ? error.refusal : { code: 'InternalFailure', status: 500 };
    send(status, isXml ? xmlError(code, message) : { __type: code, message });
  }
}

const ofForm = (body: string, service: string) => {
  const parameters = Object.fromEntries(new URLSearchParams(body));
  return { action: `${service}:${parameters['Action']}`, parameters };
};

const metricsAsked = z.looseObject({
  MetricDataQueries: z.array(
    z.looseObject({
      Id: z.string(),
      MetricStat: z.looseObject({
        Metric: z.object({
          Namespace: z.literal('ServerSync'),
          MetricName: z.string(),
          Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
        }),
      }),
    }),
  ),
});

const textsOnly = z.record(z.string(), z.string());

/** Targets are named such as `secretsmanager.CreateSecret`. */
const ofJson = (target: string, body: string) => ({
  action: target.replace('.', ':'),
  parameters: target.endsWith('.GetMetricData') ? { body } : textsOnly.parse(JSON.parse(body)),
});

/** From `AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/cloudformation/aws4_request, …`. */
function signerOf(authorization: string): Asked['signer'] {
  const [key = '', , signed = '', service = ''] = (/Credential=([^,]+)/.exec(authorization)?.[1] ?? '').split(
    '/',
  );
  return { key, region: signed, service };
}

const xmlError = (code: string, message: string): string =>
  `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>` +
  `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

const identified =
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${callerArn}</Arn>` +
  `<UserId>AROATEST:mary</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

const listed = ({ made = [] }: Stack): string =>
  `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult><StackResourceSummaries>${made
    .map(
      ({ id, type, name }) =>
        `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType><PhysicalResourceId>${name}</PhysicalResourceId></member>`,
    )
    .join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;

function described(name: string, { status, outputs }: Stack): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return (
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>` +
    `<member><StackName>${name}</StackName><StackStatus>${status}</StackStatus>` +
    `<CreationTime>2026-01-01T00:00:00.000Z</CreationTime><Outputs>${members.join('')}</Outputs></member>` +
    `</Stacks></DescribeStacksResult></DescribeStacksResponse>`
  );
}
