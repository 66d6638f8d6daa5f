/** What the answer to a write says of the record. */
import { refusalOf, wordsOf } from '../../core/refusals.ts';
import type { FieldName, RecordId } from '../../core/names.ts';
import type { WriteOutcome } from '../../ports/server.ts';
import { digitsAt, type Envelope } from './answer.ts';
import { meaningOf } from './codes.ts';
import type { WriteAnswer } from './requests.ts';

/** The server's own names of the fields, by the configured one. */
export type FieldNames = Readonly<Record<FieldName, string>>;

/** `recordId` of an update; a create's is in its answer. */
export function outcomeOf(
  answer: WriteAnswer,
  recordId: RecordId | undefined,
  names: FieldNames,
): WriteOutcome {
  if (typeof answer === 'string') return { kind: answer };
  if (answer.kind === 'turned-away') return turnedAway(answer.status);
  if (answer.code === '0') return written(answer, recordId);
  return notWritten(answer, names);
}

/** The answer to a delete, which holds nothing but its code. */
export function removalOf(answer: WriteAnswer): WriteOutcome {
  if (typeof answer === 'string') return { kind: answer };
  if (answer.kind === 'turned-away') return turnedAway(answer.status);
  return answer.code === '0' ? { kind: 'removed' } : notWritten(answer, {});
}

export const turnedAway = (status: number): WriteOutcome => ({
  kind: 'refused',
  code: `http-${status}`,
  reason: wordsOf(refusalOf(`http-${status}`)),
});

function written({ response }: Envelope, updated: RecordId | undefined): WriteOutcome {
  const recordId = updated ?? digitsAt(response, 'recordId');
  const modId = digitsAt(response, 'modId');
  if (recordId === undefined || modId === undefined) return { kind: 'unknown' };
  return { kind: 'written', recordId, modId: Number(modId) };
}

export function notWritten(
  { code, message }: Pick<Envelope, 'code' | 'message'>,
  names: FieldNames,
): WriteOutcome {
  const meaning = meaningOf(code);
  switch (meaning.class) {
    case 'moved':
      return { kind: 'moved' };
    case 'missing':
      return { kind: 'missing' };
    case 'locked':
      return { kind: 'locked', code };
    default: {
      const field = namedField(message, names);
      return { kind: 'refused', code, reason: meaning.advice, ...(field !== undefined && { field }) };
    }
  }
}

/**
 * The one field that the message has in quotation marks. Of the message nothing else is kept: it may quote the record. That a
 * server names the field there is assumed; most do not.
 */
function namedField(message: string, names: FieldNames): FieldName | undefined {
  const quoted = new Set([...message.matchAll(/["'“‘«]([^"'”’»]+)["'”’»]/gu)].map(([, name]) => name));
  const named = Object.entries(names).filter(([, name]) => quoted.has(name));
  return named.length === 1 ? named[0]?.[0] : undefined;
}
