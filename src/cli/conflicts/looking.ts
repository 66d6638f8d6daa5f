/** `serversync conflicts list` and `show`: what was decided, what waits, and both values of each. Asks no server. */
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import { didYouMean } from '../../config/suggest.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { type OpenedState, openToRead, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { count } from '../../composition/words.ts';
import { conflictsNamed, foundAmong, listed } from './found.ts';
import { jsonOf, listLines, showLines } from './lines.ts';

export type ListOptions = StatePlace & {
  readonly output: Output;
  readonly table: string | undefined;
  readonly held: boolean;
  readonly limit: number;
};

/** Throws what opening the state throws, and Refused. */
export async function listConflictsCommand(options: ListOptions): Promise<ExitCode> {
  const { output, table, held, limit } = options;
  return withState(options, async (state, tables) => {
    if (table !== undefined && !tables.includes(table))
      throw new Refused(
        'no-conflict',
        `there is no table ${table} in the configuration. ${didYouMean(table, tables)}`,
      );
    const found = await listed(state, limit, { held, ...(table !== undefined && { table }) });
    for (const line of listLines(found)) output.line(line);
    if (found.length === 0) output.line(held ? 'no conflict is held' : 'no conflict is kept');
    if (found.length === limit)
      output.line(`at most ${count(limit, 'conflict')} shown, latest first (--limit shows more)`);
    output.json(() => ({ exitCode: exitCodes.inStep, conflicts: found.map(jsonOf) }));
    return exitCodes.inStep;
  });
}

export type ShowOptions = StatePlace & { readonly output: Output; readonly id: string };

export async function showConflictCommand(options: ShowOptions): Promise<ExitCode> {
  const { output, id, stack } = options;
  return withState(options, async (state) => {
    const found = await foundAmong(state, await conflictsNamed(state.control, id));
    for (const line of showLines(found, commandsFor(stack))) output.line(line);
    output.json(() => ({ exitCode: exitCodes.inStep, conflicts: found.map(jsonOf) }));
    return exitCodes.inStep;
  });
}

/** A command of the same state. */
export const commandsFor =
  (stack: string | undefined) =>
  (words: string): string =>
    `serversync ${words}${stack === undefined ? '' : ` --stack ${stack}`}`;

async function withState(
  place: StatePlace,
  work: (state: OpenedState, tables: readonly string[]) => Promise<ExitCode>,
): Promise<ExitCode> {
  const configuration = await loadConfiguration(place.configFile);
  const state = await openToRead(place);
  try {
    await state.checkIdentity(identityOf(configuration));
    return await work(
      state,
      configuration.tables.map(({ name }) => name),
    );
  } finally {
    state.close();
  }
}
