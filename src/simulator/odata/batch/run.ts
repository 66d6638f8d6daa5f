/**
 * `$batch`: many operations in one request, multipart only.
 *
 *   After an operation that fails the answer ends, and what comes after it is not done (recorded), unless the request prefers to go on.
 *   Of a change set either all operations are done or none (documented; `rollsBack`).
 *
 * Each operation takes the time of its kind, and troubles strike it by its kind; one that breaks the connection breaks that of the batch,
 * with what was done before it done.
 */
import { FileMakerFailure } from '../../failure.ts';
import type { Answer } from '../../http/answer.ts';
import { after, before, reset, spend, taken, type Outcome } from '../../http/disturbed.ts';
import { refusedAnswer } from '../answers.ts';
import type { ODataExchange, ODataRoute } from '../exchange.ts';
import { unsupported } from '../faults.ts';
import { atomically } from '../write.ts';
import { batchAnswer, type Answered } from './answer.ts';
import { prepare, type Prepared } from './operation.ts';
import { isChangeSet, parseBatch, type Operation } from './parse.ts';

export const batchRoutes: readonly ODataRoute[] = [
  { kind: 'batch', method: 'POST', path: ':database/$batch', scope: 'database', handle: batch },
];

/** The connection breaks, or a web server's page comes instead of the answer. */
class Broken extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('the batch has no answer');
    this.outcome = outcome;
  }
}

async function batch(exchange: ODataExchange): Promise<Outcome> {
  try {
    const { nestedAnswers = true } = exchange.simulation.options.odata?.batch ?? {};
    return batchAnswer(await answeredParts(exchange), nestedAnswers);
  } catch (error) {
    if (error instanceof Broken) return error.outcome;
    throw error;
  }
}

async function answeredParts(exchange: ODataExchange): Promise<readonly Answered[]> {
  const answered: Answered[] = [];
  for (const part of parseBatch(exchange.body, exchange.headers['content-type'])) {
    const answer = isChangeSet(part) ? await changeSet(exchange, part) : await single(exchange, part);
    answered.push(answer);
    if ([answer].flat().some(isRefused) && !goesOn(exchange)) break;
  }
  return answered;
}

const isRefused = ({ status }: Answer): boolean => status >= 400;

function goesOn({ simulation, form }: ODataExchange): boolean {
  const { stopsOnError = true, continueOnError = true } = simulation.options.odata?.batch ?? {};
  return !stopsOnError || (continueOnError && form.prefer.continueOnError);
}

/** Throws Broken for what is no answer to an operation. */
function whole(outcome: Outcome): Answer {
  if (outcome === reset || outcome.code === 'html') throw new Broken(outcome);
  return outcome;
}

async function single(exchange: ODataExchange, operation: Operation): Promise<Answer> {
  try {
    const { disturbance, work } = prepare(exchange, operation);
    return whole(await taken(disturbance, work));
  } catch (error) {
    return refusal(exchange, error);
  }
}

/** Throws what is no refusal. */
function refusal({ form, simulation }: ODataExchange, error: unknown): Answer {
  if (error instanceof FileMakerFailure) return refusedAnswer(error, form, simulation.options);
  throw error;
}

type Done = { readonly prepared: Prepared; readonly answer: Answer };

/** A set that was undone has one answer, that of the operation which failed. */
class Undone extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('an operation of the change set failed');
    this.answer = answer;
  }
}

/** Time is spent before the work, so that nothing comes between the operations of a set. */
async function changeSet(exchange: ODataExchange, operations: readonly Operation[]): Promise<Answered> {
  const { rollsBack = true } = exchange.simulation.options.odata?.batch ?? {};
  const begun: (Prepared | Answer)[] = [];
  for (const operation of operations) {
    const one = await begin(exchange, operation);
    begun.push(one);
    if ('status' in one) break;
  }
  try {
    const run = () => doneInTurn(exchange, begun, rollsBack);
    return await told(rollsBack ? atomically(exchange, run) : run());
  } catch (error) {
    if (error instanceof Undone) return error.answer;
    throw error;
  }
}

/** What a trouble or a false address gives the operation instead of being done is an answer. */
async function begin(exchange: ODataExchange, operation: Operation): Promise<Prepared | Answer> {
  try {
    const prepared = prepare(exchange, operation);
    await spend(prepared.disturbance);
    const early = await before(prepared.disturbance);
    return early === undefined ? prepared : whole(early);
  } catch (error) {
    return refusal(exchange, error);
  }
}

function doneInTurn(
  exchange: ODataExchange,
  begun: readonly (Prepared | Answer)[],
  rollsBack: boolean,
): readonly (Done | Answer)[] {
  const all: (Done | Answer)[] = [];
  for (const one of begun) {
    const answer = 'status' in one ? one : doneNow(exchange, one);
    if (isRefused(answer) && rollsBack) throw new Undone(answer);
    all.push('status' in one ? one : { prepared: one, answer });
    if (isRefused(answer)) break;
  }
  return all;
}

function doneNow(exchange: ODataExchange, { work }: Prepared): Answer {
  try {
    const outcome = work();
    if (outcome instanceof Promise) throw unsupported();
    return whole(outcome);
  } catch (error) {
    return refusal(exchange, error);
  }
}

async function told(all: readonly (Done | Answer)[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const one of all)
    answers.push('status' in one ? one : whole(await after(one.prepared.disturbance, one.answer)));
  return answers;
}
