import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalNumber, canonicalText } from '../../src/core/canonical.ts';

/** Far enough below the point for every decimal that is generated here. */
const places = 1100;
const exactForm = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/** A decimal without exponent as a whole number of 10^-1100: two texts are the same number if these are equal. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(places, '0'));
  return text.startsWith('-') ? -size : size;
}

type Decimal = { readonly negative: boolean; readonly digits: string; readonly exponent: number };

const valueOf = ({ negative, digits, exponent }: Decimal): bigint =>
  BigInt(digits) * 10n ** BigInt(places + exponent) * (negative ? -1n : 1n);

const decimals: fc.Arbitrary<Decimal> = fc.record({
  negative: fc.boolean(),
  digits: fc.stringMatching(/^\d{1,40}$/),
  exponent: fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -400, max: 400 })),
});

const spellings = fc.record({
  pointBack: fc.integer({ min: 0, max: 45 }),
  zerosBefore: fc.integer({ min: 0, max: 5 }),
  zerosAfter: fc.integer({ min: 0, max: 5 }),
  sign: fc.constantFrom('', '+'),
  power: fc.constantFrom('e', 'E', 'e+', 'E+'),
  around: fc.constantFrom('', ' ', '\r', '\t '),
});
type Spelling = typeof spellings extends fc.Arbitrary<infer One> ? One : never;

/** One of the many ways to write the same number: `12e3`, `+0012.0E3`, `.12e5`, `1.2e4`. */
function spelled({ negative, digits, exponent }: Decimal, how: Spelling): string {
  const back = Math.min(how.pointBack, digits.length);
  const whole = '0'.repeat(how.zerosBefore) + digits.slice(0, digits.length - back);
  const fraction = digits.slice(digits.length - back) + '0'.repeat(how.zerosAfter);
  const shift = exponent + back;
  const power = shift === 0 ? '' : `${shift < 0 ? how.power.charAt(0) : how.power}${shift}`;
  const number = fraction === '' ? whole : `${whole}.${fraction}`;
  return how.around + (negative ? '-' : how.sign) + number + power + how.around;
}

const textInNumbers = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('0', '1', '.', '-', '+', 'e', ' ', '\r', '\n', 'x') }),
);

describe('the canonical form of a number', () => {
  test('is exactly the number that was written, without a sign of zero, needless zeros or an exponent', () => {
    fc.assert(
      fc.property(decimals, spellings, (decimal, how) => {
        const canonical = canonicalNumber(spelled(decimal, how));
        expect(canonical).toMatch(exactForm);
        expect(canonical).not.toBe('-0');
        expect(scaled(canonical)).toBe(valueOf(decimal));
      }),
      { numRuns: 3000 },
    );
  });

  test('is one and the same for every way to write a number', () => {
    fc.assert(
      fc.property(decimals, spellings, spellings, (decimal, one, other) => {
        expect(canonicalNumber(spelled(decimal, one))).toBe(canonicalNumber(spelled(decimal, other)));
      }),
      { numRuns: 2000 },
    );
  });

  test('differs for two numbers that differ in their last digit, beyond 2^53 too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 30n }), (number) => {
        expect(canonicalNumber(`${number}`)).toBe(`${number}`);
        expect(canonicalNumber(`${number + 1n}`)).not.toBe(canonicalNumber(`${number}`));
      }),
    );
  });

  test('stays as it is when it is made canonical again, whatever the field held', () => {
    fc.assert(
      fc.property(textInNumbers, (text) => {
        const once = canonicalNumber(text);
        expect(canonicalNumber(once)).toBe(once);
        expect(once).not.toContain('\r');
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['.5', '0.5'],
    ['5.', '5'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['+7', '7'],
    ['007.10', '7.1'],
    ['1e3', '1000'],
    ['1.5E-3', '0.0015'],
    ['-12.5e1', '-125'],
    ['100', '100'],
    [' 42 ', '42'],
    ['9007199254740993', '9007199254740993'],
    ['1e400', `1${'0'.repeat(400)}`],
    ['1e-400', `0.${'0'.repeat(399)}1`],
  ])('of %j is %j', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });

  test.each([
    '',
    'about 5',
    '1,000',
    '0x10',
    '1e',
    'e5',
    '.',
    '-',
    '--5',
    '1.2.3',
    'NaN',
    'Infinity',
    '٣',
    '5 5',
  ])('is the text itself where the field holds the text %j', (text) => {
    expect(canonicalNumber(text)).toBe(text);
  });

  test.each(['1e501', '1e999999', '-1e-501', '1e9999999'])(
    'is the text itself for %s, which no FileMaker number reaches',
    (text) => {
      expect(canonicalNumber(text)).toBe(text);
    },
  );

  test.each([
    ['a\rb', 'a\nb'],
    ['1e501\r\n', '1e501\n'],
  ])('has the line ends of text where the field holds the text %j', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });
});

describe('the canonical form of a text', () => {
  test('is the same whichever line ends a client sent, and no other byte is touched', () => {
    const lines = fc.array(
      fc.string({ unit: 'binary' }).filter((line) => !/[\r\n]/.test(line)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(lines, fc.infiniteStream(fc.constantFrom('\r\n', '\r', '\n')), (given, ends) => {
        // A line that is empty would join `\r` and `\n` of two ends to one.
        const full = given.map((line) => `${line}|`);
        const sent = full.map((line, at) => (at === 0 ? line : `${ends.next().value}${line}`)).join('');
        expect(canonicalText(sent)).toBe(full.join('\n'));
      }),
    );
  });

  test.each([
    ['a\r\rb', 'a\n\nb'],
    ['a\r\n\r\nb', 'a\n\nb'],
    ['a\n\rb', 'a\n\nb'],
    [' é e\u0301 \t', ' é e\u0301 \t'],
  ])('of %j is %j', (text, canonical) => {
    expect(canonicalText(text)).toBe(canonical);
  });
});
