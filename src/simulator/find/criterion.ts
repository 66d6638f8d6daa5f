/** One criterion on one field, read once per request into what can be looked up or tested row by row. */
import { comparable, folded } from '../store/neutral.ts';
import type { Row, RowSource } from '../store/row-set.ts';
import type { Slot } from '../store/schema.ts';
import { hasWildcard, literalText, signsOf, wholeField, wordPatterns, type Sign } from './pattern.ts';
import { rangeTest } from './ranges.ts';

export type RowTest = (row: Row) => boolean;

export type Criterion =
  /** The folded value of this slot is `key`. */
  | { readonly kind: 'exact'; readonly slot: Slot; readonly key: string }
  /** The comparable number of this slot passes. */
  | { readonly kind: 'number'; readonly slot: Slot; readonly test: (number: number) => boolean }
  | { readonly kind: 'test'; readonly test: RowTest };

export const numberOf = (row: Row, slot: Slot): number =>
  comparable(slot.field.type, row.values[slot.index] ?? '');

const valueTest =
  (slots: readonly Slot[], test: (value: string) => boolean): RowTest =>
  (row) =>
    slots.some((slot) => test(row.values[slot.index] ?? ''));

/** `slots`: the repetitions of the field; a record matches if one of them does. */
export function readCriterion(
  text: string,
  slots: readonly Slot[],
  source: RowSource,
  today: string,
): Criterion {
  const [slot] = slots;
  if (!slot) return { kind: 'test', test: () => false };
  const whole = wholeFieldCriterion(text, slots);
  if (whole) return whole;
  const test = fieldTest(text, slots, source);
  return test ? { kind: 'test', test } : typedCriterion(text, slots, slot, today);
}

/** Criteria that mean the same for every type: `=` empty, `*` not empty, `!` doubles, `?` not of its type. */
function fieldTest(text: string, slots: readonly Slot[], source: RowSource): RowTest | undefined {
  switch (text.trim()) {
    case '=':
    case '==':
      return valueTest(slots, (value) => value === '');
    case '*':
      return valueTest(slots, (value) => value !== '');
    case '!':
      return duplicates(slots, source);
    case '?':
      return (row) =>
        slots.some((slot) => (row.values[slot.index] ?? '') !== '' && Number.isNaN(numberOf(row, slot)));
    default:
      return undefined;
  }
}

const keyOf = (row: Row, slot: Slot): string => folded(slot.field.type, row.values[slot.index] ?? '');

function duplicates(slots: readonly Slot[], source: RowSource): RowTest {
  const seen = new Map<string, number>();
  for (const row of source.rows) {
    for (const slot of slots) seen.set(keyOf(row, slot), (seen.get(keyOf(row, slot)) ?? 0) + 1);
  }
  return (row) =>
    slots.some((slot) => (row.values[slot.index] ?? '') !== '' && (seen.get(keyOf(row, slot)) ?? 0) > 1);
}

/** `==value`: the whole field. Looked up in the index where nothing in it is a wildcard. */
function wholeFieldCriterion(text: string, slots: readonly Slot[]): Criterion | undefined {
  const [slot] = slots;
  if (!slot || !text.startsWith('==') || text.length === 2) return undefined;
  const type = slot.field.type;
  if (type !== 'text' && type !== 'number') return undefined;
  const signs = signsOf(text.slice(2));
  if (type === 'text' && hasWildcard(signs)) {
    const pattern = wholeField(signs);
    return { kind: 'test', test: valueTest(slots, (value) => pattern.test(value)) };
  }
  const key = folded(type, literalText(signs));
  if (slots.length === 1) return { kind: 'exact', slot, key };
  return { kind: 'test', test: valueTest(slots, (value) => folded(type, value) === key) };
}

function typedCriterion(text: string, slots: readonly Slot[], first: Slot, today: string): Criterion {
  const type = first.field.type;
  const isText = type === 'text' || type === 'container';
  const test = isText ? undefined : rangeTest(text.replace(/^==?/, ''), type, today);
  if (!test) return { kind: 'test', test: textTest(text, slots) };
  if (slots.length === 1) return { kind: 'number', slot: first, test };
  return { kind: 'test', test: (row) => slots.some((slot) => test(numberOf(row, slot))) };
}

function textTest(text: string, slots: readonly Slot[]): RowTest {
  const signs = signsOf(text);
  return textComparison(signs, slots) ?? wordTest(signs, slots);
}

function wordTest(signs: readonly Sign[], slots: readonly Slot[]): RowTest {
  const [first] = signs;
  const whole = first?.text === '=' && !first.literal;
  const patterns = wordPatterns(whole ? signs.slice(1) : signs, whole);
  if (patterns.length === 0) return () => false;
  return valueTest(slots, (value) => patterns.every((pattern) => pattern.test(value)));
}

/** `<b`, `>=b`, `a...c` on text, by its folded characters. */
function textComparison(signs: readonly Sign[], slots: readonly Slot[]): RowTest | undefined {
  const operators = signs.map((sign) => (sign.literal ? '_' : sign.text)).join('');
  const rest = (from: number, to = signs.length) => folded('text', literalText(signs.slice(from, to)));
  const [, operator] = /^(<=|>=|<|>|≤|≥)/.exec(operators) ?? [];
  const tested = (test: (value: string) => boolean) =>
    valueTest(slots, (value) => value !== '' && test(folded('text', value)));
  if (operator !== undefined) return tested(compared(operator, rest(operator.length)));
  const dots = /\.{2,3}/.exec(operators);
  if (!dots) return undefined;
  const [from, to] = [rest(0, dots.index), rest(dots.index + dots[0].length)];
  return tested((value) => value >= from && (value <= to || value.startsWith(to)));
}

function compared(operator: string, bound: string): (value: string) => boolean {
  if (operator === '<') return (value) => value < bound;
  if (operator === '>') return (value) => value > bound && !value.startsWith(bound);
  return operator === '<=' || operator === '≤'
    ? (value) => value <= bound || value.startsWith(bound)
    : (value) => value >= bound;
}
