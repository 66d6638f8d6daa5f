/** Whether two servers hold copies of the same records, by a sample of each: what the first run will find. */
import { isDangerous } from '../core/first-meeting.ts';
import type { ServerName } from '../core/names.ts';
import { type Alike, type MarkedRecords, markedRecords, meetingOf } from '../core/same-records.ts';
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
    /** Hardly a key is on both, but the records are: keys were made in each file by itself. */
    | 'keys-made-apart';
  /** By what records look alike though their keys differ; without a field: by all of them. */
  readonly alikeBy?: Alike;
};

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
  const { areKeysMadeApart, alike } = meetingOf(marked(key, fields, a), marked(key, fields, b));
  if (areKeysMadeApart && alike !== undefined) return { ...found, kind: 'keys-made-apart', alikeBy: alike };
  if (shared.length === 0) return { ...found, kind: 'apart' };
  return { ...found, kind: kindOf(shared.length, differing, a, b) };
}

function marked(key: MatchedField, fields: readonly MatchedField[], table: SeenTable): MarkedRecords {
  const records = table.sample.rows.map((row) => ({
    key: valueOn(key, table, row),
    values: Object.fromEntries(fields.map((field) => [field.name, valueOn(field, table, row)])),
  }));
  const types = fields.flatMap(({ name, on }) => {
    const type = on.get(table.seen.server)?.type;
    return type === undefined ? [] : [{ name, type }];
  });
  return markedRecords(records, types);
}

function kindOf(sameKey: number, differing: number, a: SeenTable, b: SeenTable): Comparison['kind'] {
  if (differing === 0) return 'same';
  const records = Math.min(...[a, b].map(({ seen, sample }) => seen.total ?? sample.rows.length));
  const all = Math.max(records, sameKey);
  return isDangerous(all, (differing / sameKey) * all) ? 'drifted' : 'few-differ';
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
