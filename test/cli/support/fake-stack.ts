/**
 * What a deployed stack shows of itself through Lambda, SQS, SNS, CloudWatch, EventBridge Scheduler and DynamoDB, on loopback for
 * the real SDK, with the answers that their references describe. All is well with it unless it is said otherwise.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Made } from '../../../src/cli/doctor/stack-reads.ts';
import { listening } from '../../end-to-end/support/listening.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:topic';
export const testAlarm = 'this is only a test - ServerSync';

export const made: readonly Made[] = [
  { id: 'FunctionsDoctorFunction1', type: 'AWS::Lambda::Function', name: 'doctor-1' },
  { id: 'FunctionsWriteFunction1', type: 'AWS::Lambda::Function', name: 'write-1' },
  { id: 'AlarmsUnusual1', type: 'AWS::CloudWatch::Alarm', name: 'something unusual - ServerSync' },
  { id: 'ServerhqAlarm1', type: 'AWS::CloudWatch::CompositeAlarm', name: 'hq late - ServerSync' },
  { id: 'NoticesTopic1', type: 'AWS::SNS::Topic', name: topic },
];

export class FakeStack {
  /** Such as `sqs:GetQueueUrl`. */
  readonly denied = new Set<string>();
  readonly asked = new Set<string>();
  readonly invoked: unknown[] = [];
  readonly raised: unknown[] = [];
  /** What the function answers. */
  inside: (server: string) => unknown = () => ({});
  /** Where it answers. */
  url = '';
  hasTestAlarm = true;
  subscription = `${topic}:1`;

  answer({ action, name, body }: Call): unknown {
    this.asked.add(action);
    if (this.denied.has(action)) throw new Denied(action);
    const make = this.#answers[action];
    if (make === undefined) throw new Error(`nobody asks for ${action}`);
    return make(name, body);
  }

  readonly #answers: Readonly<Record<string, (name: string, body: Body) => unknown>> = {
    'sqs:GetQueueUrl': (_, { QueueName }) => ({ QueueUrl: `${this.url}/1/${QueueName}` }),
    'sqs:GetQueueAttributes': (_, { QueueUrl = '' }) => {
      const queue = `arn:aws:sqs:eu-west-1:1:${QueueUrl.split('/').at(-1)}`;
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${queue}-unreadable` });
      return { Attributes: { QueueArn: queue, ApproximateNumberOfMessages: '0', RedrivePolicy } };
    },
    'lambda:ListEventSourceMappings': () => ({
      EventSourceMappings: ['hq', 'branch'].map((server) => ({
        EventSourceArn: `arn:aws:sqs:eu-west-1:1:ServerSync-${server}`,
        State: 'Enabled',
      })),
    }),
    'lambda:GetFunctionConfiguration': () => ({ State: 'Active', LastUpdateStatus: 'Successful' }),
    'lambda:GetFunctionConcurrency': () => ({}),
    'lambda:GetAccountSettings': () => ({ AccountLimit: { ConcurrentExecutions: 1000 } }),
    'lambda:InvokeFunction': (_, event) => {
      this.invoked.push(event);
      return this.inside(event.server ?? '');
    },
    'scheduler:GetSchedule': (Name) => ({ Name, State: 'ENABLED' }),
    'cloudwatch:DescribeAlarms': (_, { AlarmNames = [] }) => ({
      MetricAlarms: AlarmNames.map((AlarmName) => ({
        AlarmName,
        StateValue: 'OK',
        ActionsEnabled: true,
        AlarmActions: [topic],
      })),
    }),
    'cloudwatch:GetMetricData': (_, { MetricDataQueries = [] }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => ({
        Id,
        Values: MetricStat.Metric.MetricName === 'Measured' ? [1, 1, 1] : [],
      })),
    }),
    'cloudwatch:SetAlarmState': (_, { AlarmName, StateValue }) => {
      if (!this.hasTestAlarm) throw new Denied('cloudwatch:SetAlarmState', 'ResourceNotFound');
      this.raised.push([AlarmName, StateValue]);
      return {};
    },
    'dynamodb:DescribeContinuousBackups': () => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      },
    }),
    'sns:ListSubscriptionsByTopic': () =>
      `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions><member>` +
      `<Protocol>email</Protocol><Endpoint>ops@example.com</Endpoint><SubscriptionArn>${this.subscription}</SubscriptionArn></member></Subscriptions>` +
      `</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  };
}

