/** From what a command or the state threw to what the page is answered: the words of the command line, and a status. */
import type { FailedStatus } from '../../console/api.ts';
import { FailedRequest } from '../../console/failed-request.ts';
import { type Failure, failureOf } from '../failures.ts';

/** Not now, but once somebody else is done, or what somebody else did was seen. */
const busy = new Set(['state-in-use', 'record-busy', 'chosen-since', 'stopped']);

/** The state as such, not what was asked for. */
const unreachable = /^(state-|disk-|region-missing|stack-missing)/;

function statusOf({ code, message }: Failure): FailedStatus {
  if (busy.has(code)) return 409;
  return unreachable.test(code) && message !== '' ? 503 : 400;
}

/** `tell`: what helps to find a mistake of this program goes to whoever started the console. */
export const failedBy =
  (tell: (error: unknown) => void) =>
  (error: unknown): FailedRequest => {
    if (error instanceof FailedRequest) return error;
    const failure = failureOf(error);
    if (failure !== undefined) return new FailedRequest(statusOf(failure), failure.code, failure.message);
    tell(error);
    return new FailedRequest(
      500,
      'unexpected',
      'this should not happen; what was done so far is kept. The terminal in which the console runs says more',
    );
  };
