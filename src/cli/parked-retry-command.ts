/**
 * `serversync parked retry`: a person mended a cause, and wants it tried before its time. The records become due; whoever
 * works with the state does the rest (engine/retry-parked.ts, engine/recheck.ts), also where one was unparked meanwhile.
 */
import { systemClock } from '../composition/system-clock.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import type { Parked } from '../core/conflict.ts';
import { isKeyless } from '../engine/park.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { noteAct } from './note-act.ts';
import { openToChange, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { type ParkedSelection, placeWords, selectedParked } from './parked-selection.ts';
import { count } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';

export type ParkedRetryOptions = StatePlace & ParkedSelection & { readonly output: Output };

/** Throws Refused, ConfigurationError, StateFileError or AwsStateError. Running it again does no harm. */
export async function parkedRetryCommand(options: ParkedRetryOptions): Promise<ExitCode> {
  const { output, stack } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToChange(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const parked = await selectedParked(state.control, configuration, options);
    const due = parked.filter((one) => !isKeyless(one));
    const retryAt = systemClock.now();
    await state.control.park(due.map((one) => ({ ...one, retryAt })));
    if (due.length > 0) await noteAct(state, { what: 'retry', ...narrowed(options), records: due.length });
    for (const line of retryLines(parked, due, options)) output.line(line);
    output.json(() => ({
      exitCode: exitCodes.inStep,
      retried: due.length,
      withoutKey: parked.length - due.length,
      ...(stack !== undefined && { stack }),
    }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

const narrowed = ({ table, server, key }: ParkedSelection) => ({
  ...(table !== undefined && { table }),
  ...(server !== undefined && { server }),
  ...(key !== undefined && { key }),
});

function retryLines(
  parked: readonly Parked[],
  due: readonly Parked[],
  { stack, ...options }: ParkedRetryOptions,
): readonly string[] {
  const place = placeWords(options);
  if (parked.length === 0) return [`nothing${place} is parked, so there is nothing to try`];
  const when = stack === undefined ? 'with the next run' : 'within two minutes';
  const keyless = parked.length - due.length;
  return [
    ...(due.length === 0 ? [] : [`tried again ${when}: ${count(due.length, 'record')}${place}`]),
    ...(keyless === 0
      ? []
      : wrapped(
          `not tried: ${count(keyless, 'record')} without a key. Give ${keyless === 1 ? 'it one: it comes' : 'them one: they come'} out when that is read`,
          '',
        )),
    ...(due.length === 0 || stack === undefined
      ? []
      : [`what is refused again: serversync parked list --stack ${stack}`]),
  ];
}