class Denied extends Error {
  readonly code: string;

  constructor(action: string, code = 'AccessDeniedException') {
    super(`User: arn:aws:iam::123456789012:user/mary is not authorized to perform: ${action} on resource: x`);
    this.code = code;
  }
}

const bodySchema = z.looseObject({
  QueueName: z.string().optional(),
  QueueUrl: z.string().optional(),
  AlarmName: z.string().optional(),
  AlarmNames: z.array(z.string()).optional(),
  StateValue: z.string().optional(),
  MetricDataQueries: z
    .array(
      z.looseObject({
        Id: z.string(),
        MetricStat: z.looseObject({ Metric: z.looseObject({ MetricName: z.string() }) }),
      }),
    )
    .optional(),
  server: z.string().optional(),
});
type Body = z.output<typeof bodySchema>;

type Call = { readonly action: string; readonly name: string; readonly body: Body };

/** By method and path, with the name of what it is about. */
const routes: readonly (readonly [string, RegExp])[] = [
  ['lambda:ListEventSourceMappings', /^GET \S+\/event-source-mappings/],
  ['lambda:GetFunctionConfiguration', /^GET \S+\/functions\/([^/]+)\/configuration/],
  ['lambda:GetFunctionConcurrency', /^GET \S+\/functions\/([^/]+)\/concurrency/],
  ['lambda:GetAccountSettings', /^GET \S+\/account-settings/],
  ['lambda:InvokeFunction', /^POST \S+\/functions\/([^/]+)\/invocations/],
  ['scheduler:GetSchedule', /^GET \/schedules\/([^?]+)\?groupName=ServerSync/],
];

const services: Readonly<Record<string, string>> = {
  AmazonSQS: 'sqs',
  GraniteServiceVersion20100801: 'cloudwatch',
  DynamoDB_20120810: 'dynamodb',
};

async function callOf(request: IncomingMessage): Promise<Call> {
  const sent = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', action = ''] = target.split('.');
    return { action: `${services[service]}:${action}`, name: '', body: bodySchema.parse(JSON.parse(sent)) };
  }
  const line = `${request.method} ${request.url}`;
  for (const [action, path] of routes) {
    const found = path.exec(line);
    if (found !== null)
      return { action, name: found[1] ?? '', body: bodySchema.parse(sent === '' ? {} : JSON.parse(sent)) };
  }
  return { action: `sns:${new URLSearchParams(sent).get('Action')}`, name: '', body: {} };
}

async function serve(stack: FakeStack, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await callOf(request);
  const isXml = call.action.startsWith('sns:');
  const type = isXml ? 'text/xml' : 'application/x-amz-json-1.0';
  try {
    const answer = stack.answer(call);
    response
      .writeHead(200, { 'content-type': type })
      .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    const { code, message } = error;
    const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    response
      .writeHead(403, { 'content-type': type, 'x-amzn-errortype': code })
      .end(isXml ? xml : JSON.stringify({ __type: code, message }));
  }
}

export type FakeStackServer = AsyncDisposable & {
  readonly stack: FakeStack;
  readonly variables: Readonly<Record<string, string>>;
};

export async function openFakeStack(): Promise<FakeStackServer> {
  const stack = new FakeStack();
  const server = await listening(createServer((request, response) => void serve(stack, request, response)));
  const url = `http://127.0.0.1:${server.port}`;
  stack.url = url;
  const at = ['LAMBDA', 'SQS', 'SNS', 'CLOUDWATCH', 'SCHEDULER', 'DYNAMODB'];
  return {
    stack,
    variables: Object.fromEntries(at.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
