/**
 * `serversync pause` and `resume`: what is neither read nor written for a while. Both are stored, also while a run, a watch or
 * functions are at work: whoever works there stops behind the page or the batch that it is at.
 */
import { maintenanceOf, Standstills } from '../../composition/paused-places.ts';
import { systemClock } from '../../composition/system-clock.ts';
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import { maintenanceNow } from '../../core/maintenance.ts';
import { activePauses, type PauseList, type PauseScope, resumed, withPause } from '../../core/pause.ts';
import type { Halt } from '../../core/halt.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import { askForRemap, obstacleTo } from '../../engine/migration.ts';
import type { Control } from '../../ports/control.ts';
import { refuseUnknown } from '../chosen.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { noteAct } from '../note-act.ts';
import { openBeside, type ChangingState, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { untilOf } from '../until.ts';
import { wrapped } from '../wrapped.ts';
import { scopeOptions, scopeWords, untilWords } from './lines.ts';

export type PausingOptions = StatePlace & { readonly output: Output; readonly scope: PauseScope };

const atWork = 'whoever works there now stops behind the page or the batch that it is at; what waits is kept';

/** Throws Refused, ConfigurationError, StateFileError or AwsStateError. Pausing the same again sets its end anew. */
export function pauseCommand(options: PausingOptions & { readonly until?: string }): Promise<ExitCode> {
  const { output, scope, stack } = options;
  const of = stack === undefined ? '' : ` --stack ${stack}`;
  return opened(options, async ({ control, operator, actsMs }) => {
    const at = systemClock.now();
    const until = options.until === undefined ? undefined : untilOf(options.until, at);
    const pause = { ...scope, at, ...(until !== undefined && { until }) };
    await stored(control, (list) => withPause(list, pause));
    await noteAct({ control, operator, actsMs }, { what: 'pause', ...scope, how: untilWords(until) });
    output.line(`paused: ${scopeWords(scope)}, ${untilWords(until)}`);
    for (const line of wrapped(atWork, '    ')) output.line(line);
    output.line(`    to go on: serversync resume${scopeOptions(scope)}${of}`);
    output.json(() => ({ exitCode: exitCodes.inStep, paused: pause }));
    return exitCodes.inStep;
  });
}

/** Throws as the other does, and Refused where nothing of it is paused. */
export function resumeCommand(
  options: PausingOptions & { readonly afterMigration: boolean },
): Promise<ExitCode> {
  const { output, scope, stack, afterMigration } = options;
  return opened(options, async ({ control, operator, actsMs }, configuration) => {
    const before = await control.pauses();
    const now = systemClock.now();
    if (resumed(before, scope, now) === undefined)
      throw new Refused('not-paused', nothingOf(scope, before, now, configuration));
    // Before the pause ends: nothing is read there until the rows are paired.
    const remapped = afterMigration ? await askedFor(control, configuration, scope, now) : [];
    const after = await stored(control, (list) => resumed(list, scope, now) ?? list);
    const how = afterMigration ? { how: 'after a migration' } : {};
    await noteAct({ control, operator, actsMs }, { what: 'resume', ...scope, ...how });
    const when = stack === undefined ? 'with the next run, or now in a watch' : 'within minutes';
    output.line(`resumed: ${scopeWords(scope)} goes on ${when}`);
    for (const one of remapped)
      output.line(
        `    ${scopeWords(one)}: its rows are paired by key before anything else is read or written there`,
      );
    const still = stillThere(configuration, after, scope, now);
    for (const line of still) output.line(line);
    const paused = activePauses(after, now);
    const asked = afterMigration ? { remapped } : {};
    output.json(() => ({ exitCode: exitCodes.inStep, resumed: scope, ...asked, paused }));
    return exitCodes.inStep;
  });
}

type At = { readonly table: TableName; readonly server: ServerName };

/** Where rows are to be paired. All or none: throws Refused where one waits for an answer that has to come first. */
async function askedFor(
  control: Control,
  { tables }: Configuration,
  { table, server }: PauseScope,
  now: number,
): Promise<readonly At[]> {
  const places = tables
    .flatMap(({ name, links }) => links.map((link): At => ({ table: name, server: link.server })))
    .filter((one) => one.table === (table ?? one.table) && one.server === (server ?? one.server));
  const obstacles = await Promise.all(places.map((one) => obstacleTo(control, one.table, one.server)));
  const [first] = obstacles.flatMap((one) => (typeof one === 'string' ? [] : one));
  if (first !== undefined) throw new Refused('not-paused', toAnswer(first));
  const met = places.filter((_, at) => obstacles[at] === 'asked');
  for (const one of met) {
    const asked = await askForRemap(control, one.table, one.server, now);
    if (typeof asked !== 'string') throw new Refused('not-paused', toAnswer(asked));
  }
  return met;
}

const toAnswer = ({ table, server, id, kind }: Halt): string =>
  `${table} on ${server} is halted (${kind}): answer that first, it is about the former file. serversync halts ${id} shows the ways out`;

function nothingOf(
  scope: PauseScope,
  list: PauseList | undefined,
  now: number,
  configuration: Configuration,
): string {
  const active = activePauses(list, now).map((one) => `${scopeWords(one)} (${untilWords(one.until)})`);
  const found = active.length === 0 ? 'nothing is paused now' : `paused now: ${active.join(', ')}`;
  const windows = [...maintenanceOf(configuration)].flatMap(([server, one]) => {
    const stand = maintenanceNow(one, now);
    return stand === undefined
      ? []
      : `. ${server} is in maintenance ${untilWords(stand.until)}: that ends by itself`;
  });
  return `nothing that was paused as ${scopeWords(scope)} can be resumed: ${found}${windows.join('')}`;
}

/** What holds on, by a pause of more than was named, or by a window of maintenance. */
function stillThere(
  configuration: Configuration,
  list: PauseList | undefined,
  { table, server }: PauseScope,
  now: number,
): readonly string[] {
  const stands = new Standstills(configuration, list, now);
  const places = configuration.tables.flatMap(({ name, links }) =>
    links.flatMap((link) => {
      const isOf = (table ?? name) === name && (server ?? link.server) === link.server;
      const stand = isOf ? stands.at(name, link.server) : undefined;
      return stand === undefined ? [] : { ...stand, of: scopeWords({ table: name, server: link.server }) };
    }),
  );
  const windows = maintenanceOf(configuration).size > 0 ? ', or by a window of maintenance' : '';
  return places.map(
    ({ of, why, until }) =>
      `still ${why === 'pause' ? `paused by another pause${windows}` : 'in maintenance'}: ${of}, ${untilWords(until)}`,
  );
}

/** What is stored then; undefined where `change` has nothing to change. */
async function stored<Changed extends PauseList | undefined>(
  control: Pick<Control, 'pauses' | 'putPauses'>,
  change: (list: PauseList | undefined) => Changed,
): Promise<Changed> {
  for (;;) {
    const next = change(await control.pauses());
    if (next === undefined || (await control.putPauses(next))) return next;
  }
}

async function opened<Result>(
  options: PausingOptions,
  work: (state: ChangingState, configuration: Configuration) => Promise<Result>,
): Promise<Result> {
  const configuration = await loadConfiguration(options.configFile);
  refuseUnknown(configuration, options.scope);
  const state = await openBeside(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    return await work(state, configuration);
  } finally {
    state.close();
  }
}
