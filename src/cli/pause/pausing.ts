/**
 * `serversync pause` and `resume`: what is neither read nor written for a while. Both are stored, also while a run, a watch or
 * functions are at work: whoever works there stops behind the page or the batch that it is at.
 */
import { maintenanceOf, Standstills } from '../../composition/paused-places.ts';
import { systemClock } from '../../composition/system-clock.ts';
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import { activePauses, type PauseList, type PauseScope, resumed, withPause } from '../../core/pause.ts';
import type { Control } from '../../ports/control.ts';
import { refuseUnknown } from '../chosen.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openBeside, type OpenedState, type StatePlace } from '../opened-state.ts';
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
  return opened(options, async ({ control }) => {
    const at = systemClock.now();
    const until = options.until === undefined ? undefined : untilOf(options.until, at);
    const pause = { ...scope, at, ...(until !== undefined && { until }) };
    await stored(control, (list) => withPause(list, pause));
    output.line(`paused: ${scopeWords(scope)}, ${untilWords(until)}`);
    for (const line of wrapped(atWork, '    ')) output.line(line);
    output.line(`    to go on: serversync resume${scopeOptions(scope)}${of}`);
    output.json(() => ({ exitCode: exitCodes.inStep, paused: pause }));
    return exitCodes.inStep;
  });
}

/** Throws as the other does, and Refused where nothing of it is paused. */
export function resumeCommand(options: PausingOptions): Promise<ExitCode> {
  const { output, scope, stack } = options;
  return opened(options, async ({ control }, configuration) => {
    const before = await control.pauses();
    const now = systemClock.now();
    const after = await stored(control, (list) => resumed(list, scope, now));
    if (after === undefined) throw new Refused('not-paused', nothingOf(scope, before, now));
    const when = stack === undefined ? 'with the next run, or now in a watch' : 'within minutes';
    output.line(`resumed: ${scopeWords(scope)} goes on ${when}`);
    const still = stillThere(configuration, after, scope, now);
    for (const line of still) output.line(line);
    output.json(() => ({ exitCode: exitCodes.inStep, resumed: scope, paused: activePauses(after, now) }));
    return exitCodes.inStep;
  });
}

function nothingOf(scope: PauseScope, list: PauseList | undefined, now: number): string {
  const active = activePauses(list, now).map((one) => `${scopeWords(one)} (${untilWords(one.until)})`);
  const found = active.length === 0 ? 'nothing is paused now' : `paused now: ${active.join(', ')}`;
  return `nothing that was paused as ${scopeWords(scope)} can be resumed: ${found}`;
}

/** What holds on, by a pause of more than was named, or by a window of maintenance. */
function stillThere(
  configuration: Configuration,
  list: PauseList,
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
  work: (state: OpenedState, configuration: Configuration) => Promise<Result>,
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
