/** What becomes of each field that is neither key nor stamp: kept the same, sent once, or left as it is. */
import type { FieldName, ServerName } from '../core/names.ts';
import type { InspectedField } from '../ports/inspection.ts';
import type { FieldMatch, MatchedField } from './matching-fields.ts';
import { stampOf } from './names.ts';
import type { SeenTable } from './seen.ts';
import { looksOf } from './values.ts';

export type FieldProposal = {
  readonly name: FieldName;
  readonly mode: 'sync' | 'createOnly';
  /** Each record should hold another value. */
  readonly unique: boolean;
  /** Why it is not just kept the same. */
  readonly note?: string;
};

export type LeftOut = {
  readonly name: FieldName;
  readonly why: string;
  /** Whether it could be taken in all the same, by a person's decision. */
  readonly canBeTaken: boolean;
};

export type FieldChoices = {
  readonly with: ReadonlySet<FieldName>;
  readonly without: ReadonlySet<FieldName>;
};

export type Fields = { readonly taken: readonly FieldProposal[]; readonly leftOut: readonly LeftOut[] };

/** `used`: key and stamp. */
export function proposeFields(
  match: FieldMatch,
  tables: readonly SeenTable[],
  used: ReadonlySet<FieldName>,
  choices: FieldChoices,
): Fields {
  const judged = match.matched
    .filter(({ name }) => !used.has(name))
    .map((field) => judge(field, tables, choices));
  const alone = Map.groupBy(match.alone, ({ name }) => name);
  return {
    taken: judged
      .flatMap((one) => ('mode' in one ? inRepetitions(one, match.matched) : []))
      .filter(({ name }) => !choices.without.has(name)),
    leftOut: [
      ...judged.flatMap((one) => ('why' in one ? [one] : [])),
      ...match.mismatched.map(({ name, on }) => no(name, `has different types: ${typesIn(on)}`)),
      ...[...alone].map(([name, where]) =>
        no(name, `only on ${where.map(({ server }) => server).join(', ')}`),
      ),
    ],
  };
}

const no = (name: FieldName, why: string): LeftOut => ({ name, why, canBeTaken: false });

const typesIn = (on: MatchedField['on']): string =>
  [...on].map(([server, { type }]) => `${type} on ${server}`).join(', ');

function judge(
  field: MatchedField,
  tables: readonly SeenTable[],
  choices: FieldChoices,
): FieldProposal | LeftOut {
  const { name, on } = field;
  const never = neverCarried(on);
  if (never !== undefined) return no(name, never);
  if (choices.without.has(name)) return { name, why: 'as you said', canBeTaken: true };
  const filled = [...on.values()].some(({ autoEnter }) => autoEnter) ? filledBy(field, tables) : undefined;
  const plain: FieldProposal = { name, mode: 'sync', unique: false };
  if (filled === undefined) return plain;
  if (filled === 'serial') return { ...plain, mode: 'createOnly', unique: true, note: serialNote };
  if (choices.with.has(name))
    return isMadeOnce(field) ? { ...plain, mode: 'createOnly', note: madeOnceNote } : plain;
  return { name, why: filled, canBeTaken: true };
}

/** What is set as a record is made never changes: a copy gets it then. */
const isMadeOnce = ({ on }: MatchedField): boolean =>
  [...on.values()].some(({ name, type }) => stampOf(name, type)?.startsWith('created'));

const madeOnceNote = 'it goes with a new record, so that copies show who made it and when';

const serialNote =
  'a serial number: it goes with a new record and is not changed afterwards; numbers that both offices gave are reported';

const neverCarriedKinds: readonly (readonly [string, (field: InspectedField) => boolean])[] = [
  ['a summary', ({ kind }) => kind === 'summary'],
  ['a calculation', ({ kind }) => kind === 'calculation'],
  ['a global', ({ global }) => global],
  ['never written', ({ writable }) => !writable],
];

function neverCarried(on: ReadonlyMap<ServerName, InspectedField>): string | undefined {
  for (const [says, isSuch] of neverCarriedKinds) {
    const where = [...on].flatMap(([server, field]) => (isSuch(field) ? [server] : []));
    if (where.length > 0) return where.length === on.size ? says : `${says} on ${where.join(', ')}`;
  }
  return undefined;
}

const madeWords =
  'filled by FileMaker when a record is made (with mode: createOnly copies would show the same)';
const stampWords = {
  changed: 'filled by FileMaker when a record is changed',
  changedBy: 'filled by FileMaker when a record is changed',
  created: madeWords,
  createdBy: madeWords,
} as const;

function filledBy(field: MatchedField, tables: readonly SeenTable[]): string {
  const stamp = [...field.on.values()]
    .map(({ name, type }) => stampOf(name, type))
    .find((one) => one !== undefined);
  if (stamp !== undefined) return stampWords[stamp];
  const looks = tables.map(({ seen, sample }) =>
    looksOf(field.on.get(seen.server)?.name ?? field.name, sample.rows),
  );
  const forms = new Set(looks.map(({ form }) => form).filter((form) => form !== 'none'));
  const isSerial = forms.size > 0 && [...forms].every((form) => form === 'counting' || form === 'recordId');
  if (isSerial) return 'serial';
  if (forms.size === 1 && forms.has('uuid')) return 'an id that FileMaker makes by itself';
  return 'filled by FileMaker itself (auto-enter); take it in where people change it';
}

/** `phone`, `phone(2)`: as many as every server has. */
function inRepetitions(proposal: FieldProposal, matched: readonly MatchedField[]): readonly FieldProposal[] {
  const field = matched.find(({ name }) => name === proposal.name);
  const most = Math.min(...[...(field?.on.values() ?? [])].map(({ repetitions }) => repetitions));
  const later = Array.from({ length: Math.max(0, most - 1) }, (_, index) => index + 2);
  return [proposal, ...later.map((number) => ({ ...proposal, name: `${proposal.name}(${number})` }))];
}
