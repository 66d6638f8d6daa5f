/** What a person changes in a proposal before it is written: another key, another stamp, other fields. */
import type { StampSource } from '../../core/link.ts';
import type { FieldName } from '../../core/names.ts';
import type { TableChoices, TableProposal } from '../../setup/proposal.ts';
import type { Choice, Questions } from './questions.ts';

/** Asks for each thing for which there is more than one choice. Throws Stopped. */
export async function changedChoices(
  table: TableProposal,
  before: TableChoices,
  questions: Questions,
): Promise<TableChoices> {
  const key = await among(questions, `Key of ${table.name}:`, keyChoices(table));
  const stamp = await among(questions, `Modification stamp of ${table.name}:`, stampChoices(table));
  const stampedBy =
    stamp === undefined
      ? undefined
      : await questions.one({ message: `Whose clock sets ${stamp}?`, choices: clocks(table) });
  const fields = await questions.several({
    message: `Fields of ${table.name} that are kept the same:`,
    choices: fieldChoices(table),
  });
  const kept = new Set(fields);
  const named = (isSuch: (choice: Choice<FieldName>) => boolean) =>
    new Set(
      fieldChoices(table)
        .filter(isSuch)
        .map(({ value }) => value),
    );
  return {
    ...before,
    ...(key !== undefined && { key }),
    ...(stamp !== undefined && { stamp }),
    ...(stampedBy !== undefined && { stampedBy }),
    with: named(({ value, isChecked }) => kept.has(value) && (isChecked !== true || before.with.has(value))),
    without: named(
      ({ value, isChecked }) => !kept.has(value) && (isChecked === true || before.without.has(value)),
    ),
  };
}

async function among(
  questions: Questions,
  message: string,
  choices: readonly Choice<FieldName>[],
): Promise<FieldName | undefined> {
  return choices.length < 2 ? choices[0]?.value : questions.one({ message, choices });
}

const keyChoices = ({ keys, key }: TableProposal): readonly Choice<FieldName>[] =>
  currentFirst(
    [...keys.fit, ...keys.possible].map(({ field, reasons }) => ({
      name: `${field.name}: ${reasons.join('; ')}`,
      value: field.name,
    })),
    key?.field,
  );

const stampChoices = ({ stamps, stamp }: TableProposal): readonly Choice<FieldName>[] =>
  currentFirst(
    stamps.fit.map(({ field, reasons }) => ({
      name: `${field.name}: ${reasons.join('; ')}`,
      value: field.name,
    })),
    stamp?.field.name,
  );

const clockWords: Readonly<Record<StampSource, string>> = {
  user: "user: the users' computers (the plain auto-enter Modification: Timestamp)",
  host: 'host: the host (a calculation with Get ( CurrentHostTimestamp ))',
  utcMilliseconds: 'utcMilliseconds: a number of Get ( CurrentTimeUTCMilliseconds )',
};

const clocks = ({ stamp }: TableProposal): readonly Choice<StampSource>[] => {
  const fitting: readonly StampSource[] =
    stamp?.stampedBy === 'utcMilliseconds' ? ['utcMilliseconds'] : ['user', 'host'];
  return currentFirst(
    fitting.map((clock) => ({ name: clockWords[clock], value: clock })),
    stamp?.stampedBy,
  );
};

const fieldChoices = ({ fields, leftOut }: TableProposal): readonly Choice<FieldName>[] => [
  ...fields.map(({ name, note }) => ({
    name: note === undefined ? name : `${name}: ${note}`,
    value: name,
    isChecked: true,
  })),
  ...leftOut
    .filter(({ canBeTaken }) => canBeTaken)
    .map(({ name, why }) => ({ name: `${name}: ${why}`, value: name })),
];

const currentFirst = <Value>(
  choices: readonly Choice<Value>[],
  current: Value | undefined,
): readonly Choice<Value>[] => [
  ...choices.filter(({ value }) => value === current),
  ...choices.filter(({ value }) => value !== current),
];
