/**
 * `serversync halts`, `approve`, `put-back`, `dismiss`: what waits for a person, and a person's answers. An answer is for
 * exactly what was shown, and counts once. It is stored here and carried out by whoever sweeps that server next.
 */
import { dataOfServers } from '../composition/data-use.ts';
import { haltedIn, type HaltedPlace } from '../composition/overview.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import { didYouMean } from '../config/suggest.ts';
import type { HaltAnswer } from '../core/halt.ts';
import { stoppedLines, stoppedOf } from './data-lines.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { noteAct } from './note-act.ts';
import {
  type ChangingState,
  type OpenedState,
  openToChange,
  openToRead,
  type StatePlace,
} from './opened-state.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { haltedLines, unfitWords } from './halt-words.ts';

export type HaltsOptions = StatePlace & {
  readonly output: Output;
  /** One of them, with the keys of some records. */
  readonly id: string | undefined;
};

export async function haltsCommand(options: HaltsOptions): Promise<ExitCode> {
  const { output, stack, id } = options;
  return opened(options, openToRead, async (state, configuration) => {
    const halted = await haltedIn(configuration, state.control);
    const shown = id === undefined ? halted : [found(halted, id)];
    const sends = await dataOfServers(configuration, state.control, systemClock.now());
    const stopped = id === undefined ? stoppedOf(sends.map((data) => ({ server: data.server, data }))) : [];
    if (shown.length + stopped.length === 0) output.line('nothing is halted');
    const examples = id === undefined ? [] : await examplesOf(state, shown);
    for (const one of shown) for (const line of haltedLines(one, stack)) output.line(line);
    if (examples.length > 0) output.line('some of the records:');
    for (const key of examples) output.line(`    ${key}`);
    for (const line of stoppedLines(stopped)) output.line(line);
    const exitCode = shown.length + stopped.length === 0 ? exitCodes.inStep : exitCodes.incomplete;
    output.json(() => ({ exitCode, halted: shown, stopped, ...(id !== undefined && { examples }) }));
    return exitCode;
  });
}

async function examplesOf(
  { control }: OpenedState,
  shown: readonly HaltedPlace[],
): Promise<readonly string[]> {
  const halts = await Promise.all(shown.map(({ table, server }) => control.halt(table, server)));
  return halts.flatMap((halt) => halt?.examples ?? []);
}

export type AnswerOptions = StatePlace & {
  readonly output: Output;
  readonly id: string;
  readonly what: HaltAnswer['what'];
};

const done = {
  approve: 'approved: what was shown is carried out',
  'put-back': 'to be put back: the records are made again on this server',
  dismiss: 'dismissed: it is looked at anew',
} as const;

/** Of anything but a first meeting. Throws Refused where there is no such halt, or it cannot be answered so. */
export async function answerCommand(options: AnswerOptions): Promise<ExitCode> {
  const { output, id, what, stack } = options;
  return opened(options, openToChange, async (state: ChangingState, configuration) => {
    const { control } = state;
    const place = found(await haltedIn(configuration, control), id);
    const halt = await control.halt(place.table, place.server);
    if (halt === undefined || halt.id !== id) throw new Refused('not-halted', onlyApproved(place));
    if (halt.answer)
      throw new Refused(
        'not-halted',
        `${id} was answered already (${halt.answer.what}): it is being carried out`,
      );
    refuseUnfit(place, what, stack);
    const answered = { ...halt, rev: halt.rev + 1, answer: { what, at: systemClock.now() } };
    if (!(await control.putHalt(answered))) throw new Refused('not-halted', `${id} was answered just now`);
    await noteAct(state, { what, table: halt.table, server: halt.server, about: id, how: halt.kind });
    const when = stack === undefined ? 'with the next run' : 'within minutes';
    output.line(`${done[what]} ${when}`);
    output.json(() => ({
      exitCode: exitCodes.inStep,
      table: halt.table,
      server: halt.server,
      id,
      answer: what,
    }));
    return exitCodes.inStep;
  });
}

const onlyApproved = ({ table, server, id }: HaltedPlace): string =>
  `${table} on ${server} waits at its first meeting: serversync approve ${id} lets it go on, or mend its keys`;

/** What makes no sense to this halt, or on a server with that role. */
function refuseUnfit(place: HaltedPlace, what: HaltAnswer['what'], stack: string | undefined): void {
  if (place.answers.includes(what)) return;
  const [, ...ways] = haltedLines(place, stack);
  const why = `${place.id} cannot be answered with ${what}: ${unfitWords(place, what)}`;
  throw new Refused('not-halted', [why, ...ways].join('\n'));
}

function found(halted: readonly HaltedPlace[], id: string): HaltedPlace {
  const one = halted.find((each) => each.id === id.toLowerCase());
  if (one !== undefined) return one;
  const ids = halted.map((each) => each.id);
  const now =
    halted.length === 0
      ? 'nothing is halted now'
      : `halted now: ${halted.map((each) => `${each.id} (${each.table} on ${each.server})`).join(', ')}`;
  throw new Refused('not-halted', `there is no halt ${id}: ${didYouMean(id, ids)}${now}`);
}

async function opened<State extends OpenedState, Result>(
  options: StatePlace,
  open: (place: StatePlace) => Promise<State>,
  work: (state: State, configuration: Configuration) => Promise<Result>,
): Promise<Result> {
  const configuration = await loadConfiguration(options.configFile);
  const state = await open(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    return await work(state, configuration);
  } finally {
    state.close();
  }
}

/** The halted place with this id, if there is one. */
export async function haltedPlaceOf(options: StatePlace, name: string): Promise<HaltedPlace | undefined> {
  return opened(options, openToRead, async ({ control }, configuration) => {
    const halted = await haltedIn(configuration, control);
    return halted.find(({ id }) => id === name.toLowerCase());
  });
}
