/** What the answer to a write says of the record. */
import type { RecordId } from '../../core/names.ts';
import type { WriteOutcome } from '../../ports/server.ts';
import { digitsAt, type Envelope } from './answer.ts';
import { meaningOf } from './codes.ts';
import type { WriteAnswer } from './requests.ts';

/** `recordId` of an update; a create's is in its answer. */
export function outcomeOf(answer: WriteAnswer, recordId: RecordId | undefined): WriteOutcome {
  if (typeof answer === 'string') return { kind: answer };
  if (answer.kind === 'turned-away') return turnedAway(answer.status);
  if (answer.code === '0') return written(answer, recordId);
  return notWritten(answer.code);
}

/** The answer to a delete, which holds nothing but its code. */
export function removalOf(answer: WriteAnswer): WriteOutcome {
  if (typeof answer === 'string') return { kind: answer };
  if (answer.kind === 'turned-away') return turnedAway(answer.status);
  return answer.code === '0' ? { kind: 'removed' } : notWritten(answer.code);
}

const turnedAway = (status: number): WriteOutcome => ({
  kind: 'refused',
  code: `http-${status}`,
  reason:
    status === 413
      ? 'the web server before FileMaker takes no request of this size: raise its limit'
      : 'the web server before FileMaker did not pass the request on: look into its log, and that of any proxy or firewall',
});

function written({ response }: Envelope, updated: RecordId | undefined): WriteOutcome {
  const recordId = updated ?? digitsAt(response, 'recordId');
  const modId = digitsAt(response, 'modId');
  if (recordId === undefined || modId === undefined) return { kind: 'unknown' };
  return { kind: 'written', recordId, modId: Number(modId) };
}

function notWritten(code: string): WriteOutcome {
  const meaning = meaningOf(code);
  switch (meaning.class) {
    case 'moved':
      return { kind: 'moved' };
    case 'missing':
      return { kind: 'missing' };
    case 'locked':
      return { kind: 'locked', code };
    default:
      return { kind: 'refused', code, reason: meaning.advice };
  }
}
