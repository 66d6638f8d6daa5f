/** What each function may do, by the calls that it makes: no more, and on nothing else. */
import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AwsConfiguration } from '../src/config/aws-schema.ts';
import type { ServerName } from '../src/core/names.ts';
import { wakePartition } from '../src/core/hint.ts';
import type { FunctionName } from './bundle.ts';

type Actions = Readonly<Record<FunctionName, readonly string[]>>;

/** Heads and replicas are read and put by their keys, and never removed. Who meets a record in another row than it was known in looks for others of its table. A sweeper, who removes large values of what was forgotten, looks in all rows for who holds the same. Measure needs none. */
const recordsActions: Actions = {
  enumerate: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  write: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  measure: [],
  sweep: [
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:Scan',
  ],
  report: [],
  doctor: [],
  wake: [],
};

const controlActions = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];

/** Who only tells changes nothing. */
const controlReads = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];

const controlOf: Actions = {
  enumerate: controlActions,
  write: controlActions,
  measure: controlActions,
  sweep: [...controlActions, 'dynamodb:Scan'],
  report: controlReads,
  // A session is taken by a put, and what a server sent is counted by an update.
  doctor: [...controlReads, 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  // A hint is an update; where its answer was lost the item is read.
  wake: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
};

/** What measure stores (clocks, breakers) is always small; what it reads need not be. */
const valuesActions: Actions = {
  enumerate: ['s3:GetObject', 's3:PutObject'],
  write: ['s3:GetObject', 's3:PutObject'],
  measure: ['s3:GetObject'],
  sweep: ['s3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'],
  report: ['s3:GetObject'],
  doctor: [],
  wake: [],
};

/** A file is stored in parts, under another name until it is whole; S3 copies it, which is a get and a put. A sweeper removes what nothing names any more. */
const filesActions = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
const filesOf: Actions = {
  enumerate: filesActions,
  write: filesActions,
  measure: [],
  // With all versions, where it was forgotten.
  sweep: [...filesActions, 's3:DeleteObject', 's3:DeleteObjectVersion'],
  report: [],
  doctor: [],
  wake: [],
};

export type StatePlaces = {
  readonly recordsArn: string;
  readonly controlArn: string;
  readonly bucketArn: string;
  readonly logGroupArn: string;
  readonly keyArn: string | undefined;
  /** What they encrypted is still read, and nothing is encrypted with them any more. */
  readonly formerKeyArns: readonly string[];
  readonly inVpc: boolean;
};

/** What does not depend on the servers. */
export function statePolicy(scope: Construct, name: FunctionName, places: StatePlaces): PolicyDocument {
  const { recordsArn, controlArn, bucketArn, logGroupArn, keyArn, formerKeyArns, inVpc } = places;
  return policy([
    allow('Records', recordsActions[name], [recordsArn]),
    controlUse(name, controlArn),
    allow('Values', valuesActions[name], [`${bucketArn}/values/*`]),
    allow('Files', filesOf[name], [`${bucketArn}/files/*`, `${bucketArn}/uploading/*`]),
    ...(filesOf[name].length > 0 ? [filesIn(bucketArn)] : []),
    ...(name === 'sweep' ? [versionsOf(bucketArn)] : []),
    allow('Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroupArn]),
    // Traces have no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    allow('Traces', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], ['*']),
    ...(keyArn === undefined ? [] : [keyUse(scope, 'Key', keyActions, [keyArn])]),
    keyUse(scope, 'FormerKeys', ['kms:Decrypt'], formerKeyArns),
    ...(inVpc ? [networkInterfaces] : []),
  ]);
}

/** Who takes calls of everybody changes hints and nothing else: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
function controlUse(name: FunctionName, controlArn: string): PolicyStatement {
  const statement = allow('Control', controlOf[name], [controlArn]);
  if (name === 'wake')
    statement.addCondition('ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': [wakePartition] });
  return statement;
}

/** S3 asks for it on the bucket as a whole. */
function versionsOf(bucketArn: string): PolicyStatement {
  const statement = allow('Versions', ['s3:ListBucketVersions'], [bucketArn]);
  statement.addCondition('StringLike', { 's3:prefix': ['values/*', 'files/*'] });
  return statement;
}

/** Whether one is there, which S3 tells nobody else; and all of them, to find those that nothing names any more. The same. */
function filesIn(bucketArn: string): PolicyStatement {
  const statement = allow('ListFiles', ['s3:ListBucket'], [bucketArn]);
  statement.addCondition('StringLike', { 's3:prefix': 'files/*' });
  return statement;
}

const keyActions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** Only through the services that hold our data, as they ask for on behalf of a caller. */
function keyUse(
  scope: Construct,
  sid: string,
  actions: readonly string[],
  keyArns: readonly string[],
): PolicyStatement {
  const { region, urlSuffix } = Stack.of(scope);
  const services = ['dynamodb', 's3', 'sqs', 'secretsmanager'].map(
    (name) => `${name}.${region}.${urlSuffix}`,
  );
  const statement = allow(sid, actions, keyArns);
  statement.addCondition('StringEquals', { 'kms:ViaService': services });
  return statement;
}

/** Lambda makes them with the function's role, and AWS takes no narrower resource for them: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const networkInterfaces = allow(
  'NetworkInterfaces',
  [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  ['*'],
);

/** Of one server, as far as it has them. */
export type ServerPlaces = {
  readonly queueArn: string | undefined;
  readonly unreadableArn: string | undefined;
  readonly secretArn: string;
};

type ServersPolicy = (servers: readonly ServerPlaces[]) => PolicyDocument;

const queues = (servers: readonly ServerPlaces[]): readonly string[] =>
  servers.flatMap(({ queueArn }) => queueArn ?? []);
const unreadable = (servers: readonly ServerPlaces[]): readonly string[] =>
  servers.flatMap(({ unreadableArn }) => unreadableArn ?? []);
const secretsOf = (servers: readonly ServerPlaces[]): PolicyStatement =>
  allow(
    'Secrets',
    ['secretsmanager:GetSecretValue'],
    servers.map(({ secretArn }) => secretArn),
  );

const hand = ['sqs:GetQueueUrl', 'sqs:SendMessage'];
/** What Lambda does in the function's role: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-lambda-function-trigger.html */
const take = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

export const serversPolicies: Readonly<Record<FunctionName, ServersPolicy>> = {
  enumerate: (servers) => policy([allow('Queues', hand, queues(servers)), secretsOf(servers)]),
  sweep: (servers) => policy([allow('Queues', hand, queues(servers)), secretsOf(servers)]),
  write: (servers) => policy([allow('Queues', [...take, ...hand], queues(servers)), secretsOf(servers)]),
  measure: (servers) =>
    policy([
      allow('Queues', hand, queues(servers)),
      allow('Unreadable', ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], unreadable(servers)),
    ]),
  report: () => policy([]),
  wake: () => policy([]),
  doctor: (servers) => policy([secretsOf(servers)]),
};

/** Whoever publishes to a topic uses its key: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export function publishPolicy(scope: Construct, topicArn: string, keyArn: string): PolicyDocument {
  const { region, urlSuffix } = Stack.of(scope);
  const key = allow('TopicKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [keyArn]);
  key.addCondition('StringEquals', { 'kms:ViaService': `sns.${region}.${urlSuffix}` });
  return policy([allow('Publish', ['sns:Publish'], [topicArn]), key]);
}

/**
 * A managed policy has at most 6,144 characters, and a role 10 of them
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). 18 servers with the longest names come to
 * 5,900. 180 servers thus have room, more than a stack has resources for.
 */
export const serversPerPolicy = 18;

/** AWS adds a hyphen and six signs to the name that a secret was given: nothing else has this form. */
export function secretArnOf(scope: Construct, { secrets }: AwsConfiguration, server: ServerName): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${secrets}/${server}-??????`;
}

export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: [...resources] });
}

/** Statements without a resource, as where no server of a policy receives, and without an action are left out. */
const policy = (statements: readonly PolicyStatement[]): PolicyDocument =>
  new PolicyDocument({
    statements: statements.filter(({ actions, resources }) => actions.length > 0 && resources.length > 0),
  });
