/** `serversync put-back TABLE KEY`: one record holds again what it held, on every server. */
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Change } from '../../core/choice.ts';
import type { TablePlan } from '../../core/link.ts';
import type { Key, TableName } from '../../core/names.ts';
import {
  planPutBack,
  putBackRecord,
  type PutBackOutcome,
  type PutBackRefusal,
} from '../../engine/put-back-record.ts';
import { handingOf, planOf } from '../changing.ts';
import { quoted } from '../conflicts/lines.ts';
import { commandsFor } from '../conflicts/looking.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { noteAct } from '../note-act.ts';
import { type OpenedState, openToChange, openToRead, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { shellWord } from '../../composition/shell-word.ts';
import { localTime } from '../words.ts';
import { fromTo, mostShown } from './lines.ts';
import { tableNamed, unknownKey } from './record.ts';

export type PutBackOptions = StatePlace & {
  readonly output: Output;
  readonly table: TableName;
  readonly key: Key;
  /** Absent: as it was when it was deleted. */
  readonly version: number | undefined;
  readonly dryRun: boolean;
};

type Done = Extract<PutBackOutcome, { readonly kind: 'put-back' }>;

/** Throws Refused, ConfigurationError, RecordBusy, and what opening the state throws. Nothing is put back then. */
export async function putBackCommand(options: PutBackOptions): Promise<ExitCode> {
  const { dryRun, table, key, version } = options;
  const configuration = await loadConfiguration(options.configFile);
  tableNamed(configuration, table);
  const changing = dryRun ? undefined : await openToChange(options);
  const state = changing ?? (await openToRead(options));
  try {
    await state.checkIdentity(identityOf(configuration));
    await changing?.bindRecords?.();
    const plan = await planOf(configuration, state.control, table);
    const wanted = { plan, key, ...(version !== undefined && { version }) };
    const handing = handingOf(state, configuration);
    const outcome = await (dryRun ? planPutBack(handing, wanted) : putBackRecord(handing, wanted));
    if (outcome.kind === 'refused') throw await refusal(outcome, options, state);
    if (outcome.kind === 'put-back' && changing) await noteAct(changing, actOf(options));
    if (outcome.kind === 'same') tellSame(options);
    else tell(outcome, plan, options);
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

const actOf = ({ table, key, version }: PutBackOptions) => ({
  what: 'restore' as const,
  table,
  key,
  how: version === undefined ? 'as it was when it was deleted' : `as after version ${version}`,
});

function tellSame({ output, table, key, dryRun }: PutBackOptions): void {
  output.line(`${table}, record ${key} holds all of that already: nothing to put back`);
  output.json(() => ({ exitCode: exitCodes.inStep, table, key, dryRun, fields: [] }));
}

function tell(done: Done, plan: TablePlan, options: PutBackOptions): void {
  const { output, stack, table, key, dryRun } = options;
  const { before, head, changes, returns } = done;
  const commands = commandsFor(stack);
  output.line(`${dryRun ? 'would be put back' : 'put back'}: ${table}, record ${key}`);
  if (returns) output.line(`    it ${dryRun ? 'would come' : 'comes'} back on every server that receives`);
  for (const line of changes.flatMap(changeLines)) output.line(line);
  for (const name of notKept(done, plan)) output.line(`    ${name}: stays, it was not kept the same then`);
  if (dryRun) output.line('nothing was changed');
  else {
    output.line(`    goes to the servers ${stack === undefined ? 'with the next run' : 'within minutes'}`);
    output.line('    to take it back:');
    const back = `put-back ${shellWord(table)} ${shellWord(key)} --version ${before.version}`;
    output.line(
      before.deleted ? '        delete the record in FileMaker, on any server' : `        ${commands(back)}`,
    );
  }
  output.json(() => ({
    exitCode: exitCodes.inStep,
    table,
    key,
    dryRun,
    ...(!dryRun && { version: head.version }),
    returns,
    fields: changes.map(({ field, before: from, after }) => ({ field, from: from.value, to: after.value })),
  }));
}

function changeLines({ field, before, after }: Change): readonly string[] {
  const now = quoted(after.value, mostShown);
  if (before.held === undefined) return fromTo(field, quoted(before.value, mostShown), now);
  const waiting = Object.entries(before.held.candidates);
  return [
    `    ${field}: ${now}, and no longer held; what waited is kept:`,
    ...waiting.map(([server, { value }]) => `        ${server}: ${quoted(value, mostShown)}`),
  ];
}

/** Fields that the record holds now, and did not in that version. */
const notKept = ({ before, target }: Done, { fields }: TablePlan): readonly string[] =>
  fields
    .map(({ name }) => name)
    .filter((name) => before.fields[name] !== undefined && target.fields[name] === undefined);

async function refusal(
  refused: PutBackRefusal,
  { table, key, version = 0, stack }: PutBackOptions,
  { records }: OpenedState,
): Promise<Refused> {
  const look = commandsFor(stack)(`history ${shellWord(table)} ${shellWord(key)}`);
  const words = async (): Promise<string> => {
    switch (refused.why) {
      case 'no-record':
        return unknownKey(records, table, key);
      case 'which-version':
        return `it is not deleted: say which state it is to have with --version N. ${look} shows them`;
      case 'not-yet':
        return `there is no version ${version} yet: the record has version ${refused.head.version}. ${look} shows what there is`;
      case 'deleted-then':
        return `after version ${version} the record was deleted. To have that again, delete it in FileMaker, on any server`;
      case 'forgotten':
        return 'what the deleted record held is not kept any more (it was forgotten, or retention: deleted is over): it can only be entered anew, on any server';
      case 'deletes-ignored':
        return `table ${table} has deletes: ignore, so nothing that is gone is made again. Set deletes to edit-wins first`;
      case 'not-kept': {
        const { knownFrom, steps } = refused.past;
        const oldest = steps.at(-1)?.entry.at;
        const since =
          oldest === undefined ? '' : `, the oldest change that is kept is of ${localTime(oldest)}`;
        return `what the record held after version ${version} is not kept any more: it is from version ${knownFrom} on${since}. ${look} shows what there is`;
      }
    }
  };
  return new Refused(refused.why === 'no-record' ? 'no-record' : 'not-put-back', await words());
}
