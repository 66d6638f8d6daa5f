/** What is made, and what outlives it. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { allOf, type Described, office, resourcesOf, templateOf } from './support/synthesised.ts';

const described: Described = { roles: { hq: 'both', source: 'send', copy: 'receive' } };
const template = templateOf(described);

const logicalIds = (prefix: string): readonly string[] =>
  Object.entries(resourcesOf(template))
    .filter(([id]) => id.startsWith(prefix))
    .map(([, { Type }]) => Type)
    .toSorted();

const receives = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::Lambda::EventSourceMapping',
  'AWS::SQS::Queue',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

describe('a server', () => {
  test.each([
    ['sends and receives', 'Serverhq', receives],
    ['only receives, since its first meeting is a reading', 'Servercopy', receives],
    [
      'only sends: nothing is delivered there',
      'Serversource',
      receives.filter((type) => !/SQS|Lambda/.test(type)),
    ],
  ])('that %s has what it needs', (_, prefix, types) => {
    expect(logicalIds(prefix)).toEqual(types);
  });

  test('has two queues that are found by name', () => {
    const names = allOf(template, 'AWS::SQS::Queue').map(({ QueueName }) => String(QueueName));
    expect(names.toSorted()).toEqual([
      'ServerSync-copy',
      'ServerSync-copy-unreadable',
      'ServerSync-hq',
      'ServerSync-hq-unreadable',
    ]);
  });

  test('gets a message again after six lives of a writer, five times, and then it counts as unreadable', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ServerSync-hq',
      VisibilityTimeout: 540,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: {
        maxReceiveCount: 5,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ServerhqQueuesUnreadable'), 'Arn'] },
      },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ServerSync-hq-unreadable',
      MessageRetentionPeriod: 1_209_600,
    });
  });

  test('has two writers at most, which say which messages failed', () => {
    template.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      MaximumBatchingWindowInSeconds: Match.absent(),
      FunctionName: { Ref: Match.stringLikeRegexp('^FunctionsWriteFunction') },
    });
  });

  test('is read by its interval, never twice for one tick, and not on the same minute as others', () => {
    const schedules = allOf(template, 'AWS::Scheduler::Schedule');
    const found = schedules.map(({ Name, ScheduleExpression }) => [Name, ScheduleExpression]);
    expect(Object.fromEntries(found)).toEqual({
      measure: 'rate(1 minute)',
      report: 'cron(0 7 * * ? *)',
      'enumerate-hq': 'cron(0/5 * * * ? *)',
      'enumerate-source': 'cron(1/5 * * * ? *)',
      'enumerate-copy': 'cron(2/5 * * * ? *)',
    });
    template.allResourcesProperties('AWS::Scheduler::Schedule', {
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'enumerate-hq',
      Target: { Input: '{"server":"hq"}' },
    });
    // Scheduler starts functions without waiting for them: their own retries count too.
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 5);
    template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

describe('the state', () => {
  test('outlives the stack and can be put back; rows of control may expire, records never', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TableName: Match.absent(),
        GlobalSecondaryIndexes: Match.absent(),
      },
    });
    const expiring = Object.entries(resourcesOf(template)).flatMap(([id, { Properties }]) =>
      'TimeToLiveSpecification' in Properties ? [[id, Properties['TimeToLiveSpecification']]] : [],
    );
    expect(expiring).toEqual([
      [expect.stringMatching(/^StateControl/), { AttributeName: 'expires', Enabled: true }],
    ]);
  });

  test('keeps large values from expiring, from the public and from the stack’s end; a stack that never was leaves no bucket', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: [
            {
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              NoncurrentVersionExpiration: { NoncurrentDays: 35 },
              ExpirationInDays: Match.absent(),
            },
            // What is stored elsewhere by then.
            { Prefix: 'uploading/', ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
          ],
        },
      },
    });
  });
});

test('nothing is reached but over TLS', () => {
  const tlsOnly = {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]),
    },
  };
  template.allResourcesProperties('AWS::S3::BucketPolicy', tlsOnly);
  template.allResourcesProperties('AWS::SNS::TopicPolicy', tlsOnly);
  template.allResourcesProperties('AWS::SQS::QueuePolicy', tlsOnly);
  const covered = allOf(template, 'AWS::SQS::QueuePolicy').flatMap(({ Queues }) => Queues);
  expect(covered).toHaveLength(allOf(template, 'AWS::SQS::Queue').length);
});

test('every function runs Node 24 on arm64 with its log, its traces and the same environment', () => {
  const common = {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    TracingConfig: { Mode: 'Active' },
    LoggingConfig: { LogGroup: Match.anyValue() },
  };
  template.allResourcesProperties('AWS::Lambda::Function', common);
  const functions = allOf(template, 'AWS::Lambda::Function');
  expect(functions.map(({ Timeout, MemorySize }) => [Timeout, MemorySize])).toEqual([
    [900, 1024],
    [90, 1024],
    [900, 1024],
    [50, 512],
    [60, 512],
    [300, 512],
  ]);
  const environments = functions.map(({ Environment }) => JSON.stringify(Environment));
  expect(environments[0]).toBe(environments[1]);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 50,
    Environment: {
      Variables: {
        SERVERSYNC_INSTALLATION: 'ServerSync',
        SERVERSYNC_RECORDS_TABLE: { Ref: Match.stringLikeRegexp('^StateRecords') },
        SERVERSYNC_CONTROL_TABLE: { Ref: Match.stringLikeRegexp('^StateControl') },
        SERVERSYNC_BUCKET: { Ref: Match.stringLikeRegexp('^Values') },
        SERVERSYNC_QUEUE_PREFIX: 'ServerSync-',
        SERVERSYNC_SECRET_PREFIX: 'serversync/',
        SERVERSYNC_ENUMERATE_FUNCTION: { Ref: Match.stringLikeRegexp('^FunctionsEnumerateFunction') },
        SERVERSYNC_SWEEP_FUNCTION: { Ref: Match.stringLikeRegexp('^FunctionsSweepFunction') },
        POWERTOOLS_SERVICE_NAME: 'ServerSync',
        POWERTOOLS_METRICS_NAMESPACE: 'ServerSync',
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
    },
  });
});

test('logs are kept for a while and go with the stack', () => {
  template.resourceCountIs('AWS::Logs::LogGroup', 6);
  template.allResources('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
    Properties: { RetentionInDays: 30 },
  });
});

test('the schedules’ group goes with the stack', () => {
  template.resourceCountIs('AWS::Scheduler::ScheduleGroup', 1);
  const [group] = Object.values(resourcesOf(template)).filter(
    ({ Type }) => Type === 'AWS::Scheduler::ScheduleGroup',
  );
  expect(group?.DeletionPolicy ?? 'Delete').toBe('Delete');
});

test('secrets are named and never read', () => {
  const text = JSON.stringify(template.toJSON());
  expect(text).not.toContain('resolve:');
  expect(text).not.toContain('AWS::SecretsManager');
  expect(text).toContain(':secret:serversync/hq-??????');
});

test('the outputs are those that the command line reads', () => {
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
    'AlarmsGoTo',
    'Bucket',
    'ControlTable',
    'Dashboard',
    'DoctorFunction',
    'EnumerateFunction',
    'MeasureFunction',
    'QueuePrefix',
    'RecordsTable',
    'SecretPrefix',
    'SweepFunction',
    'WriteFunction',
  ]);
});

test('one more server and one more table add resources, take none away, and change no queue and no table', () => {
  const before = resourcesOf(templateOf(office));
  const after = resourcesOf(
    templateOf({ roles: { ...office.roles, depot: 'both' }, tables: ['contacts', 'orders'] }),
  );
  expect(Object.keys(before).filter((id) => !(id in after))).toEqual([]);
  const added = Object.keys(after).filter((id) => !(id in before));
  expect(added.every((id) => id.startsWith('Serverdepot'))).toBe(true);
  const changed = Object.entries(before)
    .filter(([id, resource]) => JSON.stringify(resource) !== JSON.stringify(after[id]))
    .map(([, { Type }]) => Type);
  expect([...new Set(changed)].toSorted()).toEqual(['AWS::CloudWatch::Dashboard', 'AWS::IAM::ManagedPolicy']);
});

const fixedNames = [
  'QueueName',
  'AlarmName',
  'DashboardName',
  'TopicName',
  'TableName',
  'BucketName',
  'LogGroupName',
];
const namesOf = (stack: string): readonly unknown[] =>
  Object.values(resourcesOf(templateOf(office, stack))).flatMap(({ Properties }) =>
    fixedNames.flatMap((name) => Properties[name] ?? []),
  );

test('two installations in one account share no name', () => {
  const first = new Set(namesOf('ServerSync'));
  expect(first.size).toBeGreaterThan(20);
  expect(namesOf('Second').filter((name) => first.has(name))).toEqual([]);
});
