/** What is proposed for one table that several servers have, and why; or what it lacks. Values in, a proposal out. */
import type { Api } from '../core/api.ts';
import type { Role } from '../core/link.ts';
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import { compare, type Comparison } from './compare.ts';
import { type FieldChoices, type FieldProposal, type LeftOut, proposeFields } from './fields.ts';
import { canBeKey, judgeKeys, type Keys } from './keys.ts';
import { matchFields, type MatchedField } from './matching-fields.ts';
import type { SeenLayout, SeenTable } from './seen.ts';
import { judgeStamps, type StampCandidate, type Stamps } from './stamps.ts';

export type Place = {
  readonly server: ServerName;
  readonly api: Api;
  readonly database: string;
  /** Over OData the table occurrence. */
  readonly layout: string;
  readonly role: Role;
  readonly total?: number;
  readonly portals: number;
  /** Names of fields that are called otherwise there, by those of the configuration. */
  readonly rename: Readonly<Record<FieldName, string>>;
};

/** What keeps a table from being synced. */
export type Lack = 'key' | 'stamp' | 'fields' | 'same-keys';

export type TableProposal = {
  readonly name: TableName;
  readonly places: readonly Place[];
  readonly alternatives: readonly { readonly server: ServerName; readonly layout: string }[];
  readonly key: { readonly field: FieldName; readonly reasons: readonly string[] } | undefined;
  readonly stamp: StampCandidate | undefined;
  readonly keys: Keys;
  readonly stamps: Stamps;
  readonly fields: readonly FieldProposal[];
  readonly leftOut: readonly LeftOut[];
  readonly comparisons: readonly Comparison[];
  readonly lacks: readonly Lack[];
  /** All that every server has with one type, under its name in the configuration. */
  readonly shared: readonly FieldName[];
};

/** What a person said of a table, instead of what would be proposed. */
export type TableChoices = FieldChoices & {
  readonly key?: FieldName;
  readonly stamp?: FieldName;
  readonly stampedBy?: StampCandidate['stampedBy'];
  readonly roles: ReadonlyMap<ServerName, Role>;
};

export const noChoices: TableChoices = { with: new Set(), without: new Set(), roles: new Map() };

/** `tables`: one of each server, in the order of the configuration. */
export function proposeTable(
  name: TableName,
  tables: readonly SeenTable[],
  alternatives: readonly SeenLayout[],
  choices: TableChoices = noChoices,
): TableProposal {
  const match = matchFields(tables.map(({ seen }) => seen));
  const keys = judgeKeys(match.matched, tables, choices.key);
  const key = keyOf(match.matched, keys, choices.key);
  const stamps = judgeStamps(match.matched, tables);
  const stamp = stampOf(match.matched, stamps, choices);
  const used = new Set([key?.field.name, stamp?.field.name].filter((one) => one !== undefined));
  const { taken, leftOut } = proposeFields(match, tables, used, choices);
  const compared = match.matched.filter((field) =>
    taken.some((one) => one.name === field.name && one.mode === 'sync'),
  );
  const comparisons = key === undefined ? [] : comparisonsOf(key.field, compared, tables);
  const named = [
    key?.field,
    stamp?.field,
    ...match.matched.filter((field) => taken.some((one) => one.name === field.name)),
  ];
  return {
    name,
    places: tables.map(({ seen }) => placeOf(seen, named, choices)),
    alternatives: alternatives.map(({ server, layout }) => ({ server, layout })),
    key: key && { field: key.field.name, reasons: key.reasons },
    stamp,
    keys,
    stamps,
    fields: taken,
    leftOut,
    comparisons,
    shared: match.matched.map(({ name: field }) => field),
    lacks: [
      ...(key === undefined ? (['key'] as const) : []),
      ...(stamp === undefined ? (['stamp'] as const) : []),
      ...(taken.some(({ mode }) => mode === 'sync') ? [] : (['fields'] as const)),
      ...(comparisons.some(({ kind }) => kind === 'keys-made-apart') ? (['same-keys'] as const) : []),
    ],
  };
}

/** A field that a person names is taken whatever is said against it. */
function keyOf(matched: readonly MatchedField[], keys: Keys, chosen: FieldName | undefined) {
  if (chosen === undefined) return keys.fit[0];
  const field = matched.find(({ name }) => name === chosen);
  if (field === undefined || !canBeKey(field)) return undefined;
  const known = [...keys.fit, ...keys.possible].find((one) => one.field === field);
  const against = keys.refused.find((one) => one.field === field);
  return (
    known ?? {
      field,
      reasons: against === undefined ? ['chosen by you'] : [`chosen by you, though: ${against.why}`],
    }
  );
}

function stampOf(
  matched: readonly MatchedField[],
  stamps: Stamps,
  { stamp: chosen, stampedBy }: TableChoices,
): StampCandidate | undefined {
  const own = matched.find(({ name }) => name === chosen);
  const stamp =
    chosen === undefined
      ? stamps.fit[0]
      : (stamps.fit.find(({ field }) => field.name === chosen) ??
        (own && {
          field: own,
          stampedBy: 'user' as const,
          isGuess: true,
          reasons: ['chosen by you'],
          doubts: [],
        }));
  if (stamp === undefined || stampedBy === undefined) return stamp;
  return {
    ...stamp,
    stampedBy,
    isGuess: false,
    reasons: [...stamp.reasons.slice(0, 1), `stamped by ${stampedBy}, as you said`],
  };
}

function comparisonsOf(
  key: MatchedField,
  fields: readonly MatchedField[],
  [reference, ...others]: readonly SeenTable[],
): readonly Comparison[] {
  return reference === undefined ? [] : others.map((other) => compare(key, fields, reference, other));
}

function placeOf(
  seen: SeenLayout,
  named: readonly (MatchedField | undefined)[],
  { roles }: TableChoices,
): Place {
  const { server, api, database, layout, total, portals } = seen;
  const renamed = named.flatMap((field) => {
    const there = field?.on.get(server)?.name;
    return field === undefined || there === undefined || there === field.name
      ? []
      : [[field.name, there] as const];
  });
  return {
    server,
    api,
    database,
    layout,
    role: roles.get(server) ?? 'both',
    ...(total !== undefined && { total }),
    portals,
    rename: Object.fromEntries(renamed),
  };
}
