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
  const steps = orders.map(stepOf);
  return leading(rows, wanted, (a, b) => {
    for (const step of steps) {
      const order = step(a, b);
      if (order !== 0) return order;
    }
    return a.id - b.id;
  });
}

type Step = (a: Row, b: Row) => number;

function stepOf({ column, descending }: Order): Step {
  const key = keyOf(column);
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    return left === right ? 0 : left < right ? -sign : sign;
  };
}

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

type Key = string | number;

/** Of one kind for all rows of a column. */
function keyOf(column: Column): (row: Row) => Key {
  if (column.kind !== 'field') return column.kind === 'ROWID' ? (row) => row.id : (row) => row.modId;
  const { index, field } = column.slot;
  const value = (row: Row): string => row.values[index] ?? '';
  switch (field.type) {
    case 'date':
    case 'timestamp':
      return value;
    case 'text':
    case 'container':
      return remembered((row) => folded('text', value(row)));
    default:
      return remembered((row) => numberOr(comparable(field.type, value(row))));
  }
}

const numberOr = (number: number): number => (Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number);

/** A row is compared often, and its key takes time. */
function remembered(key: (row: Row) => Key): (row: Row) => Key {
  const known = new Map<Row, Key>();
  return (row) => {
    const before = known.get(row);
    if (before !== undefined) return before;
    const now = key(row);
    known.set(row, now);
    return now;
  };
}
