/** Criteria of `where`: what they test, against the find of the simulated FileMaker Server, and which are refused. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMistake, readCriterion } from '../../src/config/share-criterion.ts';
import type { FieldType } from '../../src/core/link.ts';
import { passes } from '../../src/core/share.ts';
import { findRows } from '../../src/simulator/find/find.ts';
import { RowSet } from '../../src/simulator/store/row-set.ts';
import { Schema } from '../../src/simulator/store/schema.ts';

type Typed = Exclude<FieldType, 'container'>;

/** Whether FileMaker would find it. */
function isFound(type: Typed, value: string, criterion: string): boolean {
  const schema = new Schema([{ name: 'v', type }]);
  const rows = new RowSet();
  rows.put({ id: 1, modId: 0, values: [value] }, 0);
  const request = { omit: false, criteria: [{ slots: schema.slots, text: criterion }] };
  return findRows(rows, [request], '2026-11-23').length === 1;
}

function isInside(type: Typed, value: string, criterion: string): boolean {
  const read = readCriterion(criterion, type);
  if (isMistake(read)) throw new Error(`${criterion} is refused: ${read.message}`);
  return passes(read, value);
}

function isRefusedAsReversed(type: Typed, criterion: string): boolean {
  const read = readCriterion(criterion, type);
  return isMistake(read) && read.message.startsWith('it ends before');
}

/** A find is asked in the US form. */
const inUsForm = (criterion: string): string =>
  criterion.replaceAll(/(\d{4})-(\d\d)-(\d\d)/g, '$2/$3/$1').replaceAll(/(\d{4})T(\d\d)/g, '$1 $2');

const escaped = (text: string): string => text.replaceAll(/[\\@*#?!=<>≤≥~"]/g, String.raw`\$&`);

const two = (number: number): string => String(number).padStart(2, '0');
const dates = fc
  .tuple(
    fc.integer({ min: 2024, max: 2027 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => `${year}-${two(month)}-${two(day)}`);
const times = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute, second]) => `${two(hour)}:${two(minute)}:${two(second)}`);
const numbers = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.integer({ min: -2000, max: 2000 }).map((number) => (number / 100).toFixed(2)),
);

const values: Readonly<Record<Exclude<Typed, 'text'>, fc.Arbitrary<string>>> = {
  number: numbers,
  date: dates,
  time: times,
  timestamp: fc.tuple(dates, times).map(([date, time]) => `${date}T${time}`),
};

/** The lesser first, as far as that is no matter of whether a number is less than another. */
const inOrder = (type: Typed, [a, b]: readonly [string, string]): readonly [string, string] => {
  const isLess = type === 'number' ? Number(a) <= Number(b) : a <= b;
  return isLess ? [a, b] : [b, a];
};

const spansOf = (type: Typed, one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    one,
    fc.constantFrom('=', '*'),
    fc.tuple(fc.constantFrom('==', '<', '>', '<=', '>=', '≤', '≥'), one).map(([sign, value]) => sign + value),
    fc
      .tuple(one, one, fc.constantFrom('...', '…'), fc.boolean())
      .map(([a, b, sign, isOrdered]) => (isOrdered ? inOrder(type, [a, b]) : [a, b]).join(sign)),
  );

describe('a criterion finds what FileMaker finds', () => {
  test.each(['number', 'date', 'time', 'timestamp'] as const)('of a %s', (type) => {
    const one = values[type];
    const asked = type === 'timestamp' ? fc.oneof(one, dates) : one;
    const value = fc.oneof({ weight: 9, arbitrary: one }, fc.constant(''));
    fc.assert(
      fc.property(value, spansOf(type, asked), (held, criterion) => {
        // Refused only where no value is in it.
        const isInIt = !isRefusedAsReversed(type, criterion) && isInside(type, held, criterion);
        expect([held, criterion, isInIt]).toEqual([
          held,
          criterion,
          isFound(type, held, inUsForm(criterion)),
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  test('of a text', () => {
    const letters = fc.constantFrom(
      'a',
      'A',
      'é',
      'É',
      'ß',
      'ı',
      ' ',
      '*',
      '@',
      '"',
      '\\',
      '=',
      '.',
      '-',
      '7',
    );
    const held = fc.string({ unit: letters, maxLength: 3 });
    const wanted = held.filter((text) => text !== '' && text.trim() === text && !text.includes('..'));
    const criteria = fc.oneof(
      wanted.map((text) => `==${escaped(text)}`),
      fc.constantFrom('=', '*'),
    );
    fc.assert(
      fc.property(held, criteria, (value, criterion) => {
        expect([value, criterion, isInside('text', value, criterion)]).toEqual([
          value,
          criterion,
          isFound('text', value, criterion),
        ]);
      }),
      { numRuns: 3000 },
    );
  });
});

test.each<[Typed, string, string, boolean]>([
  ['text', '==North', 'NORTH', true],
  ['text', '==North', 'Northern', false],
  ['text', '==Sud', 'Süd', false],
  ['text', String.raw`==a\@b.de`, 'a@b.de', true],
  ['number', '5', '5', true],
  ['number', '>9007199254740992', '9007199254740993', true],
  ['number', '<5', '', false],
  ['number', '<5', 'some 3', false],
  ['number', '-2...2', '-1.5', true],
  ['number', '5...5', '5', true],
  ['timestamp', '2026-01-31T10:00:00...2026-01-31', '2026-01-31T23:00:00', true],
  ['time', '>=9:30', '130:00:00', true],
  ['timestamp', '<=2026-01-31', '2026-01-31T23:59:59', true],
  ['timestamp', '>2026-01-31', '2026-01-31T00:00:01', false],
])('of a %s: %s, held is %j: %s', (type, criterion, value, expected) => {
  expect(isInside(type, value, criterion)).toBe(expected);
});

test.each<[FieldType, string, RegExp]>([
  ['text', 'North', /words.*==North/],
  ['text', '=North', /words/],
  ['text', 'A...M', /another order/],
  ['text', '>M', /another order/],
  ['text', '==', /blanks at its ends/],
  ['text', '== North', /blanks at its ends/],
  ['text', '==No*', /means something else.*\\/],
  ['text', '==a@b.de', /means something else/],
  ['text', '==A...M', /means something else/],
  ['text', '!', /words/],
  ['number', 'many', /no number/],
  ['number', '1...2...3', /no number/],
  ['number', '<', /no number/],
  ['number', '5...1', /ends before it begins.*Write 1\.\.\.5$/],
  ['number', '-1…-2', /Write -2\.\.\.-1$/],
  ['date', '2026-02-01...2026-01-31', /Write 2026-01-31\.\.\.2026-02-01$/],
  ['time', '22:00...06:00', /a list of two: >=22:00 and <=06:00/],
  ['timestamp', '2026-01-31T10:00:00...2026-01-30', /Write 2026-01-30\.\.\.2026-01-31T10:00:00/],
  ['date', '//', /today/],
  ['date', '>=//', /today/],
  ['date', '01/31/2026', /2026-01-31/],
  ['date', '2026', /2026-01-31/],
  ['date', '2026-02-30', /no date/],
  ['date', '{1..3}/*/2026', /no date/],
  ['time', '25:61:00', /no time/],
  ['timestamp', '2026-01-31T24:00:00', /no timestamp/],
  ['container', '==photo.jpg', /container/],
])('of a %s: %s is refused', (type, criterion, says) => {
  const read = readCriterion(criterion, type);
  expect(isMistake(read) ? `${read.message}. ${read.remedy}` : read).toMatch(says);
});
