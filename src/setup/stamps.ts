/**
 * Which field is the modification stamp of a table, and whose clock sets it.
 *
 * No API tells the formula of an auto-enter (data-api-guide get-layout-metadata), so a stamp of the host cannot be told from one of
 * the users' computers for sure. `user` is the safe one to say: it allows for wrong clocks, and a host's is never behind.
 */
import type { StampSource } from '../core/link.ts';
import { formatWallTime, wallTimeAt } from '../core/wall-time.ts';
import type { MatchedField } from './matching-fields.ts';
import { clockNamed, stampOf } from './names.ts';
import type { SeenTable } from './seen.ts';
import { areUtcMilliseconds } from './values.ts';

export type StampCandidate = {
  readonly field: MatchedField;
  readonly stampedBy: StampSource;
  /** Whether who stamps it is a guess. */
  readonly isGuess: boolean;
  readonly reasons: readonly string[];
  /** What is odd about its values. */
  readonly doubts: readonly string[];
};
export type RefusedStamp = { readonly field: MatchedField; readonly why: string };

/** The best first. */
export type Stamps = { readonly fit: readonly StampCandidate[]; readonly refused: readonly RefusedStamp[] };

export function judgeStamps(fields: readonly MatchedField[], tables: readonly SeenTable[]): Stamps {
  const thought = fields.filter((field) => isThoughtOf(field, tables));
  const refused = thought.flatMap((field) => {
    const why = refusalOf(field, tables);
    return why === undefined ? [] : [{ field, why }];
  });
  const left = thought.filter((field) => refused.every((one) => one.field !== field));
  const fit = left
    .map((field) => candidate(field, left, tables))
    .toSorted((a, b) => rank[a.stampedBy] - rank[b.stampedBy]);
  return { fit, refused };
}

/** Host first: one clock, which is measured. Users' clocks may be wrong whatever they are stamped as. */
const rank: Readonly<Record<StampSource, number>> = { host: 0, utcMilliseconds: 1, user: 2 };

const nameOn = (field: MatchedField, server: string): string => field.on.get(server)?.name ?? field.name;

function isThoughtOf(field: MatchedField, tables: readonly SeenTable[]): boolean {
  const on = [...field.on.values()];
  if (on.some(({ global, kind }) => global || kind === 'summary')) return false;
  const isNamed = on.some(({ name, type }) => stampOf(name, type) === 'changed');
  if (on.every(({ type }) => type === 'timestamp')) return isNamed || on.every(({ autoEnter }) => autoEnter);
  if (isNamed && on.every(({ type }) => type === 'date')) return true;
  return on.every(({ type }) => type === 'number') && areMilliseconds(field, tables, isNamed);
}

/** Of an empty table by the name alone. */
function areMilliseconds(field: MatchedField, tables: readonly SeenTable[], isNamed: boolean): boolean {
  const filled = tables.filter(({ seen, sample }) =>
    sample.rows.some(({ values }) => (values[nameOn(field, seen.server)] ?? '') !== ''),
  );
  if (filled.length === 0) return isNamed && /utc|ms|milli/i.test(field.name);
  return filled.every(({ seen, sample }) => areUtcMilliseconds(nameOn(field, seen.server), sample.rows));
}

function refusalOf(field: MatchedField, tables: readonly SeenTable[]): string | undefined {
  const on = [...field.on];
  const named = on.map(([, { name, type }]) => stampOf(name, type));
  if (named.includes('created')) return 'set when a record is created, not when it is changed';
  if (on.some(([, { type }]) => type === 'date'))
    return 'a date: it does not say when on that day. A timestamp is needed';
  const calculated = on.find(([, { kind }]) => kind === 'calculation');
  if (calculated !== undefined)
    return `a calculation on ${calculated[0]}: FileMaker is asked by it each time, and cannot find by it quickly`;
  const unfilled = on.find(([, { autoEnter }]) => !autoEnter);
  if (unfilled !== undefined) return `FileMaker does not fill it by itself on ${unfilled[0]}`;
  if (named.includes('changed')) return undefined;
  return isBeforeOthers(field, tables)
    ? 'set before other stamps of the same records: no change is seen by it'
    : undefined;
}

/** Whether a record was changed after the time in this field, by another timestamp that FileMaker fills. */
function isBeforeOthers(field: MatchedField, tables: readonly SeenTable[]): boolean {
  return tables.some(({ seen, sample }) => {
    const name = nameOn(field, seen.server);
    const others = seen.fields.filter(
      (other) =>
        other.type === 'timestamp' && other.autoEnter && other.kind === 'normal' && other.name !== name,
    );
    return sample.rows.some(({ values }) =>
      others.some((other) => (values[other.name] ?? '') > (values[name] ?? '')),
    );
  });
}

function candidate(
  field: MatchedField,
  all: readonly MatchedField[],
  tables: readonly SeenTable[],
): StampCandidate {
  const isNumber = [...field.on.values()].every(({ type }) => type === 'number');
  const { stampedBy, isGuess, why } = isNumber
    ? { stampedBy: 'utcMilliseconds' as const, isGuess: false, why: 'a number of milliseconds since year 1' }
    : clockOf(field, all);
  const isNamed = [...field.on.values()].some(({ name, type }) => stampOf(name, type) === 'changed');
  return {
    field,
    stampedBy,
    isGuess,
    reasons: [
      isNamed
        ? 'its name, and FileMaker fills it by itself'
        : 'FileMaker fills it by itself, and no other stamp is later',
      why,
    ],
    doubts: tables.flatMap((table) => (isNumber ? [] : doubtsOf(nameOn(field, table.seen.server), table))),
  };
}

function clockOf(field: MatchedField, all: readonly MatchedField[]) {
  const clocks = [...field.on.values()].map(({ name }) => clockNamed(name));
  if (clocks.includes('host'))
    return { stampedBy: 'host' as const, isGuess: true, why: 'named after the host' };
  const others = all.filter(
    (other) => other !== field && [...other.on.values()].every(({ type }) => type === 'timestamp'),
  );
  const hasUsers = others.some(({ on }) => [...on.values()].some(({ name }) => clockNamed(name) === 'user'));
  if (hasUsers && !clocks.includes('user'))
    return {
      stampedBy: 'host' as const,
      isGuess: true,
      why: 'another stamp beside it is named after the user',
    };
  return {
    stampedBy: 'user' as const,
    isGuess: true,
    why: "taken for the users' clocks, which is safe either way",
  };
}

/** Clocks of users differ; more than that, and the time zone is another one. Assumed. */
const aheadMs = 20 * 60_000;

function doubtsOf(name: string, { seen, sample }: SeenTable): readonly string[] {
  const stamps = sample.rows.map(({ values }) => values[name] ?? '');
  const empty = stamps.filter((stamp) => stamp === '').length;
  const latestPossible = formatWallTime(wallTimeAt(sample.at, sample.timeZone) + aheadMs);
  const ahead = stamps.filter((stamp) => stamp > latestPossible).length;
  return [
    ...(empty > 0
      ? [
          `${empty} of ${stamps.length} records looked at on ${seen.server} have no stamp: what is changed in them is found by sweeps`,
        ]
      : []),
    ...(ahead > 0
      ? [
          `${ahead} of ${stamps.length} stamps on ${seen.server} lie ahead of its clock: look at its time zone, ${sample.timeZone}`,
        ]
      : []),
  ];
}
