/** `serversync conflicts resolve` and `undo`: a person chooses the outcome of a conflict, or takes a choice back. */
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import { didYouMean } from '../../config/suggest.ts';
import type { Change, Decided, Keep, Refusal } from '../../core/choice.ts';
import type { Conflict } from '../../core/conflict.ts';
import type { TablePlan } from '../../core/link.ts';
import { chooseOutcome, undoChoice, type Wanted } from '../../engine/choose.ts';
import type { Handing } from '../../engine/hand-over.ts';
import { handingOf, planOf } from '../changing.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { noteAct } from '../note-act.ts';
import { openToChange, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { conflictsNamed, shortCode } from './found.ts';
import { quoted } from './lines.ts';
import { commandsFor } from './looking.ts';
import { canonicalOf } from './typed-value.ts';

export type ChooseOptions = StatePlace & {
  readonly output: Output;
  readonly id: string;
  readonly field: string | undefined;
  readonly force: boolean;
  /** How often something was decided about it when it was shown, as `decisionsIn` counts: refused where more was since. */
  readonly seen?: number;
  readonly what:
    | { readonly kind: 'undo' }
    | { readonly kind: 'keep'; readonly server: string }
    | { readonly kind: 'value'; readonly text: string };
};

/** Throws Refused, ConfigurationError, RecordBusy, and what opening the state throws. Nothing is chosen then. */
export async function chooseCommand(options: ChooseOptions): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToChange(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    await state.bindRecords?.();
    const conflicts = await conflictsNamed(state.control, options.id);
    const plan = await planOf(configuration, state.control, conflicts[0]?.table ?? '');
    const only = fieldOf(options, conflicts, plan);
    const wanted = {
      plan,
      conflicts,
      force: options.force,
      ...(only !== undefined && { only }),
      ...(options.seen !== undefined && { seen: options.seen }),
    };
    const decided = await decide(handingOf(state, configuration), wanted, options);
    if (decided.kind === 'refused') throw refusal(decided, options, conflicts);
    for (const one of conflicts.slice(0, 1)) await noteAct(state, actOf(one, decided.changes, options));
    tell(decided.changes, conflicts, options);
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

function decide(handing: Handing, wanted: Wanted, { what }: ChooseOptions): Promise<Decided> {
  if (what.kind === 'undo') return undoChoice(handing, wanted);
  return chooseOutcome(handing, wanted, keepOf(what, wanted));
}

/** A value is written as the field's type wants it; of several fields the choice itself is refused. */
function keepOf(
  what: Exclude<ChooseOptions['what'], { kind: 'undo' }>,
  { plan, conflicts, only }: Wanted,
): Keep {
  if (what.kind === 'value') {
    const name = only ?? conflicts[0]?.field ?? '';
    const type = plan.fields.find((field) => field.name === name)?.type ?? 'text';
    return { kind: 'value', value: canonicalOf(type, name, what.text) };
  }
  const servers = plan.links.map(({ server }) => server);
  if (servers.includes(what.server)) return { kind: 'server', server: what.server };
  throw new Refused(
    'not-chosen',
    `table ${plan.name} is not on a server ${what.server}. ${didYouMean(what.server, servers)}Its servers are ${servers.join(', ')}`,
  );
}

/** The value that was chosen is none of the trail's. */
const actOf = (conflict: Conflict, changes: readonly Change[], { what }: ChooseOptions) => ({
  what: what.kind === 'undo' ? ('undo' as const) : ('choose' as const),
  table: conflict.table,
  key: conflict.key,
  about: shortCode(conflict),
  how: [changes.map(({ field }) => field).join(', '), ...howOf(what)].join(' '),
});

function howOf(what: ChooseOptions['what']): readonly string[] {
  if (what.kind === 'keep') return [`of ${what.server}`];
  return what.kind === 'value' ? ['by a value'] : [];
}

function fieldOf(
  { field }: ChooseOptions,
  conflicts: readonly Conflict[],
  plan: TablePlan,
): string | undefined {
  const known =
    plan.merge === 'record' ? plan.fields.map(({ name }) => name) : conflicts.map((one) => one.field);
  if (field === undefined || known.includes(field)) return field;
  throw new Refused(
    'not-chosen',
    `the conflict is not about a field ${field}. ${didYouMean(field, known)}Its fields: ${[...new Set(known)].join(', ')}`,
  );
}

function refusal(refused: Refusal, { what }: ChooseOptions, conflicts: readonly Conflict[]): Refused {
  if (refused.why === 'chosen-since') return new Refused('chosen-since', sinceWords(refused));
  const words = (): string => {
    switch (refused.why) {
      case 'moved':
        return (
          `${refused.field} was changed since and is ${quoted(refused.now.value)} now, of ${refused.now.origin}` +
          `${refused.now.held === undefined ? '' : ' (held: another conflict waits)'}. ` +
          `Nothing was changed; --force ${what.kind === 'undo' ? 'puts the earlier value back' : 'replaces that'} all the same, and keeps it`
        );
      case 'no-value':
        return `no value of that server is known in ${refused.field}. Keep that of ${refused.servers.join(' or ')}, or give one with --value`;
      case 'which-field':
        return `the conflict is about ${refused.fields.join(', ')}: name one of them with --field`;
      case 'nothing-chosen':
        return `nothing was chosen about conflict ${conflicts[0] ? shortCode(conflicts[0]) : ''} that could be taken back`;
      case 'no-record':
        return 'the record or its field is no longer kept the same: look at the table in the configuration';
    }
  };
  return new Refused('not-chosen', words());
}

function sinceWords({ field, isUndone, now }: Extract<Refusal, { why: 'chosen-since' }>): string {
  const what = isUndone
    ? `the choice of ${field} was taken back since this was shown`
    : `somebody chose ${field} since this was shown`;
  const holds =
    now?.held === undefined ? `: it is of ${now?.origin ?? 'no server'} now` : ': it is held again';
  return `${what}${now === undefined ? '' : holds}. Nothing was changed: look at what holds now, then choose again`;
}

function tell(changes: readonly Change[], conflicts: readonly Conflict[], options: ChooseOptions): void {
  const { output, stack, what } = options;
  const [first] = conflicts;
  if (first === undefined) return;
  const code = shortCode(first);
  const verb = what.kind === 'undo' ? 'taken back' : 'chosen';
  for (const { field, before, after } of changes) {
    const now = after.held === undefined ? quoted(after.value) : 'held again, each server keeps what it has';
    output.line(`${verb}: ${field} is ${now}`);
    if (before.held === undefined) output.line(`    it was ${quoted(before.value)}`);
  }
  output.line(`    table ${first.table}, record ${first.key}`);
  output.line(`    goes to the servers ${stack === undefined ? 'with the next run' : 'within minutes'}`);
  if (what.kind !== 'undo')
    output.line(`    to take it back: ${commandsFor(stack)(`conflicts undo ${code}`)}`);
  const shown = changes.map(({ field, after }) => ({
    field,
    value: after.value,
    server: after.origin,
    held: after.held !== undefined,
  }));
  output.json(() => ({
    exitCode: exitCodes.inStep,
    id: code,
    table: first.table,
    key: first.key,
    fields: shown,
  }));
}
