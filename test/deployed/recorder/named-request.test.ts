import { expect, test } from 'vitest';
import { nameRequest, type PlainRequest } from './named-request.ts';

const table = (name: string): string => `arn:aws:dynamodb:eu-west-1:123456789012:table/${name}`;
const queue = 'arn:aws:sqs:eu-west-1:123456789012:stack-hq';

const targeted = (service: string, target: string, body: object): PlainRequest => ({
  service,
  method: 'POST',
  url: '/',
  target,
  body: JSON.stringify(body),
});
const plain = (service: string, method: string, url: string): PlainRequest => ({
  service,
  method,
  url,
  target: undefined,
  body: '',
});

test.each([
  [
    'one table',
    targeted('dynamodb', 'DynamoDB_20120810.PutItem', { TableName: 'records', Item: { pk: { S: 'x' } } }),
    'dynamodb:PutItem',
    [['dynamodb:PutItem', table('records')]],
  ],
  [
    'each table of a batch',
    targeted('dynamodb', 'DynamoDB_20120810.BatchWriteItem', { RequestItems: { records: [], control: [] } }),
    'dynamodb:BatchWriteItem',
    [
      ['dynamodb:BatchWriteItem', table('records')],
      ['dynamodb:BatchWriteItem', table('control')],
    ],
  ],
  [
    'each part of a transaction, which is granted by its parts',
    targeted('dynamodb', 'DynamoDB_20120810.TransactWriteItems', {
      TransactItems: [{ Put: { TableName: 'records' } }, { ConditionCheck: { TableName: 'control' } }],
    }),
    'dynamodb:TransactWriteItems',
    [
      ['dynamodb:PutItem', table('records')],
      ['dynamodb:ConditionCheckItem', table('control')],
    ],
  ],
  [
    'a queue by its URL, a batch being granted as one message',
    targeted('sqs', 'AmazonSQS.SendMessageBatch', { QueueUrl: 'http://localhost:1/123456789012/stack-hq' }),
    'sqs:SendMessageBatch',
    [['sqs:SendMessage', queue]],
  ],
  [
    'a queue by its name',
    targeted('sqs', 'AmazonSQS.GetQueueUrl', { QueueName: 'stack-hq' }),
    'sqs:GetQueueUrl',
    [['sqs:GetQueueUrl', queue]],
  ],
  [
    'a secret by its name',
    targeted('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId: 'serversync/hq' }),
    'secretsmanager:GetSecretValue',
    [['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:serversync/hq']],
  ],
  [
    'an object',
    plain('s3', 'PUT', '/bucket/values/a%20b?x-id=PutObject'),
    's3:PutObject',
    [['s3:PutObject', 'arn:aws:s3:::bucket/values/a b']],
  ],
  [
    'the head of an object, which is granted as reading it',
    plain('s3', 'HEAD', '/bucket/values/1'),
    's3:HeadObject',
    [['s3:GetObject', 'arn:aws:s3:::bucket/values/1']],
  ],
  [
    'a list of objects',
    plain('s3', 'GET', '/bucket/?list-type=2'),
    's3:ListBucket',
    [['s3:ListBucket', 'arn:aws:s3:::bucket']],
  ],
  [
    'a list of the versions of objects, which is a right of its own',
    plain('s3', 'GET', '/bucket?prefix=values%2F&versions='),
    's3:ListBucketVersions',
    [['s3:ListBucketVersions', 'arn:aws:s3:::bucket']],
  ],
  [
    'the removal of one version of an object',
    plain('s3', 'DELETE', '/bucket/values/1?versionId=7&x-id=DeleteObject'),
    's3:DeleteObjectVersion',
    [['s3:DeleteObjectVersion', 'arn:aws:s3:::bucket/values/1']],
  ],
  [
    'an invocation',
    plain('lambda', 'POST', '/2015-03-31/functions/enumerate/invocations'),
    'lambda:Invoke',
    [['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:123456789012:function:enumerate']],
  ],
  [
    'what is not known here by its path, so that no grant covers it',
    plain('xray', 'POST', '/TraceSegments'),
    'xray:POST /TraceSegments',
    [['xray:POST /TraceSegments', '*']],
  ],
])('names %s', (_what, request, operation, needs) => {
  expect(nameRequest(request)).toEqual({
    operation,
    needs: needs.map(([action, resource]) => ({ action, resource })),
  });
});
