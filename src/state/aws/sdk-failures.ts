/**
 * What an error of the SDK means: by its name; where that says nothing, by what the SDK and the status of the answer say.
 *
 *   R9  AWS repeats parts of a request in what it refuses: these are taken out.
 */
import { z } from 'zod';
import type { AwsStateCode } from './state-error.ts';

export type Meaning = {
  readonly code: AwsStateCode;
  readonly found: string;
  readonly remedy: string;
  /** Stands for the error where its own text may hold what no log may. */
  readonly cause: unknown;
};

type Known = Omit<Meaning, 'cause'>;

const busy: Known = {
  code: 'state-busy',
  found: 'AWS takes no more requests at this moment',
  remedy: 'Nothing is lost: what was not done is done by a later run',
};
const outOfOrder: Known = { ...busy, found: 'AWS is out of order at this moment' };
const missing: Known = {
  code: 'state-missing',
  found: 'it does not exist in this account and region',
  remedy: 'Look at the name, the account and the region, or deploy the stack with cdk deploy',
};
const denied: Known = {
  code: 'state-denied',
  found: 'these credentials may not do this',
  remedy: 'Use those of an operator of the stack, or give the role what docs/security.md lists',
};
const unauthenticated: Known = {
  code: 'state-unauthenticated',
  found: 'no valid AWS credentials',
  remedy: 'Log in (aws sso login, aws configure), or set AWS_PROFILE and AWS_REGION',
};
const unreachable: Known = {
  code: 'state-unreachable',
  found: 'AWS could not be reached',
  remedy: 'Look at the network of this machine (in a VPC: at the endpoints and the route out)',
};

/** Only names that the status of the answer would not show: most of these come with 400. */
const named: readonly (readonly [Known, readonly string[]])[] = [
  [
    busy,
    [
      'BandwidthLimitExceeded',
      'KmsThrottled',
      'LimitExceededException',
      'PriorRequestNotComplete',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'RequestThrottled',
      'RequestThrottledException',
      'SlowDown',
      'Throttling',
      'ThrottledException',
      'ThrottlingException',
      'TooManyRequestsException',
    ],
  ],
  [
    missing,
    [
      'AWS.SimpleQueueService.NonExistentQueue',
      'NoSuchBucket',
      'QueueDoesNotExist',
      'ResourceNotFoundException',
    ],
  ],
  [denied, ['AccessDenied', 'AccessDeniedException', 'KmsAccessDenied']],
  [
    unauthenticated,
    [
      'CredentialsProviderError',
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'InvalidToken',
      'SignatureDoesNotMatch',
      'TokenProviderError',
      'UnrecognizedClientException',
    ],
  ],
  [
    unreachable,
    [
      'EADDRNOTAVAIL',
      'EAI_AGAIN',
      'ECONNABORTED',
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTDOWN',
      'EHOSTUNREACH',
      'ENETDOWN',
      'ENETUNREACH',
      'ENOTFOUND',
      'EPIPE',
      'ERR_STREAM_PREMATURE_CLOSE',
      'ETIMEDOUT',
      'RequestTimeout',
      'RequestTimeoutException',
      'TimeoutError',
    ],
  ],
];

const byName = new Map(named.flatMap(([known, names]) => names.map((name) => [name, known] as const)));

/** What the SDK says of an answer that is an error. Of errors without `$fault` and status it knows nothing: they are no answers. */
const answerSchema = z.object({
  $fault: z.enum(['client', 'server']).optional(),
  $retryable: z.object({ throttling: z.boolean().optional() }).optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional(), requestId: z.string().optional() }).optional(),
});

type Answer = z.infer<typeof answerSchema>;

/** `names`: all that the error goes by. Undefined where it is no failure of AWS or of the way there. */
export function meaningOf(error: unknown, names: readonly string[]): Meaning | undefined {
  for (const name of names) {
    const known = byName.get(name);
    if (known !== undefined) return { ...known, cause: error };
  }
  const { success, data } = answerSchema.safeParse(error);
  const isAnswer = success && (data.$fault ?? data.$metadata?.httpStatusCode) !== undefined;
  return isAnswer && error instanceof Error ? byAnswer(error, data) : undefined;
}

function byAnswer(error: Error, answer: Answer): Meaning {
  const known = knownByStatus(answer);
  return known === undefined ? refused(error, answer) : { ...known, cause: error };
}

function knownByStatus({ $fault, $retryable, $metadata }: Answer): Known | undefined {
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || $retryable?.throttling === true) return busy;
  if (status >= 500 || $fault === 'server' || $retryable !== undefined) return outOfOrder;
  if (status === 401) return unauthenticated;
  if (status === 403) return denied;
  return status === 404 ? missing : undefined;
}

function refused(error: Error, { $fault, $metadata }: Answer): Meaning {
  // What is no answer in AWS's own form is an answer that could not be read, and its text may repeat it.
  const text = $fault === undefined ? 'the answer could not be read' : withoutValues(error.message);
  const { httpStatusCode: status, requestId } = $metadata ?? {};
  const marks = [error.name, status && `HTTP ${status}`, requestId && `request ${requestId}`];
  return {
    code: 'state-refused',
    found: `AWS refused this (${marks.filter(Boolean).join(', ')}): ${text}`,
    remedy: 'Look for a newer serversync; if there is none, report it with this message',
    cause: Object.assign(new Error(text), { name: error.name }),
  };
}

/** `1 validation error detected: Value '…' at 'key' failed to …`: a value may hold quotes, so the last one ends it. */
const withoutValues = (text: string): string =>
  text.replace(/Value '.*' at '/s, "Value at '").replace(/\.$/, '');
