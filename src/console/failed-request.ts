import type { FailedStatus } from './api.ts';

/** A request that is not answered as it was asked: what goes back in its place. The message holds no value of a record. */
export class FailedRequest extends Error {
  readonly status: FailedStatus;
  readonly code: string;

  constructor(status: FailedStatus, code: string, message: string) {
    super(message);
    this.name = 'FailedRequest';
    this.status = status;
    this.code = code;
  }
}
