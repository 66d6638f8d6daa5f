/** What a person does on the page: the commands of the same names, one after another, and then what is so. */
import type { AnswerBody } from '../../console/api/halts.ts';
import type { PutBackBody } from '../../console/api/history.ts';
import type { ResolveBody, UndoBody } from '../../console/api/conflicts.ts';
import type { ParkedBody } from '../../console/api/parked.ts';
import type { PauseBody, ResumeBody } from '../../console/api/pauses.ts';
import { FailedRequest } from '../../console/failed-request.ts';
import { approveByName } from '../approve-by-name.ts';
import { chosenOf } from '../chosen.ts';
import { type ChooseOptions, chooseCommand } from '../conflicts/choosing.ts';
import { answerCommand } from '../halts-command.ts';
import { putBackCommand } from '../history/putting-back.ts';
import type { StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { parkedRetryCommand } from '../parked-retry-command.ts';
import { pauseCommand, resumeCommand } from '../pause/pausing.ts';
import { capturing } from './captured.ts';

type Command = (place: StatePlace & { readonly output: Output }) => Promise<unknown>;

/** Each throws what its command throws, and gives what it says. */
export class Acts {
  readonly #place: StatePlace;
  /** The state of this machine is changed by one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(place: StatePlace) {
    this.#place = place;
  }

  resolve({ keep, value, ...of }: ResolveBody): Promise<readonly string[]> {
    const what: ChooseOptions['what'] =
      keep === undefined ? { kind: 'value', text: value ?? '' } : { kind: 'keep', server: keep };
    return this.#choose(of, what);
  }

  undo(of: UndoBody): Promise<readonly string[]> {
    return this.#choose(of, { kind: 'undo' });
  }

  #choose(
    { id, field, force = false, ...seen }: UndoBody,
    what: ChooseOptions['what'],
  ): Promise<readonly string[]> {
    return this.#done((place) => chooseCommand({ ...place, ...seen, id, field, force, what }));
  }

  retry(selection: ParkedBody): Promise<readonly string[]> {
    return this.#done((place) => parkedRetryCommand({ ...place, ...selection }));
  }

  answer({ id, answer }: AnswerBody): Promise<readonly string[]> {
    return this.#done((place) =>
      answer === 'approve'
        ? approveByName({ ...place, signal: readingOver }, id)
        : answerCommand({ ...place, id, what: answer }),
    );
  }

  putBack({ table, key, version, dryRun = false }: PutBackBody): Promise<readonly string[]> {
    return this.#done((place) => putBackCommand({ ...place, table, key, version, dryRun }));
  }

  pause({ until, ...scope }: PauseBody): Promise<readonly string[]> {
    return this.#done((place) =>
      pauseCommand({ ...place, scope: chosenOf(scope), ...(until !== undefined && { until }) }),
    );
  }

  resume(scope: ResumeBody): Promise<readonly string[]> {
    return this.#done((place) => resumeCommand({ ...place, scope: chosenOf(scope), afterMigration: false }));
  }

  #done(command: Command): Promise<readonly string[]> {
    const { output, lines } = capturing();
    const done = this.#last.then(() => command({ ...this.#place, output }));
    this.#last = done.catch(() => undefined);
    return done.then(() => lines);
  }
}

/** Of a stack: for how long the page waits for the end of a reading, ms. */
const waitMs = 20_000;

function readingOver(): AbortSignal {
  const over = new AbortController();
  const busy =
    'the server is being read now, which takes minutes where there is much: nothing was approved, try it again';
  setTimeout(() => over.abort(new FailedRequest(409, 'being-read', busy)), waitMs).unref();
  return over.signal;
}
