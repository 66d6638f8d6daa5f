/**
 * What keeps the state on AWS from being used. Translated from the SDK's errors where they are raised.
 *
 *   R9  No message holds what is in a record.
 */
import { meaningOf } from './sdk-failures.ts';

export type AwsStateCode =
  /** Too many requests, or AWS is out of order: what was not done is done by a later run. */
  | 'state-busy'
  | 'state-missing'
  | 'state-denied'
  /** No credentials, or they are over. */
  | 'state-unauthenticated'
  | 'state-unreachable'
  /** AWS found the request wrong. */
  | 'state-refused'
  /** A value that a record names is not in the bucket, or may not be read. */
  | 'value-missing'
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

/** Runs a request to AWS; what it throws is translated, `place` being what it was about. */
export async function translated<Result>(place: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof AwsStateError) throw error;
    const meaning = meaningOf(error, namesOf(error));
    if (meaning === undefined) throw error;
    throw new AwsStateError(meaning.code, place, meaning.found, meaning.remedy, meaning.cause);
  }
}

/** Every name that the error and its causes go by. */
export function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const codes = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [error.name, ...codes, ...namesOf(error.cause)];
}
