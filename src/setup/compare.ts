/** Whether two servers hold copies of the same records, by a sample of each: what the first run will find. */
import type { ServerName } from '../core/names.ts';
import type { InspectedRow } from '../ports/inspection.ts';
import type { MatchedField } from './matching-fields.ts';
import type { SeenTable } from './seen.ts';

export type Comparison = {
  readonly servers: readonly [ServerName, ServerName];
  /** Records looked at on each. */
  readonly sampled: readonly [number, number];
  readonly isWhole: boolean;
  readonly sameKey: number;
  /** Of those with the same key, such as hold another value in a field that would be kept the same. */
  readonly differing: number;
  readonly kind: /** One holds nothing: the first run fills it. */
    | 'one-empty'
    | 'same'
    /** The same keys, other values: so few that the first run merges them. */
    | 'few-differ'
    /** So many that the first run halts before it writes. */
    | 'drifted'
    /** No key is on both, and nothing looks alike. */
    | 'apart'
    /** No key is on both, but the records are: keys were made in each file by itself. */
    | 'keys-made-apart';
  /** The field by which records look alike though their keys differ. */
  readonly alikeBy?: { readonly field: string; readonly records: number };
};

/** As the engine halts a first meeting (docs/configuration.md): at least so many, and more than the share. */
const halts = { records: 20, share: 0.01 };

export function compare(
  key: MatchedField,
  fields: readonly MatchedField[],
  a: SeenTable,
  b: SeenTable,
): Comparison {
  const [keyed, other] = [byKey(key, a), byKey(key, b)];
  const shared = [...keyed].flatMap(([value, row]) => {
    const there = other.get(value);
    return there === undefined ? [] : [[row, there] as const];
  });
  const differing = shared.filter(([row, there]) =>
    fields.some((field) => valueOn(field, a, row) !== valueOn(field, b, there)),
  ).length;
  const servers = [a.seen.server, b.seen.server] as const;
  const sampled = [a.sample.rows.length, b.sample.rows.length] as const;
  const isWhole = a.sample.isWhole && b.sample.isWhole;
  const found = { servers, sampled, isWhole, sameKey: shared.length, differing };
  if (sampled.includes(0)) return { ...found, kind: 'one-empty' };
  if (shared.length > 0) return { ...found, kind: kindOf(shared.length, differing, a, b) };
  const alikeBy = alike(fields, a, b);
  return alikeBy === undefined ? { ...found, kind: 'apart' } : { ...found, kind: 'keys-made-apart', alikeBy };
}

function kindOf(sameKey: number, differing: number, a: SeenTable, b: SeenTable): Comparison['kind'] {
  if (differing === 0) return 'same';
  const share = differing / sameKey;
  const records = Math.min(...[a, b].map(({ seen, sample }) => seen.total ?? sample.rows.length));
  const inAll = Math.max(differing, share * Math.max(records, sameKey));
  return share > halts.share && inAll >= halts.records ? 'drifted' : 'few-differ';
}

const valueOn = (field: MatchedField, { seen }: SeenTable, row: InspectedRow): string =>
  row.values[field.on.get(seen.server)?.name ?? field.name] ?? '';

const byKey = (key: MatchedField, table: SeenTable): ReadonlyMap<string, InspectedRow> =>
  new Map(
    table.sample.rows.flatMap((row) => {
      const value = valueOn(key, table, row);
      return value === '' ? [] : [[value, row] as const];
    }),
  );

/** A field that tells records apart tells also whether two are of the same thing: so distinct are its values. Assumed. */
const telling = { distinct: 0.8, shared: 0.5, records: 3 };

/** The field with the most values that stand on both, such as an e-mail address. */
function alike(fields: readonly MatchedField[], a: SeenTable, b: SeenTable): Comparison['alikeBy'] {
  const found = fields.flatMap((field) => {
    const [ofA, ofB] = [valuesOf(field, a), valuesOf(field, b)];
    if (ofA === undefined || ofB === undefined) return [];
    const records = [...ofA].filter((value) => ofB.has(value)).length;
    const isMany = records >= telling.records && records >= telling.shared * Math.min(ofA.size, ofB.size);
    return isMany ? [{ field: field.name, records }] : [];
  });
  return found.toSorted((one, two) => two.records - one.records)[0];
}

/** Undefined where they tell no records apart, or are numbers and times, which look alike by chance. */
function valuesOf(field: MatchedField, table: SeenTable): ReadonlySet<string> | undefined {
  if (field.on.get(table.seen.server)?.type !== 'text') return undefined;
  const filled = table.sample.rows
    .map((row) => valueOn(field, table, row).trim().toLowerCase())
    .filter((value) => value !== '');
  const values = new Set(filled);
  return values.size >= telling.distinct * filled.length ? values : undefined;
}
