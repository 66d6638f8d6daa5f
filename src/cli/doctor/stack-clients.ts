/** StackReads over the SDK. Each request names the right that it needs, so that a missing one is told by its name. */
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, paginateDescribeAlarms, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { DescribeContinuousBackupsCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { jsonOf } from '../../core/json.ts';
import { namesOf, translated } from '../../state/aws/state-error.ts';
import { asOperator, operatorClient } from '../operator-request.ts';
import type {
  AlarmFacts,
  Figure,
  FunctionFacts,
  Made,
  QueueFacts,
  StackReads,
  Values,
} from './stack-reads.ts';

export type OpenedReads = { readonly reads: StackReads; readonly close: () => void };

export function openStackReads(stack: string, region: string, signal: AbortSignal): OpenedReads {
  const clients = {
    stacks: new CloudFormationClient(operatorClient),
    alarms: new CloudWatchClient(operatorClient),
    tables: new DynamoDBClient(operatorClient),
    functions: new LambdaClient(operatorClient),
    schedules: new SchedulerClient(operatorClient),
    secrets: new SecretsManagerClient(operatorClient),
    topics: new SNSClient(operatorClient),
    queues: new SQSClient(operatorClient),
  };
  const close = (): void => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { reads: new SdkReads(clients, { stack, region, signal }), close };
}

type Clients = {
  readonly stacks: CloudFormationClient;
  readonly alarms: CloudWatchClient;
  readonly tables: DynamoDBClient;
  readonly functions: LambdaClient;
  readonly schedules: SchedulerClient;
  readonly secrets: SecretsManagerClient;
  readonly topics: SNSClient;
  readonly queues: SQSClient;
};

type Of = { readonly stack: string; readonly region: string; readonly signal: AbortSignal };

/** Names of alarms that one request takes. */
const alarmsAtOnce = 100;
/** Figures that one request takes. */
const figuresAtOnce = 500;

class SdkReads implements StackReads {
  readonly #c: Clients;
  readonly #of: Of;

  constructor(clients: Clients, of: Of) {
    this.#c = clients;
    this.#of = of;
  }

  get #abort() {
    return { abortSignal: this.#of.signal };
  }

  /** Throws the signal's reason where that is why there is no answer. */
  async #ask<Answer>(action: string, what: string, request: () => Promise<Answer>): Promise<Answer> {
    const { region, signal } = this.#of;
    signal.throwIfAborted();
    try {
      return await asOperator({ what, region, action }, () => translated(what, request));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  made(): Promise<readonly Made[]> {
    const { stack } = this.#of;
    return this.#ask('cloudformation:ListStackResources', `stack ${stack}`, async () => {
      const pages = paginateListStackResources({ client: this.#c.stacks }, { StackName: stack });
      const found: Made[] = [];
      for await (const { StackResourceSummaries = [] } of pages)
        for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResourceSummaries)
          found.push({
            id: LogicalResourceId ?? '',
            type: ResourceType ?? '',
            name: PhysicalResourceId ?? '',
          });
      return found;
    });
  }

  secret(SecretId: string): ReturnType<StackReads['secret']> {
    return this.#ask('secretsmanager:DescribeSecret', `secret ${SecretId}`, async () => {
      const found = await ifThere(() =>
        this.#c.secrets.send(new DescribeSecretCommand({ SecretId }), this.#abort),
      );
      if (found === undefined) return 'absent';
      return found.DeletedDate === undefined ? 'there' : 'deleted';
    });
  }

  async queue(QueueName: string): Promise<QueueFacts | undefined> {
    const what = `queue ${QueueName}`;
    const url = await this.#ask('sqs:GetQueueUrl', what, () =>
      ifThere(() => this.#c.queues.send(new GetQueueUrlCommand({ QueueName }), this.#abort)),
    );
    if (url === undefined) return undefined;
    const command = new GetQueueAttributesCommand({
      QueueUrl: url.QueueUrl,
      AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages', 'RedrivePolicy'],
    });
    const { Attributes: { QueueArn = '', ApproximateNumberOfMessages = '0', RedrivePolicy = '' } = {} } =
      await this.#ask('sqs:GetQueueAttributes', what, () => this.#c.queues.send(command, this.#abort));
    const deadLetters = redrive.safeParse(jsonOf(RedrivePolicy)).data?.deadLetterTargetArn;
    return {
      arn: QueueArn,
      messages: Number(ApproximateNumberOfMessages),
      ...(deadLetters !== undefined && { deadLetters }),
    };
  }

  deliveries(FunctionName: string): Promise<ReadonlyMap<string, string>> {
    return this.#ask('lambda:ListEventSourceMappings', `function ${FunctionName}`, async () => {
      const pages = paginateListEventSourceMappings({ client: this.#c.functions }, { FunctionName });
      const found = new Map<string, string>();
      for await (const { EventSourceMappings = [] } of pages)
        for (const { EventSourceArn = '', State = '' } of EventSourceMappings)
          found.set(EventSourceArn, State);
      return found;
    });
  }

  schedule(Name: string): ReturnType<StackReads['schedule']> {
    const command = new GetScheduleCommand({ GroupName: this.#of.stack, Name });
    return this.#ask('scheduler:GetSchedule', `schedule ${Name}`, async () => {
      const found = await ifThere(() => this.#c.schedules.send(command, this.#abort));
      return found?.State;
    });
  }

  async functionOf(FunctionName: string): Promise<FunctionFacts | undefined> {
    const what = `function ${FunctionName}`;
    const command = new GetFunctionConfigurationCommand({ FunctionName });
    const found = await this.#ask('lambda:GetFunctionConfiguration', what, () =>
      ifThere(() => this.#c.functions.send(command, this.#abort)),
    );
    if (found === undefined) return undefined;
    const { ReservedConcurrentExecutions: reserved } = await this.#ask(
      'lambda:GetFunctionConcurrency',
      what,
      () => this.#c.functions.send(new GetFunctionConcurrencyCommand({ FunctionName }), this.#abort),
    );
    const { State: state = 'Active', LastUpdateStatus: lastUpdate = 'Successful' } = found;
    return { state, lastUpdate, ...(reserved !== undefined && { reserved }) };
  }

  concurrency(): Promise<number> {
    return this.#ask('lambda:GetAccountSettings', 'the AWS account', async () => {
      const { AccountLimit } = await this.#c.functions.send(new GetAccountSettingsCommand({}), this.#abort);
      return AccountLimit?.ConcurrentExecutions ?? 0;
    });
  }

  alarms(names: readonly string[]): Promise<readonly AlarmFacts[]> {
    return this.#ask('cloudwatch:DescribeAlarms', 'the alarms', async () => {
      const found: AlarmFacts[] = [];
      for (const AlarmNames of inParts(names, alarmsAtOnce)) {
        const asked = { AlarmNames, AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
        for await (const page of paginateDescribeAlarms({ client: this.#c.alarms }, asked))
          for (const each of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])])
            found.push({
              name: each.AlarmName ?? '',
              isRaised: each.StateValue === 'ALARM',
              hasActions: (each.AlarmActions ?? []).length > 0,
              mayTell: each.ActionsEnabled !== false,
            });
      }
      return found;
    });
  }

  subscribers(TopicArn: string): ReturnType<StackReads['subscribers']> {
    return this.#ask('sns:ListSubscriptionsByTopic', `topic ${TopicArn}`, async () => {
      const pages = paginateListSubscriptionsByTopic({ client: this.#c.topics }, { TopicArn });
      const all = [];
      for await (const { Subscriptions = [] } of pages) all.push(...Subscriptions);
      // In place of its ARN stands what keeps it from being one: PendingConfirmation, Deleted.
      return all.map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
        protocol: Protocol,
        endpoint: Endpoint,
        isConfirmed: SubscriptionArn.startsWith('arn:'),
      }));
    });
  }

  isRecoverable(TableName: string): Promise<boolean> {
    const command = new DescribeContinuousBackupsCommand({ TableName });
    return this.#ask('dynamodb:DescribeContinuousBackups', `table ${TableName}`, async () => {
      const { ContinuousBackupsDescription } = await this.#c.tables.send(command, this.#abort);
      const { PointInTimeRecoveryDescription: recovery } = ContinuousBackupsDescription ?? {};
      return recovery?.PointInTimeRecoveryStatus === 'ENABLED';
    });
  }

  values(figures: readonly Figure[], { from, periodS }: Values): ReturnType<StackReads['values']> {
    return this.#ask('cloudwatch:GetMetricData', 'the figures', async () => {
      const found = new Map<string, number[]>();
      for (const [part, some] of inParts(figures, figuresAtOnce).entries()) {
        const MetricDataQueries = some.map((figure, at) => queryOf(figure, `v${part}_${at}`, periodS));
        const asked = { MetricDataQueries, StartTime: from, EndTime: new Date() };
        for await (const { MetricDataResults = [] } of paginateGetMetricData(
          { client: this.#c.alarms },
          asked,
        ))
          for (const { Id = '', Values: values = [] } of MetricDataResults)
            found.set(Id, [...(found.get(Id) ?? []), ...values]);
      }
      return figures.map(
        (_, at) => found.get(`v${Math.floor(at / figuresAtOnce)}_${at % figuresAtOnce}`) ?? [],
      );
    });
  }
}

const redrive = z.object({ deadLetterTargetArn: z.string() });

const queryOf = ({ namespace, name, dimensions, statistic }: Figure, Id: string, Period: number) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Stat: statistic,
    Period,
  },
});

const inParts = <Each>(all: readonly Each[], size: number): readonly Each[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
    all.slice(part * size, (part + 1) * size),
  );

const absent: ReadonlySet<string> = new Set([
  'AWS.SimpleQueueService.NonExistentQueue',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
]);

/** Undefined where the service has nothing of that name. */
async function ifThere<Answer>(request: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request();
  } catch (error) {
    if (namesOf(error).some((name) => absent.has(name))) return undefined;
    throw error;
  }
}
