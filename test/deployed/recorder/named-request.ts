/**
 * What a request to AWS does and to what, in IAM's words: read from its target header, its path, and those properties
 * of a JSON body that name a resource. Nothing else of the body is kept.
 */
import { z } from 'zod';
import { account, region } from '../emulator/environment.ts';

export type Need = { readonly action: string; readonly resource: string };

export type NamedRequest = {
  /** As the API calls it: `dynamodb:BatchWriteItem`. */
  readonly operation: string;
  /** What has to be granted for it, one for each resource. */
  readonly needs: readonly Need[];
};

export type PlainRequest = {
  /** Of the signature's scope: `dynamodb`. */
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly target: string | undefined;
  /** Of requests that have a target; else empty. */
  readonly body: string;
};

const nothing = '';
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;

const named = z.looseObject({
  TableName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z.array(z.record(z.string(), z.looseObject({ TableName: z.string() }))).optional(),
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SecretId: z.string().optional(),
});
type Named = z.infer<typeof named>;

export function nameRequest(request: PlainRequest): NamedRequest {
  if (request.target !== undefined) return byTarget(request, request.target);
  if (request.service === 's3') return onS3(request);
  if (request.service === 'lambda') return onLambda(request);
  const operation = `${request.service}:${request.method} ${request.url.split('?')[0]}`;
  return { operation, needs: [{ action: operation, resource: '*' }] };
}

function byTarget({ service, body }: PlainRequest, target: string): NamedRequest {
  const name = target.split('.').at(-1) ?? target;
  const operation = `${service}:${name}`;
  const properties = named.parse(body === '' ? {} : JSON.parse(body));
  if (properties.TransactItems !== undefined)
    return { operation, needs: inTransaction(properties.TransactItems) };
  const action = `${service}:${service === 'sqs' ? name.replace(/Batch$/, '') : name}`;
  const resources = resourcesOf[service]?.(properties) ?? ['*'];
  return { operation, needs: resources.map((resource) => ({ action, resource })) };
}

const tableArn = (name: string): string =>
  name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`);

/** Without the six characters that AWS ends it with, which are in no request that names the secret. */
const secretArn = (id: string): string =>
  id.startsWith('arn:') ? id : arn('secretsmanager', `secret:${id}`);

const resourcesOf: Readonly<Record<string, (properties: Named) => readonly string[]>> = {
  dynamodb: ({ TableName, RequestItems }) =>
    (TableName === undefined ? Object.keys(RequestItems ?? {}) : [TableName]).map(tableArn),
  sqs: ({ QueueName, QueueUrl }) => [arn('sqs', QueueName ?? QueueUrl?.split('/').at(-1) ?? nothing)],
  secretsmanager: ({ SecretId }) => [secretArn(SecretId ?? nothing)],
};

const inTransactionAction: Readonly<Record<string, string>> = {
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  Get: 'dynamodb:GetItem',
};

const inTransaction = (items: NonNullable<Named['TransactItems']>): readonly Need[] =>
  items.flatMap((item) =>
    Object.entries(item).map(([kind, { TableName }]) => ({
      action: inTransactionAction[kind] ?? `dynamodb:${kind}`,
      resource: tableArn(TableName),
    })),
  );

const s3Operations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  POST: 'PutObject',
};

const s3Actions: Readonly<Record<string, string>> = { HeadObject: 's3:GetObject' };

/** Path-style, which the SDK takes where the endpoint is an IP address. */
function onS3({ method, url }: PlainRequest): NamedRequest {
  const [bucket = nothing, ...rest] = pathOf(url).slice(1).split('/');
  const key = rest.join('/');
  const asked = new URL(url, 'http://localhost').searchParams;
  if (key === '') {
    const list = asked.has('versions') ? 's3:ListBucketVersions' : 's3:ListBucket';
    const operation = method === 'GET' ? list : `s3:${method} bucket`;
    return { operation, needs: [{ action: operation, resource: `arn:aws:s3:::${bucket}` }] };
  }
  const name = `${s3Operations[method] ?? method}${asked.has('versionId') ? 'Version' : ''}`;
  const need = { action: s3Actions[name] ?? `s3:${name}`, resource: `arn:aws:s3:::${bucket}/${key}` };
  return { operation: `s3:${name}`, needs: [need] };
}

function onLambda({ method, url }: PlainRequest): NamedRequest {
  const path = pathOf(url);
  const name = /\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
  if (name === undefined) {
    const operation = `lambda:${method} ${path}`;
    return { operation, needs: [{ action: operation, resource: '*' }] };
  }
  return {
    operation: 'lambda:Invoke',
    needs: [{ action: 'lambda:InvokeFunction', resource: functionArn(name) }],
  };
}

const functionArn = (name: string): string =>
  name.startsWith('arn:') ? name : arn('lambda', `function:${name}`);

const pathOf = (url: string): string => decodeURIComponent(new URL(url, 'http://localhost').pathname);
