/** Least privilege: exactly what each function calls, on exactly what it is called on. */
import { describe, expect, test } from 'vitest';
import { granted, inWords, statementsOf } from './support/policies.ts';
import { allOf, type Described, manyServers, templateOf } from './support/synthesised.ts';

const described: Described = { roles: { hq: 'both', source: 'send', copy: 'receive' } };
const template = templateOf(described);

const records = (...actions: readonly string[]) => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  on: ['<StateRecords.Arn>'],
});
const control = {
  actions: [
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ],
  on: ['<StateControl.Arn>'],
};
const values = (...actions: readonly string[]) => ({ actions, on: ['<Values.Arn>/values/*'] });
const traces = { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], on: ['*'] };
const logs = (of: string) => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  on: [`<Functions${of}Log.Arn>`],
});
const secret = (server: string): string =>
  `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:serversync/${server}-??????`;
const secrets = {
  actions: ['secretsmanager:GetSecretValue'],
  on: ['copy', 'hq', 'source'].map(secret),
};
const queues = ['<ServercopyQueuesQueue.Arn>', '<ServerhqQueuesQueue.Arn>'];
const unreadable = ['<ServercopyQueuesUnreadable.Arn>', '<ServerhqQueuesUnreadable.Arn>'];

const files = {
  actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
  on: ['<Values.Arn>/files/*', '<Values.Arn>/uploading/*'],
};
const listFiles = { actions: ['s3:ListBucket'], on: ['<Values.Arn>'] };

const state = (of: string) => ({ Control: control, Traces: traces, Logs: logs(of) });
const expected = {
  Enumerate: {
    ...state('Enumerate'),
    Records: records('BatchGetItem', 'BatchWriteItem', 'PutItem', 'Query'),
    Values: values('s3:GetObject', 's3:PutObject'),
    Files: files,
    ListFiles: listFiles,
    Queues: { actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], on: queues },
    Secrets: secrets,
  },
  Write: {
    ...state('Write'),
    Records: records('BatchGetItem', 'BatchWriteItem', 'PutItem', 'Query'),
    Values: values('s3:GetObject', 's3:PutObject'),
    Files: files,
    ListFiles: listFiles,
    Queues: {
      actions: [
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ],
      on: queues,
    },
    Secrets: secrets,
  },
  Measure: {
    ...state('Measure'),
    Values: values('s3:GetObject'),
    Queues: { actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], on: queues },
    Unreadable: { actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], on: unreadable },
    Continue: {
      actions: ['lambda:InvokeFunction'],
      on: ['<FunctionsEnumerateFunction.Arn>', '<FunctionsSweepFunction.Arn>'],
    },
  },
  Sweep: {
    ...state('Sweep'),
    Records: records('BatchGetItem', 'BatchWriteItem', 'PutItem', 'Query', 'Scan'),
    Control: { ...control, actions: [...control.actions, 'dynamodb:Scan'].toSorted() },
    Values: values('s3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'),
    Files: { ...files, actions: [...files.actions, 's3:DeleteObject', 's3:DeleteObjectVersion'].toSorted() },
    ListFiles: listFiles,
    Versions: { actions: ['s3:ListBucketVersions'], on: ['<Values.Arn>'] },
    Queues: { actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], on: queues },
    Secrets: secrets,
  },
  Report: {
    ...state('Report'),
    Control: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      on: ['<StateControl.Arn>'],
    },
    Values: values('s3:GetObject'),
    Publish: { actions: ['sns:Publish'], on: ['<NoticesTopic>'] },
    TopicKey: { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: ['<NoticesKey.Arn>'] },
  },
  Doctor: {
    ...state('Doctor'),
    Control: {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      on: ['<StateControl.Arn>'],
    },
    Secrets: secrets,
  },
};

test.each(Object.entries(expected))('%s may do what it calls and nothing else', (name, grants) => {
  expect(granted(statementsOf(template, `Functions${name}Role`))).toEqual(grants);
});

const listing = (name: string, sid: string) =>
  statementsOf(template, `Functions${name}Role`).filter(({ Sid }) => Sid === sid);

test('whoever removes versions lists those of values and of files, and whoever looks for files those, and nothing else', () => {
  expect(listing('Sweep', 'Versions')).toMatchObject([
    { Condition: { StringLike: { 's3:prefix': ['values/*', 'files/*'] } } },
  ]);
  for (const name of ['Enumerate', 'Write', 'Sweep'])
    expect(listing(name, 'ListFiles')).toMatchObject([
      { Condition: { StringLike: { 's3:prefix': 'files/*' } } },
    ]);
});

