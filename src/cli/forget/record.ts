/** `serversync forget TABLE KEY`: what is held of one record is removed from the state, for good. */
import { systemClock } from '../../composition/system-clock.ts';
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Key, TableName } from '../../core/names.ts';
import {
  forgetPast,
  forgetRecord,
  type ForgetOutcome,
  type PastForgotten,
  planForgetting,
  planForgettingPast,
  type RecordToForget,
} from '../../engine/forget-record.ts';
import { type LargeRemoved, noLarge, type Removal } from '../../ports/forgetting.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { noteAct } from '../note-act.ts';
import {
  type ChangingState,
  type OpenedState,
  openToChange,
  openToRead,
  type StatePlace,
} from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { removedFiles } from './files.ts';
import { aboutRecord, nothingHeld, pastOnly } from './nothing-held.ts';
import { tableOrLeft } from './table.ts';
import { aliveWords, keptElsewhere, outcomeLines, pastLines } from './words.ts';

export type ForgetRecordOptions = StatePlace & {
  readonly output: Output;
  readonly table: TableName;
  readonly key: Key;
  /** Only what it held before. */
  readonly past: boolean;
  /** Without it nothing is removed. */
  readonly yes: boolean;
};

/** The longest that a function of a stack works on what it read: no find that it began before is ingested after that. */
const functionsLiveMs = 900_000;

/** Throws Refused, ConfigurationError, RecordBusy, and what opening the state throws. */
export async function forgetRecordCommand(options: ForgetRecordOptions): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.configFile);
  const changing = options.yes ? await openToChange(options) : undefined;
  const state = changing ?? (await openToRead(options));
  try {
    await state.checkIdentity(identityOf(configuration));
    await changing?.bindRecords?.();
    const wanted = await wantedOf(state, configuration, options);
    return await (options.past ? forgotPast : forgotAll)(
      { ...options, configuration },
      wanted,
      state,
      changing,
    );
  } finally {
    state.close();
  }
}

type Options = ForgetRecordOptions & { readonly configuration: Configuration };

type Work = (
  options: Options,
  wanted: RecordToForget,
  state: OpenedState,
  changing: ChangingState | undefined,
) => Promise<ExitCode>;

const forgotAll: Work = async (options, wanted, state, changing) => {
  const engine = { ...state, clock: systemClock };
  const outcome = await (changing ? forgetRecord(engine, wanted) : planForgetting(engine, wanted));
  const isConfigured = wanted.servers.length > 0;
  if (outcome.kind === 'alive')
    throw new Refused('not-forgotten', aliveWords(options, outcome.servers, isConfigured));
  const files = changing && (await finish(options, changing, outcome));
  const done = outcome.kind === 'unknown' ? outcome : withFiles(outcome, files);
  const lines =
    done.kind === 'unknown'
      ? await nothingHeld(state, wanted.table, wanted.key)
      : outcomeLines(options, done);
  for (const line of lines) options.output.line(line);
  const isLeft = outcome.kind === 'bare' || (outcome.kind === 'forgotten' && changing === undefined);
  return told(options, isLeft ? exitCodes.incomplete : exitCodes.inStep, done);
};

const forgotPast: Work = async (options, wanted, state, changing) => {
  const engine = { ...state, clock: systemClock };
  const forgotten = await (changing ? forgetPast(engine, wanted) : planForgettingPast(engine, wanted));
  const { table, key } = wanted;
  if (isNothing(forgotten) && !(await state.records.heads(table, [key])).has(key)) {
    for (const line of await nothingHeld(state, table, key)) options.output.line(line);
    return told(options, exitCodes.inStep, forgotten);
  }
  const done = withFiles(forgotten, changing && (await finish(options, changing, forgotten)));
  for (const line of pastLines(options, done)) options.output.line(line);
  return told(options, changing === undefined ? exitCodes.incomplete : exitCodes.inStep, done);
};

const isNothing = ({ removed, waiting }: PastForgotten): boolean =>
  removed.history + removed.conflicts + waiting === 0;

/** The act is put down without the key: who looks at it later learns that somebody's record was forgotten, and not whose. Gives what became of files here. */
async function finish(
  options: Options,
  state: ChangingState,
  done: ForgetOutcome | PastForgotten,
): Promise<Removal | undefined> {
  const { table, key, past, configuration } = options;
  state.overwriteRemoved?.();
  if (!('kind' in done) || done.kind !== 'unknown') {
    const how = past ? pastOnly : 'kind' in done && done.kind === 'bare' ? 'its values' : 'as a whole';
    await noteAct(state, { what: 'forget', table, about: aboutRecord(table, key), how });
  }
  // Last: where it fails what was forgotten is noted, and the sweep removes the files.
  return removedFiles(configuration, options, state);
}

const withFiles = <Done extends { readonly large?: LargeRemoved }>(
  done: Done,
  files: Removal | undefined,
): Done => (files === undefined ? done : { ...done, large: { ...noLarge, ...done.large, files } });

function told(
  options: ForgetRecordOptions,
  exitCode: ExitCode,
  done: ForgetOutcome | PastForgotten,
): ExitCode {
  const { output, table, key, past, yes } = options;
  const kept = keptElsewhere(options, systemClock.now());
  output.json(() => ({ exitCode, table, key, past, done: yes, ...done, ...(yes && { kept }) }));
  return exitCode;
}

/** Throws Refused. */
async function wantedOf(
  state: OpenedState,
  configuration: Configuration,
  { table, key, stack }: ForgetRecordOptions,
): Promise<RecordToForget> {
  const quietMs = configuration.schedule.settleMs + (stack === undefined ? 0 : functionsLiveMs);
  return { table, key, ...(await tableOrLeft(state, configuration, table)), quietMs };
}
