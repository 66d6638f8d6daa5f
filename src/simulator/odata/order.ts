/** `$orderby`: names only, each with `asc` or `desc`. Nothing comes first, equals stay in order of creation, capitals do not count. */
import { comparable, folded } from '../store/neutral.ts';
import type { Occurrence } from '../store/occurrence.ts';
import type { Row } from '../store/row-set.ts';
import { columnNamed, isComma, nameRules, type Column } from './columns.ts';
import type { ODataExchange } from './exchange.ts';
import { noField, syntaxError } from './faults.ts';
import { leading } from './leading.ts';
import { tokensOf } from './filter/tokens.ts';

type Order = { readonly column: Column; readonly descending: boolean };

/** The first `wanted` rows in that order. Throws -1002, and 8309 for what is no field. */
export function orderedRows(
  exchange: ODataExchange,
  occurrence: Occurrence,
  rows: readonly Row[],
  wanted: number,
): readonly Row[] {
  const text = exchange.options.text('orderby');
  if (text === undefined) return rows;
  const orders = readOrders(exchange, occurrence, text);
  // That is how they come.
  if (orders.length === 1 && orders[0]?.column.kind === 'ROWID' && !orders[0].descending) return rows;
  const keyed = rows.map((row) => ({ row, keys: orders.map(({ column }) => keyOf(row, column)) }));
  const before = (a: Keyed, b: Keyed) => compare(orders, a.keys, b.keys) || a.row.id - b.row.id;
  return leading(keyed, wanted, before).map(({ row }) => row);
}

type Keyed = { readonly row: Row; readonly keys: Keys };

function readOrders(exchange: ODataExchange, occurrence: Occurrence, text: string): readonly Order[] {
  const orders: { column: Column; descending: boolean }[] = [];
  let isNext = true;
  for (const token of tokensOf(text, nameRules(exchange)).list) {
    const last = orders.at(-1);
    if (isComma(token) && !isNext) isNext = true;
    else if (token.kind === 'name' && isNext) {
      orders.push({ column: sortable(exchange, occurrence, token.name), descending: false });
      isNext = false;
    } else if (token.kind === 'name' && last && /^(?:asc|desc)$/i.test(token.name)) {
      last.descending = token.name.toLowerCase() === 'desc';
    } else throw syntaxError(text.slice(token.at));
  }
  return orders;
}

function sortable(exchange: ODataExchange, occurrence: Occurrence, name: string): Column {
  const column = columnNamed(exchange, occurrence, name);
  const { filterRowIds = true } = exchange.simulation.options.odata ?? {};
  if (column.kind !== 'field' && !filterRowIds) throw noField(name);
  return column;
}

function keyOf(row: Row, column: Column): string | number {
  if (column.kind !== 'field') return column.kind === 'ROWID' ? row.id : row.modId;
  const { type } = column.slot.field;
  const value = row.values[column.slot.index] ?? '';
  if (type === 'text' || type === 'container') return folded('text', value);
  if (type === 'date' || type === 'timestamp') return value;
  const number = comparable(type, value);
  return Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number;
}

type Keys = readonly (string | number)[];

function compare(orders: readonly Order[], a: Keys, b: Keys): number {
  for (const [at, { descending }] of orders.entries()) {
    const [left = '', right = ''] = [a[at], b[at]];
    if (left !== right) return left < right === descending ? 1 : -1;
  }
  return 0;
}
