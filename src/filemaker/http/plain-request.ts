/** A request that waits for no turn, repeated while what fails may pass. */
import type { Answer, AnswerOf, Envelope } from './answer.ts';
import { meaningOf } from './codes.ts';
import { codeFailure, noAnswer, notFileMaker, type Place, untrusted } from './failures.ts';
import { again, type Attempt, done, persist, type Waiting } from './retry.ts';
import type { HttpRequest, Transport } from './transport.ts';

export type PlainSender = {
  readonly place: Place;
  readonly transport: Transport;
  readonly waiting: Waiting;
  readonly answerOf: AnswerOf;
};

/** The answer, whose code is '0'. */
export const sendPlain = (
  { place, transport, waiting, answerOf }: PlainSender,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Envelope> =>
  persist(waiting, signal, async () => judge(place, answerOf(await transport.send(request, signal))));

function judge(place: Place, answer: Answer): Attempt<Envelope> {
  if (answer.kind === 'untrusted') throw untrusted(place, answer.reason);
  if (answer.kind === 'envelope') {
    if (answer.code === '0') return done(answer);
    if (isPassing(answer.code)) return again((tries) => codeFailure(place, answer, tries));
    throw codeFailure(place, answer);
  }
  // The web server in front answers 5xx itself while the engine behind it is down.
  if (answer.kind === 'unreadable' && answer.status < 500) throw notFileMaker(place, answer.reason);
  return again((tries) => noAnswer(place, answer, tries));
}

export const isPassing = (code: string): boolean =>
  ['again', 'againUnlessWrite', 'full', 'locked'].includes(meaningOf(code).class);
