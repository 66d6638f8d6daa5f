/** What an answer says of the load of a server: how long it took, of which kind, and whether the server would not have it. */
import type { EpochMs } from '../../core/names.ts';
import type { Answer } from './answer.ts';
import { meaningOf } from './codes.ts';
import type { Heard } from './pace.ts';
import type { Standing } from './standing.ts';
import type { HttpRequest } from './transport.ts';

export type Load = {
  /** How many requests were under way when it was sent, itself included. */
  readonly inFlight: number;
  /** How many are under way now, itself included. */
  readonly underWay: () => number;
  /** As many are under way now as may be. */
  readonly isFull: () => boolean;
};

/** Undefined: nothing was asked of the server. */
export function heardOf(
  request: Pick<HttpRequest, 'method' | 'path' | 'body'>,
  answer: Answer,
  { inFlight, underWay, isFull }: Load,
  { sentAt, at }: { readonly sentAt: EpochMs; readonly at: EpochMs },
  standing: Pick<Standing, 'delayed'>,
): Heard | undefined {
  if (answer.kind === 'late' || answer.kind === 'untrusted') return undefined;
  const [inFlightAfter, outcome] = [underWay(), outcomeOf(answer)];
  const told = { inFlight, inFlightAfter, isFull: isFull(), sentAt, at, outcome };
  if (answer.kind !== 'envelope') return { kind: '', ms: at - sentAt, isDelayed: false, ...told };
  const { http } = answer;
  const kind = kindOf(request, http.text.length);
  const isDelayed = standing.delayed(http.sentAt, http.answeredAt);
  return { kind, ms: http.answeredAt - http.sentAt, isDelayed, ...told };
}

/** No answer, and the server's own 5xx, are a server in trouble; every error of FileMaker comes with HTTP 500, so there the code counts. */
function outcomeOf(answer: Answer): Heard['outcome'] {
  switch (answer.kind) {
    case 'envelope':
      return outcomes[meaningOf(answer.code).class] ?? 'done';
    case 'unreadable':
      return answer.status >= 500 || answer.status === 429 ? 'refused' : 'done';
    default:
      return 'refused';
  }
}

const outcomes: Readonly<Partial<Record<ReturnType<typeof meaningOf>['class'], Heard['outcome']>>> = {
  again: 'refused',
  againUnlessWrite: 'refused',
  full: 'refused',
  locked: 'locked',
};

/** The same thing asked of the same layout, with as much sent and answered, by powers of two. */
function kindOf(
  { method, path, body = '' }: Pick<HttpRequest, 'method' | 'path' | 'body'>,
  answered: number,
): string {
  const [address = ''] = path.split('?');
  const layout = address.replace(/\/\d+$|\([^)]*\)$/, '/');
  return `${method} ${layout} ${powerOf(body.length)} ${powerOf(answered)}`;
}

const powerOf = (length: number): number => Math.ceil(Math.log2(length + 1));
