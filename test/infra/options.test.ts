/** What the section `aws` changes. */
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allOf, office, stackOf, templateOf, untold } from './support/synthesised.ts';

const account = '123456789012';
const key = `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const formerKey = key.replace('1234abcd', '5678abcd');

const withAws = (aws: object) => templateOf({ ...office, aws });

test('without a key of the customer AWS encrypts tables, values and queues with its own', () => {
  const template = templateOf(office);
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  });
  template.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: Match.absent() });
});

test('a key of the customer encrypts tables, values, queues, logs and alarms, and what its policy must allow is said', () => {
  const stack = stackOf({ ...office, aws: { kmsKey: key } });
  const template = templateOf({ ...office, aws: { kmsKey: key } });
  template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
  template.allResourcesProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } },
      ],
    },
  });
  template.allResourcesProperties('AWS::DynamoDB::Table', {
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
  });
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: key });
  template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: key });
  template.resourceCountIs('AWS::KMS::Key', 0);
  Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('cloudwatch.amazonaws.com'));
});

test('with a VPC the functions run in its subnets, with a security group that lets nothing in', () => {
  const vpc = { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234', 'subnet-0abc5678'] };
  const template = withAws({ vpc });
  template.allResourcesProperties('AWS::Lambda::Function', {
    VpcConfig: {
      SubnetIds: vpc.subnets,
      SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('FunctionsGroup'), 'GroupId'] }],
    },
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    VpcId: vpc.id,
    SecurityGroupIngress: Match.absent(),
  });
});

test('with a VPC the security groups of the functions are an output, for endpoints to let in', () => {
  const vpc = { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234'] };
  const own = { 'Fn::GetAtt': [Match.stringLikeRegexp('FunctionsGroup'), 'GroupId'] };
  withAws({ vpc }).hasOutput('SecurityGroups', { Value: own });
  const securityGroups = ['sg-0abc1234', 'sg-0abc5678'];
  withAws({ vpc: { ...vpc, securityGroups } }).hasOutput('SecurityGroups', {
    Value: 'sg-0abc1234,sg-0abc5678',
  });
});

test('named security groups are used as they are', () => {
  const vpc = { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234'], securityGroups: ['sg-0abc1234'] };
  const template = withAws({ vpc });
  template.allResourcesProperties('AWS::Lambda::Function', {
    VpcConfig: { SecurityGroupIds: ['sg-0abc1234'] },
  });
  template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
});

test.each([
  [`arn:aws:iam::${account}:policy/Boundary`, `arn:aws:iam::${account}:policy/Boundary`],
  ['Boundary', Match.objectLike({ 'Fn::Join': Match.anyValue() })],
])('the boundary %s bounds every role', (permissionsBoundary, expected) => {
  const template = withAws({ permissionsBoundary });
  template.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: expected });
});

test('tags are on all that can have them', () => {
  const template = withAws({ tags: { department: 'sales' } });
  for (const type of [
    'AWS::DynamoDB::Table',
    'AWS::SQS::Queue',
    'AWS::Lambda::Function',
    'AWS::IAM::Role',
    'AWS::S3::Bucket',
  ])
    template.allResourcesProperties(type, { Tags: Match.arrayWith([{ Key: 'department', Value: 'sales' }]) });
});

test('a topic of the customer gets every alarm that ours gets', () => {
  const topic = `arn:aws:sns:eu-west-1:${account}:alerts`;
  const template = withAws({ alarmTopic: topic });
  const actions = [
    ...allOf(template, 'AWS::CloudWatch::Alarm'),
    ...allOf(template, 'AWS::CloudWatch::CompositeAlarm'),
  ].flatMap(({ AlarmActions }) => (AlarmActions === undefined ? [] : [AlarmActions]));
  expect(actions.length).toBeGreaterThan(10);
  for (const each of actions) expect(each).toEqual([{ Ref: expect.stringMatching(/^NoticesTopic/) }, topic]);
});

test('logs are kept as long as is said', () => {
  withAws({ logRetention: 90 }).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
});

test('secrets are looked for under the beginning that is said', () => {
  const template = withAws({ secrets: 'office/sync' });
  template.allResourcesProperties('AWS::Lambda::Function', {
    Environment: { Variables: { SERVERSYNC_SECRET_PREFIX: 'office/sync/' } },
  });
  expect(JSON.stringify(template.toJSON())).toContain(':secret:office/sync/hq-??????');
});

test('without an address nobody is subscribed, which is a warning unless a topic of the customer is told', () => {
  templateOf(untold).resourceCountIs('AWS::SNS::Subscription', 0);
  const alarmTopic = `arn:aws:sns:eu-west-1:${account}:alerts`;
  const warned = Match.stringLikeRegexp('^Nobody would get an alarm');
  Annotations.fromStack(stackOf(untold)).hasWarning('/ServerSync/Notices', warned);
  Annotations.fromStack(stackOf({ ...untold, aws: { alarmTopic } })).hasNoWarning('*', Match.anyValue());
});

test('a configuration with every option and an address makes no warning', () => {
  const vpc = { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234', 'subnet-0abc5678'] };
  const stack = stackOf({
    ...office,
    aws: { vpc, kmsKey: key, formerKmsKeys: [formerKey], tags: { department: 'sales' } },
  });
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('the functions that may be at work at once are said where a new account may not allow them', () => {
  const stack = stackOf({ roles: { a: 'both', b: 'both', c: 'both' } });
  Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('Up to 13 functions are at work at once'));
  Annotations.fromStack(stackOf(office)).hasNoInfo('*', Match.anyValue());
});
