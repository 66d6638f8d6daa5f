/**
 * What keeps the state on AWS from being used. Translated from the SDK's errors where they are raised.
 *
 *   R9  No message holds what is in a record: the SDK's own texts name tables and actions, never values.
 */
export type AwsStateCode =
  /** Too many requests, or AWS is out of order: what was not done is done by a later run. */
  | 'state-busy'
  | 'state-missing'
  | 'state-denied'
  /** No credentials, or they are over. */
  | 'state-unauthenticated'
  | 'state-unreachable'
  | 'state-refused'
  | 'state-other-installation'
  | 'state-other-servers'
  | 'state-older'
  | 'state-newer';

export class AwsStateError extends Error {
  readonly code: AwsStateCode;
  /** `retry`: passes by itself. */
  readonly disposition: 'retry' | 'configuration';

  /** `place`: such as `table ServerSync-Control`; `found` and `remedy` without a full stop. */
  constructor(code: AwsStateCode, place: string, found: string, remedy: string, cause?: unknown) {
    super(`${place}: ${found}. ${remedy}`, cause === undefined ? {} : { cause });
    this.name = 'AwsStateError';
    this.code = code;
    this.disposition = passing.includes(code) ? 'retry' : 'configuration';
  }
}

const passing: readonly AwsStateCode[] = ['state-busy', 'state-unreachable'];

type Translation = { readonly code: AwsStateCode; readonly found: string; readonly remedy: string };

const busy: Translation = {
  code: 'state-busy',
  found: 'AWS takes no more requests at this moment',
  remedy: 'Nothing is lost: what was not done is done by a later run',
};
const missing: Translation = {
  code: 'state-missing',
  found: 'it does not exist in this account and region',
  remedy: 'Look at the name, the account and the region, or deploy the stack with cdk deploy',
};
const denied: Translation = {
  code: 'state-denied',
  found: 'these credentials may not do this',
  remedy: 'Use those of an operator of the stack, or give the role what docs/security.md lists',
};
const unauthenticated: Translation = {
  code: 'state-unauthenticated',
  found: 'no valid AWS credentials',
  remedy: 'Log in (aws sso login, aws configure), or set AWS_PROFILE and AWS_REGION',
};
const unreachable: Translation = {
  code: 'state-unreachable',
  found: 'AWS could not be reached',
  remedy: 'Look at the network of this machine (in a VPC: at the endpoints and the route out)',
};

const translations: Readonly<Record<string, Translation>> = {
  ProvisionedThroughputExceededException: busy,
  ThrottlingException: busy,
  RequestLimitExceeded: busy,
  LimitExceededException: busy,
  InternalServerError: busy,
  ServiceUnavailable: busy,
  SlowDown: busy,
  KmsThrottled: busy,
  RequestThrottled: busy,
  ResourceNotFoundException: missing,
  NoSuchBucket: missing,
  QueueDoesNotExist: missing,
  'AWS.SimpleQueueService.NonExistentQueue': missing,
  AccessDeniedException: denied,
  AccessDenied: denied,
  KmsAccessDenied: denied,
  ExpiredTokenException: unauthenticated,
  ExpiredToken: unauthenticated,
  UnrecognizedClientException: unauthenticated,
  InvalidSignatureException: unauthenticated,
  CredentialsProviderError: unauthenticated,
  TokenProviderError: unauthenticated,
  TimeoutError: unreachable,
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  ECONNRESET: unreachable,
  EAI_AGAIN: unreachable,
};

/** Runs a request to AWS; what it throws is translated, `place` being what it was about. */
export async function translated<Result>(place: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw translation(place, error);
  }
}

function translation(place: string, error: unknown): unknown {
  const known = namesOf(error).flatMap(
    (name) => (Object.hasOwn(translations, name) ? translations[name] : []) ?? [],
  );
  const [first] = known;
  return first ? new AwsStateError(first.code, place, first.found, first.remedy, error) : error;
}

export function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  return 'code' in error && typeof error.code === 'string' ? [error.name, error.code] : [error.name];
}
