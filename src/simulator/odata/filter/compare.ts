/** Comparisons and tests of texts, with the way to their rows where an index or a column of numbers gives one. */
import type { FieldType } from '../../description.ts';
import { comparable, folded } from '../../store/neutral.ts';
import { incompatibleTypes } from '../faults.ts';
import type { Comparison, TestName } from './parse.ts';
import type { Plan, Way } from './plan.ts';
import { rowsBetween } from './row-ids.ts';
import type { Compiling, Type, Value } from './values.ts';

const never: Plan = { test: () => undefined, way: { cost: 0, rows: () => [], isExact: true } };

export function comparison(operator: Comparison, left: Value, right: Value, how: Compiling): Plan {
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
    way: right.constant === undefined ? undefined : wayTo(operator, left, right.constant, right.type, how),
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
  // The neutral forms of dates are in the order of time as they stand.
  if (left === right && (left === 'date' || left === 'timestamp'))
    return (a, b) => (a === b ? 0 : a < b ? -1 : 1);
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

function wayTo(
  operator: Comparison,
  left: Value,
  text: string,
  type: Type,
  { caseSensitive }: Compiling,
): Way | undefined {
  if (operator === 'ne') return undefined;
  if (left.isRowId === true) {
    const id = Number(text);
    return { cost: 1, rows: ({ rows }) => rowsBetween(rows, operator, id), isExact: true };
  }
  const { slot } = left;
  if (!slot) return undefined;
  if (operator === 'eq' && left.type === type) {
    const key = folded(slot.field.type, text);
    // The index does not tell capitals apart, and holds what is empty.
    const isExact = text !== '' && (type !== 'text' || !caseSensitive);
    return { cost: 0, rows: (source) => source.exact?.(slot, key), isExact };
  }
  if (left.type === 'text') return undefined;
  const bound = comparable(fieldType(type), text);
  const holds = signs[operator];
  const passes = (number: number) => holds(number - bound);
  return { cost: 2, rows: (source) => source.select?.(slot, passes), isExact: true };
}

export function textTest(name: TestName, value: Value, text: Value, { caseSensitive }: Compiling): Plan {
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
