/** What becomes of what the SDK throws. */
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { AwsStateError, namesOf, translated } from '../../../src/state/aws/state-error.ts';

async function thrown(given: unknown): Promise<unknown> {
  try {
    return await translated('table Control', () => Promise.reject(given));
  } catch (reason) {
    return reason;
  }
}

type Answer = {
  readonly name: string;
  readonly status: number;
  readonly message?: string;
  readonly fault?: 'client' | 'server';
  readonly retryable?: { readonly throttling?: boolean };
};

const answer = ({ name, status, message = 'm', fault, retryable }: Answer): Error =>
  Object.assign(
    new DynamoDBServiceException({
      name,
      message,
      $fault: fault ?? (status >= 500 ? 'server' : 'client'),
      $metadata: { httpStatusCode: status, requestId: 'REQ1' },
    }),
    retryable && { $retryable: retryable },
  );

const ofNetwork = (code: string, name = 'Error'): Error =>
  Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code, name, syscall: 'connect' });

describe('what passes by itself is tried again', () => {
  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'ETIMEDOUT',
    'EPIPE',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ERR_STREAM_PREMATURE_CLOSE',
  ])('a connection that fails with %s', async (code) => {
    const error = await thrown(ofNetwork(code));
    expect(error).toMatchObject({ code: 'state-unreachable', disposition: 'retry' });
  });

  test.each<Answer>([
    { name: 'ProvisionedThroughputExceededException', status: 400 },
    { name: 'ThrottlingException', status: 400 },
    { name: 'TooManyRequestsException', status: 400 },
    { name: 'RequestThrottledException', status: 400 },
    { name: 'SlowDown', status: 503 },
    { name: 'InternalError', status: 500 },
    { name: 'InternalServerError', status: 500 },
    { name: 'InternalServiceError', status: 500 },
    { name: 'ServiceUnavailable', status: 503 },
    { name: 'Unheard', status: 502 },
    { name: 'Unheard', status: 429 },
    { name: 'Unheard', status: 400, fault: 'server' },
    { name: 'Unheard', status: 400, retryable: {} },
    { name: 'Unheard', status: 400, retryable: { throttling: true } },
  ])('an answer $name with status $status', async (given) => {
    const error = await thrown(answer(given));
    expect(error).toMatchObject({ code: 'state-busy', disposition: 'retry' });
  });

  test.each(['TimeoutError', 'RequestTimeout'])('a request that took too long: %s', async (name) => {
    const error = await thrown(Object.assign(new Error('too long'), { name }));
    expect(error).toMatchObject({ code: 'state-unreachable', disposition: 'retry' });
  });
});

test.each<Answer & { readonly code: string }>([
  { name: 'ValidationException', status: 400, code: 'state-refused' },
  { name: 'InvalidRequest', status: 400, code: 'state-refused' },
  { name: 'Unheard', status: 401, code: 'state-unauthenticated' },
  { name: 'InvalidAccessKeyId', status: 403, code: 'state-unauthenticated' },
  { name: 'SignatureDoesNotMatch', status: 403, code: 'state-unauthenticated' },
  { name: 'Unheard', status: 403, code: 'state-denied' },
  { name: 'AccessDeniedException', status: 400, code: 'state-denied' },
  { name: 'Unheard', status: 404, code: 'state-missing' },
  { name: 'ResourceNotFoundException', status: 400, code: 'state-missing' },
])(
  'an answer $name with status $status is $code, and does not pass by itself',
  async ({ code, ...given }) => {
    const error = await thrown(answer(given));
    expect(error).toMatchObject({ code, disposition: 'configuration' });
  },
);

test('what AWS refused says where, what, under which id AWS knows of it, and what to do', async () => {
  const message = 'The provided key element does not match the schema';
  const error = await thrown(answer({ name: 'ValidationException', status: 400, message }));
  expect(error).toMatchObject({
    message:
      'table Control: AWS refused this (ValidationException, HTTP 400, request REQ1): ' +
      'The provided key element does not match the schema. Look for a newer serversync; if there is none, report it with this message',
  });
});

test('R9: what AWS repeats of a request stands neither in the message nor in the cause', async () => {
  const message =
    "2 validation errors detected: Value '{name={S: Ann's secret}}' at 'item' failed to satisfy constraint: too long; " +
    "Value 'Bob's' at 'key' failed to satisfy constraint: Member must not be null";
  const error = await thrown(answer({ name: 'ValidationException', status: 400, message }));
  expect(error).toBeInstanceOf(AwsStateError);
  const shown = error instanceof Error ? [error.stack, String(error.cause)].join() : '';
  expect(shown).toMatch(/at 'key' failed to satisfy constraint: Member must not be null/);
  expect(shown).not.toMatch(/Ann|secret|Bob/);
});

test('the names that AWS gave are found through the translation', async () => {
  const error = await thrown(answer({ name: 'ConditionalCheckFailedException', status: 400 }));
  expect(namesOf(error)).toContain('ConditionalCheckFailedException');
});

test('what was translated once keeps its place', async () => {
  const inner = await thrown(
    new S3ServiceException({ name: 'NoSuchBucket', $fault: 'client', $metadata: {} }),
  );
  expect(await thrown(inner)).toBe(inner);
});

test('a mistake of this program stays what it is, also where the SDK counted its tries', async () => {
  const mistake = Object.assign(new TypeError('x is not a function'), { $metadata: { attempts: 1 } });
  expect(await thrown(mistake)).toBe(mistake);
  expect(await thrown('text')).toBe('text');
});
