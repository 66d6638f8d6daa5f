/**
 * `serversync forget --server S` and `--table T`: ends what is kept of what the configuration does not name any more. What is
 * in it is refused, with the way.
 */
import { createInterface } from 'node:readline/promises';
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import { isConfiguredIn } from '../../composition/engine-of.ts';
import type { PlaceName } from '../../engine/engine.ts';
import { type Forgotten, forgetServer, forgetTable } from '../../engine/forget.ts';
import { knownPlaces } from '../../engine/leave.ts';
import type { Chosen } from '../../engine/run.ts';
import { isChosen } from '../chosen.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { type OpenedState, openToChange, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { count } from '../../composition/words.ts';

export type ForgetOptions = StatePlace & {
  readonly output: Output;
  readonly chosen: Chosen;
  /** Nobody is asked. */
  readonly yes: boolean;
};

/** Throws Refused, ConfigurationError, StateFileError or AwsStateError. */
export async function forgetServerCommand(options: ForgetOptions): Promise<ExitCode> {
  const { output, chosen } = options;
  const configuration = await loadConfiguration(options.configFile);
  refuseConfigured(configuration, chosen);
  const state = await openToChange(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    await state.bindRecords?.();
    const places = await keptPlaces(configuration, state, chosen);
    if (!options.yes) await ask(await sizes(state, places), chosen);
    const forgotten = await forget(state, chosen, places);
    state.overwriteRemoved?.();
    for (const line of linesOf(forgotten, chosen)) output.line(line);
    output.json(() => ({ exitCode: exitCodes.inStep, ...chosen, ...forgotten }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

const nameOf = ({ table, server }: Chosen): string =>
  table === undefined
    ? `server ${server}`
    : server === undefined
      ? `table ${table}`
      : `table ${table} on server ${server}`;

const isNamed = (all: readonly { readonly name: string }[], wanted: string | undefined): boolean =>
  all.some(({ name }) => name === wanted);

function refuseConfigured(configuration: Configuration, chosen: Chosen): void {
  const { table, server } = chosen;
  const named =
    table !== undefined && server !== undefined
      ? isConfiguredIn(configuration)({ table, server })
      : isNamed(configuration.servers, server) || isNamed(configuration.tables, table);
  if (!named) return;
  throw new Refused(
    'still-configured',
    `${nameOf(chosen)} is in the configuration, so what is known of it is needed. Take it out there, let a run ` +
      '(on AWS a deployment) close what waits for it, then forget it',
  );
}

/** Throws Refused where nothing is kept. */
async function keptPlaces(
  configuration: Configuration,
  { control }: OpenedState,
  chosen: Chosen,
): Promise<readonly PlaceName[]> {
  const isConfigured = isConfiguredIn(configuration);
  const left = (await knownPlaces(control)).filter((place) => !isConfigured(place));
  const places = left.filter((place) => isChosen(chosen, place));
  if (places.length > 0) return places;
  const others = left.map(({ table, server }) => `${table} on ${server}`);
  const kept = others.length === 0 ? 'Nothing else is, either' : `What is: ${others.join(', ')}`;
  throw new Refused('unknown-name', `nothing is kept of ${nameOf(chosen)}. ${kept}`);
}

async function sizes({ records }: OpenedState, places: readonly PlaceName[]): Promise<readonly Forgotten[]> {
  const sized = places.map(async (place) => {
    const { replicas } = await records.count(place.table);
    return { ...place, records: replicas[place.server] ?? 0 };
  });
  return Promise.all(sized);
}

/** Throws Refused unless a person types the name again. */
async function ask(places: readonly Forgotten[], chosen: Chosen): Promise<void> {
  const name = nameOf(chosen);
  if (!process.stdin.isTTY) throw unconfirmed(`to forget ${name} without being asked, say --yes`);
  const typed = chosen.server ?? chosen.table ?? '';
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (const line of placeLines(places)) process.stderr.write(`${line}\n`);
    const answer = await reader.question(`Forget ${name} for good? Type ${typed} to do it: `);
    if (answer.trim() !== typed) throw unconfirmed('that is another name');
  } finally {
    reader.close();
  }
}

const unconfirmed = (why: string): Refused => new Refused('not-confirmed', `${why}; nothing was forgotten`);

type Done = { readonly places: readonly Forgotten[]; readonly records?: number };

async function forget(state: OpenedState, chosen: Chosen, places: readonly PlaceName[]): Promise<Done> {
  const { table, server } = chosen;
  if (server !== undefined) return { places: await forgetServer(state, server, places, table === undefined) };
  const servers = places.map((place) => place.server);
  const known = await sizes(state, places);
  return { places: known, records: await forgetTable(state, table ?? '', servers) };
}

const placeLines = (places: readonly Forgotten[]): readonly string[] =>
  places.map(({ table, server, records }) => `    ${table} on ${server}: ${count(records, 'record')}`);

function linesOf({ places, records }: Done, chosen: Chosen): readonly string[] {
  const what =
    chosen.server === undefined
      ? `, with ${count(records ?? 0, 'record')}, their histories and what was kept of conflicts`
      : '';
  return [
    `forgotten: ${nameOf(chosen)}${what}. No server was asked or changed.`,
    'What was known there:',
    ...placeLines(places),
    ...(chosen.table === undefined ? ['The name may be used for another server from now on.'] : []),
  ];
}
