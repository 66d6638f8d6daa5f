/**
 * One find criterion of `where`, read into what it tests. Of FileMaker's find language only that is taken which means the same
 * whatever the language of an index, the format of dates and the day: whole texts, empty and not empty, and spans of
 * numbers, dates and times, written in ISO form.
 */
import { canonicalNumber } from '../core/canonical.ts';
import { isDecimal } from '../core/decimal.ts';
import type { FieldType } from '../core/link.ts';
import { type Bound, foldedText, isReversed, type SpanType, type ValueTest } from '../core/share.ts';
import type { Mistake } from './problem.ts';

export function readCriterion(text: string, type: FieldType): ValueTest | Mistake {
  if (text === '=') return { kind: 'empty' };
  if (text === '*') return { kind: 'filled' };
  if (type === 'text') return wholeText(text);
  return type === 'container' ? ofContainer : (spanOf(text, type) ?? noSpan(text, type));
}

export const isMistake = (read: ValueTest | Mistake): read is Mistake => 'remedy' in read;

const ofContainer: Mistake = {
  code: 'config-where',
  message: 'a container can be asked for = (empty) and * (not empty) alone',
  remedy: 'Use another field',
};

const comparison = /^(?:<|>|≤|≥)|\.\.|…/;

function wholeText(text: string): ValueTest | Mistake {
  if (!text.startsWith('=='))
    return comparison.test(text)
      ? {
          code: 'config-where',
          message: 'texts have another order in each language',
          remedy: wholeOnly(text),
        }
      : {
          code: 'config-where',
          message: 'a search for words depends on the index of the field',
          remedy: wholeOnly(text),
        };
  const whole = literal(text.slice(2));
  if (whole !== undefined) return { kind: 'text', text: foldedText(whole) };
  return {
    code: 'config-where',
    message: 'it holds a sign that means something else in a find, or blanks at its ends',
    remedy: String.raw`Write \ before each of @ * # ? ! = < > ≤ ≥ ~ " \ that is meant as it is, as in ==a\@b`,
  };
}

const wholeOnly = (text: string): string =>
  `Write the whole value, such as ==${/^[\p{L}\p{N} ]+$/u.test(text) ? text : 'North'}, several of them as a list; or = (empty), * (not empty)`;

/** Undefined where an operator stands in it, or it is no text that a find would take as it is. */
function literal(text: string): string | undefined {
  if (text === '' || text.trim() !== text || /[\n\r]|\.\.|…/.test(text)) return undefined;
  return /^(?:[^\\@*#?!=<>≤≥~"]|\\.)*$/u.test(text) ? text.replaceAll(/\\(.)/gu, '$1') : undefined;
}

function spanOf(text: string, type: SpanType): ValueTest | Mistake | undefined {
  const [, operator = '', operand = ''] = /^(<=|>=|<|>|≤|≥|==)?(.*)$/su.exec(text) ?? [];
  if (operator !== '' && operator !== '==') return halfOpen(operator, operand, type);
  const [first = '', last = first, more] = operator === '' ? operand.split(/\.{3}|…/u) : [operand];
  const [low, high] = [limitsOf(first, type), limitsOf(last, type)];
  if (low === undefined || high === undefined || more !== undefined) return undefined;
  const span = { kind: 'span', type, from: low.from, to: high.to } as const;
  return isReversed(span) ? reversed(first, last, type) : span;
}

const reversed = (first: string, last: string, type: SpanType): Mistake => ({
  code: 'config-where',
  message: 'it ends before it begins, so that no record is in it',
  remedy: `Write ${last.trim()}...${first.trim()}${type === 'time' ? `; or, for a night, a list of two: >=${first.trim()} and <=${last.trim()}` : ''}`,
});

function halfOpen(operator: string, operand: string, type: SpanType): ValueTest | undefined {
  const limits = limitsOf(operand, type);
  const side = limits && sides[operator]?.(limits);
  return side && { kind: 'span', type, ...side };
}

type Side = { readonly from?: Bound; readonly to?: Bound };

const sides: Readonly<Record<string, (limits: Limits) => Side>> = {
  '<': ({ from }) => ({ to: { ...from, isOpen: true } }),
  '>': ({ to }) => ({ from: { ...to, isOpen: true } }),
  '<=': ({ to }) => ({ to }),
  '≤': ({ to }) => ({ to }),
  '>=': ({ from }) => ({ from }),
  '≥': ({ from }) => ({ from }),
};

type Limits = { readonly from: { readonly value: string }; readonly to: { readonly value: string } };

/** What a value stands for: in a timestamp field a date stands for its whole day. */
function limitsOf(given: string, type: SpanType): Limits | undefined {
  const text = given.trim();
  if (type === 'number') return same(numberIn(text));
  if (type === 'date') return same(dateIn(text));
  if (type === 'time') return same(timeIn(text));
  const day = dateIn(text);
  if (day !== undefined)
    return { from: { value: `${day}T00:00:00` }, to: { value: `${day}T23:59:59.999999` } };
  const [, date = '', time = ''] = /^(\S+?)[T ](\S+)$/.exec(text) ?? [];
  const [knownDate, knownTime] = [dateIn(date), timeIn(time)];
  const isInDay = knownTime !== undefined && knownTime < '24';
  return same(knownDate !== undefined && isInDay ? `${knownDate}T${knownTime}` : undefined);
}

const same = (value: string | undefined): Limits | undefined =>
  value === undefined ? undefined : { from: { value }, to: { value } };

function numberIn(text: string): string | undefined {
  const number = canonicalNumber(text);
  return isDecimal(number) ? number : undefined;
}

function dateIn(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : text;
}

function timeIn(text: string): string | undefined {
  const [, hours = '', minutes = '', seconds = '00'] =
    /^(\d{1,4}):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? [];
  return hours === '' ? undefined : `${hours.padStart(2, '0')}:${minutes}:${seconds}`;
}

const examples: Readonly<Record<SpanType, readonly [one: string, span: string]>> = {
  number: ['5', '1...5'],
  date: ['2026-01-31', '2026-01-01...2026-01-31'],
  time: ['09:30:00', '09:00:00...17:00:00'],
  timestamp: ['2026-01-31T09:30:00', '2026-01-01...2026-01-31'],
};

function noSpan(text: string, type: SpanType): Mistake {
  const [one, span] = examples[type];
  const isRelative = /^\/\/|\/\//.test(text);
  const message = isRelative
    ? 'today is another day tomorrow, and no record would change for it'
    : `no ${type} and no span of such can be read in it`;
  return {
    code: 'config-where',
    message,
    remedy: `Write one such as ${one}, <${one}, >=${one} or ${span}; or = (empty), * (not empty)`,
  };
}