test('the schedules may start the three functions that they start, and only schedules of this group may use their role', () => {
  expect(granted(statementsOf(template, 'SchedulesRole'))).toEqual({
    Start: {
      actions: ['lambda:InvokeFunction'],
      on: [
        '<FunctionsEnumerateFunction.Arn>',
        '<FunctionsMeasureFunction.Arn>',
        '<FunctionsReportFunction.Arn>',
      ],
    },
  });
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
  });
});

test('there are no roles and no policies beside these', () => {
  template.resourceCountIs('AWS::IAM::Role', 7);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 5);
  template.resourceCountIs('AWS::Lambda::Permission', 0);
});

describe('with a key and a VPC of the customer', () => {
  const arn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const optional = templateOf({
    ...described,
    aws: { kmsKey: arn, vpc: { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234'] } },
  });
  const statements = statementsOf(optional, 'FunctionsWriteRole');

  test('the key may be used only through the services that hold the state', () => {
    const key = statements.find(({ Sid }) => Sid === 'Key');
    expect(key?.Action.toSorted()).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
    ]);
    expect(key?.Resource.map(inWords)).toEqual([arn]);
    expect(JSON.stringify(key?.Condition)).toContain('kms:ViaService');
  });

  test('network interfaces are the only thing more that has no resource', () => {
    const anywhere = statements.filter(({ Resource }) => Resource.includes('*')).map(({ Sid }) => Sid);
    expect(anywhere).toEqual(['Traces', 'NetworkInterfaces']);
  });
});

const keyArn = (last: number): string =>
  `arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890a${last}`;

describe('with keys of the customer that were used once', () => {
  const roles = ['Enumerate', 'Write', 'Measure', 'Sweep', 'Doctor'];
  const formerKeyOf = (aws: object) => {
    const changed = templateOf({ ...described, aws });
    return roles.map((role) =>
      statementsOf(changed, `Functions${role}Role`).find(({ Sid }) => Sid === 'FormerKeys'),
    );
  };

  test.each([
    ['after a change of the key', { kmsKey: keyArn(3), formerKmsKeys: [keyArn(1), keyArn(2)] }],
    ['after going back to the keys of AWS', { formerKmsKeys: [keyArn(1), keyArn(2)] }],
  ])('every function may decrypt what they encrypted, and nothing more, %s', (_, aws) => {
    for (const statement of formerKeyOf(aws)) {
      expect(statement?.Action).toEqual(['kms:Decrypt']);
      expect(statement?.Resource).toEqual([keyArn(1), keyArn(2)]);
      expect(JSON.stringify(statement?.Condition)).toContain('kms:ViaService');
    }
  });
});

/** As AWS gets it: every reference put in by the longest that it can come to. */
const sized = (document: unknown): number => JSON.stringify(putIn(document)).length;

const longestArn = `arn:aws-us-gov:sqs:ap-southeast-1:123456789012:${'a'.repeat(80)}`;
const longest: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '123456789012',
};

function putIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(putIn);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = []] = Object.entries(value);
  if (name === 'Ref') return longest[String(argument)] ?? longestArn;
  if (name === 'Fn::GetAtt') return longestArn;
  if (name === 'Fn::Join' && Array.isArray(argument)) return [argument[1]].flat().map(putIn).join('');
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, putIn(each)]));
}

test('policies stay within the sizes that AWS takes, with 50 servers whose names are as long as can be', () => {
  const stack = 'a'.repeat(28);
  const big = templateOf({ ...manyServers(50, 40), aws: { secrets: 's'.repeat(64) } }, stack);
  const managed = allOf(big, 'AWS::IAM::ManagedPolicy').map((policy) => sized(policy['PolicyDocument']));
  expect(managed).toHaveLength(15);
  expect(Math.max(...managed)).toBeLessThanOrEqual(6144);
  const inline = allOf(big, 'AWS::IAM::Role').map((role) => sized(role['Policies'] ?? []));
  expect(Math.max(...inline)).toBeLessThanOrEqual(10_240);
  console.log(
    `policies with 50 servers: ${Math.max(...managed)} of 6144, in roles ${Math.max(...inline)} of 10240`,
  );
});
