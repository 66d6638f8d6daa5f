/**
 * A filter as a test of rows, and as a way to the rows that may pass without a look at all of them.
 *
 * FileMaker's SQL answers below OData, so comparing with nothing is neither true nor false (assumed).
 */
import type { FieldType } from '../../description.ts';
import { folded, comparable } from '../../store/neutral.ts';
import type { Row, RowSource } from '../../store/row-set.ts';
import type { Slot } from '../../store/schema.ts';
import type { Column } from '../columns.ts';
import { incompatibleTypes, noField } from '../faults.ts';
import { rowsBetween } from './row-ids.ts';
import type { Comparison, Filter, FunctionName, Operand, TestName } from './parse.ts';

export type Truth = boolean | undefined;

/** How costly the way to the candidates is: an index, a stretch of record ids, a scan of numbers. */
type Way = { readonly cost: number; readonly rows: (source: RowSource) => readonly Row[] | undefined };

export type Plan = { readonly test: (row: Row) => Truth; readonly way: Way | undefined };

export type Compiling = {
  readonly column: (name: string) => Column;
  readonly caseSensitive: boolean;
  readonly filterRowIds: boolean;
};

type Type = Exclude<FieldType, 'container'> | 'null';
type Value = {
  readonly type: Type;
  /** Empty where there is none. */
  readonly of: (row: Row) => string;
  readonly slot?: Slot;
  readonly isRowId?: boolean;
  readonly constant?: string;
};

/** The rows that pass, in order of creation. */
export function filteredRows(source: RowSource, { test, way }: Plan): readonly Row[] {
  return (way?.rows(source) ?? source.rows).filter((row) => test(row) === true);
}

/** Throws 8309 for names and types that do not fit. */
export function compileFilter(filter: Filter, how: Compiling): Plan {
  switch (filter.kind) {
    case 'and':
      return both(filter.parts.map((part) => compileFilter(part, how)));
    case 'or':
      return either(filter.parts.map((part) => compileFilter(part, how)));
    case 'not':
      return negated(compileFilter(filter.part, how));
    case 'compare':
      return comparison(filter.operator, valueOf(filter.left, how), valueOf(filter.right, how), how);
    default:
      return textTest(filter.called, valueOf(filter.of, how), valueOf(filter.text, how), how);
  }
}

function both(plans: readonly Plan[]): Plan {
  const ways = plans.flatMap(({ way }) => way ?? []).toSorted((a, b) => a.cost - b.cost);
  return {
    test: (row) => {
      let all: Truth = true;
      for (const { test } of plans) {
        const truth = test(row);
        if (truth === false) return false;
        all = truth === undefined ? undefined : all;
      }
      return all;
    },
    way: ways[0],
  };
}

function either(plans: readonly Plan[]): Plan {
  const ways = plans.flatMap(({ way }) => way ?? []);
  return {
    test: (row) => {
      let any: Truth = false;
      for (const { test } of plans) {
        const truth = test(row);
        if (truth === true) return true;
        any = truth === undefined ? undefined : any;
      }
      return any;
    },
    way: ways.length < plans.length ? undefined : union(ways),
  };
}

const union = (ways: readonly Way[]): Way => ({
  cost: Math.max(...ways.map(({ cost }) => cost)),
  rows: (source) => {
    const found = new Map<number, Row>();
    for (const way of ways) {
      const rows = way.rows(source);
      if (!rows) return undefined;
      for (const row of rows) found.set(row.id, row);
    }
    return [...found.values()].toSorted((a, b) => a.id - b.id);
  },
});

const negated = ({ test }: Plan): Plan => ({
  test: (row) => {
    const truth = test(row);
    return truth === undefined ? undefined : !truth;
  },
  way: undefined,
});

function valueOf(operand: Operand, how: Compiling): Value {
  if (operand.kind === 'field') return fieldValue(operand.name, how);
  if (operand.kind === 'call') return called(operand.called, valueOf(operand.of, how));
  const { literal } = operand;
  switch (literal.kind) {
    case 'null':
      return constant('null', '');
    case 'text':
      return constant('text', literal.text);
    case 'number':
      return constant('number', literal.digits);
    default:
      return constant(literal.kind, literal.neutral);
  }
}

const constant = (type: Type, text: string): Value => ({ type, of: () => text, constant: text });

