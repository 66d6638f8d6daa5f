import { expect, test } from 'vitest';
import { failedOf, type Mapping } from './event-source-mapping.ts';
import type { Invocation } from './function-version.ts';

const mapping: Mapping = {
  id: '1',
  functionName: 'write',
  queueArn: 'arn:aws:sqs:eu-west-1:123456789012:stack-hq',
  batchSize: 5,
  reportsFailures: true,
  concurrency: 2,
};
const messages = [{ MessageId: 'a' }, { MessageId: 'b' }, { MessageId: 'c' }];
const returned = (result: unknown): Invocation => ({ kind: 'returned', result, sandbox: 1, durationMs: 1 });
const items = (...ids: readonly string[]) =>
  returned({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const threw: Invocation = {
  kind: 'failed',
  error: { errorType: 'Error', errorMessage: 'no' },
  sandbox: 1,
  durationMs: 1,
};

test.each([
  ['nothing', returned(null), []],
  ['no failures', items(), []],
  ['no list of failures', returned({}), []],
  ['one failure', items('b'), ['b']],
  ['an identifier of no message', items('b', 'x'), ['a', 'b', 'c']],
  ['an answer that cannot be read', returned({ batchItemFailures: ['b'] }), ['a', 'b', 'c']],
  ['an error', threw, ['a', 'b', 'c']],
])('after %s the messages %j stay in the queue', (_what, invocation, failed) => {
  expect([...failedOf(mapping, messages, invocation)]).toEqual(failed);
});

test('a mapping that does not report failures deletes the batch unless the function throws', () => {
  const plain = { ...mapping, reportsFailures: false };
  expect(failedOf(plain, messages, items('b')).size).toBe(0);
  expect(failedOf(plain, messages, threw).size).toBe(3);
});