function fieldValue(name: string, { column, filterRowIds }: Compiling): Value {
  const named = column(name);
  if (named.kind === 'field') {
    const { slot } = named;
    const { type } = slot.field;
    if (type === 'container') throw incompatibleTypes();
    return { type, of: (row) => row.values[slot.index] ?? '', slot };
  }
  if (!filterRowIds) throw noField(name);
  const isRowId = named.kind === 'ROWID';
  return { type: 'number', of: (row) => String(isRowId ? row.id : row.modId), isRowId };
}

function called(name: FunctionName, { type, of }: Value): Value {
  if (type !== 'text') throw incompatibleTypes();
  switch (name) {
    case 'tolower':
      return { type, of: (row) => of(row).toLowerCase() };
    case 'toupper':
      return { type, of: (row) => of(row).toUpperCase() };
    case 'trim':
      return { type, of: (row) => of(row).trim() };
    default:
      return { type: 'number', of: (row) => (of(row) === '' ? '' : String(of(row).length)) };
  }
}

const never: Plan = { test: () => undefined, way: { cost: 0, rows: () => [] } };

function comparison(operator: Comparison, left: Value, right: Value, how: Compiling): Plan {
  if (left.type === 'null' || right.type === 'null') return nullTest(operator, left, right);
  // A date in quotes is a text, and no date equals a text: no error, and no rows.
  if (isWall(left.type) && right.type === 'text') return never;
  if (kindOf(left.type) !== kindOf(right.type)) throw incompatibleTypes();
  const order = orderOf(left.type, right.type, operator, how);
  const holds = signs[operator];
  return {
    test: (row) => {
      const [a, b] = [left.of(row), right.of(row)];
      return a === '' || b === '' ? undefined : holds(order(a, b));
    },
    way: right.constant === undefined ? undefined : wayTo(operator, left, right.constant, right.type),
  };
}

const isWall = (type: Type): boolean => type === 'date' || type === 'timestamp' || type === 'time';

/** A date and a timestamp compare as instants. */
const kindOf = (type: Type): string => (type === 'timestamp' ? 'date' : type);

function nullTest(operator: Comparison, left: Value, right: Value): Plan {
  const value = left.type === 'null' ? right : left;
  if (operator === 'eq') return { test: (row) => value.of(row) === '', way: undefined };
  if (operator === 'ne') return { test: (row) => value.of(row) !== '', way: undefined };
  return never;
}

const signs: Readonly<Record<Comparison, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

type Order = (a: string, b: string) => number;

function orderOf(left: Type, right: Type, operator: Comparison, how: Compiling): Order {
  if (left === 'text') return textOrder(how);
  const byNumber: Order = (a, b) => comparable(fieldType(left), a) - comparable(fieldType(right), b);
  // Digits beyond those of a double count, too.
  if (left === 'number' && (operator === 'eq' || operator === 'ne'))
    return (a, b) => (folded('number', a) === folded('number', b) ? 0 : 1);
  return byNumber;
}

const fieldType = (type: Type): FieldType => (type === 'null' ? 'text' : type);

const textOrder = ({ caseSensitive }: Compiling): Order => {
  const same = caseSensitive ? (text: string) => text : (text: string) => folded('text', text);
  return (a, b) => {
    const [left, right] = [same(a), same(b)];
    return left === right ? 0 : left < right ? -1 : 1;
  };
};

function wayTo(operator: Comparison, left: Value, text: string, type: Type): Way | undefined {
  if (operator === 'ne') return undefined;
  if (left.isRowId === true) {
    const id = Number(text);
    return { cost: 1, rows: ({ rows }) => rowsBetween(rows, operator, id) };
  }
  const { slot } = left;
  if (!slot) return undefined;
  if (operator === 'eq' && left.type === type)
    return { cost: 0, rows: (source) => source.exact?.(slot, folded(slot.field.type, text)) };
  if (left.type === 'text') return undefined;
  const bound = comparable(fieldType(type), text);
  const holds = signs[operator];
  return { cost: 2, rows: (source) => source.select?.(slot, (number) => holds(number - bound)) };
}

function textTest(name: TestName, value: Value, text: Value, { caseSensitive }: Compiling): Plan {
  if (value.type !== 'text' || text.type !== 'text') throw incompatibleTypes();
  const same = caseSensitive ? (one: string) => one : (one: string) => folded('text', one);
  const holds: Record<TestName, (one: string, part: string) => boolean> = {
    contains: (one, part) => one.includes(part),
    startswith: (one, part) => one.startsWith(part),
    endswith: (one, part) => one.endsWith(part),
  };
  return {
    test: (row) => {
      const one = value.of(row);
      return one === '' ? undefined : holds[name](same(one), same(text.of(row)));
    },
    way: undefined,
  };
}
