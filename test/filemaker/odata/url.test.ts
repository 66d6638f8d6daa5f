import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeQuery,
  encodeSegment,
  fieldName,
  filterLiteral,
  groupsOf,
  queryOf,
} from '../../../src/filemaker/odata/url.ts';

test.each([
  ['a plain name stands as it is', 'Name', 'Name'],
  ['a blank', 'First Name', '"First Name"'],
  ['an underscore', 'zz_Mod', '"zz_Mod"'],
  ['an umlaut', 'Größe', '"Größe"'],
  ['a name that begins with a digit', '2nd', '"2nd"'],
  ['id in any case', 'ID', '"ID"'],
  ['a quotation mark', 'a"b', '"a""b"'],
  ['an id stands as it is', 'FMFID:4296032405', 'FMFID:4296032405'],
])('in an option of a query: %s', (_, name, written) => expect(fieldName(name)).toBe(written));

test('dollars, commas and colons stay, a blank is %20, and what would end the option is encoded', () => {
  expect(queryOf({ $select: 'A,"B c"', $filter: 'T ge 2026-11-22T10:00:00Z and "K" eq \'a&b#+?\'' })).toBe(
    "?$select=A,%22B%20c%22&$filter=T%20ge%202026-11-22T10:00:00Z%20and%20%22K%22%20eq%20'a%26b%23%2B%3F'",
  );
});

test('an option that is undefined is left out, and nothing is asked where all are', () => {
  expect([queryOf({ $top: '5', $skip: undefined }), queryOf({ $skip: undefined })]).toEqual(['?$top=5', '']);
});

const unit = fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 65_535 }));

/** Halves of pairs of surrogates too. */
const anything = fc.array(unit).map((units) => String.fromCharCode(...units));

test('whatever a name or a value holds, the server decodes what was meant', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const meant = text.toWellFormed();
      expect(decodeURIComponent(encodeQuery(text))).toBe(meant);
      expect(decodeURIComponent(encodeSegment(text))).toBe(meant);
      expect(encodeQuery(text)).not.toMatch(/[+\s&#]|%24|%2C|%3A/);
      expect(encodeSegment(text)).not.toMatch(/[+\s/?&#]/);
    }),
  );
});

test.each([
  ['text', "O'Brien", "'O''Brien'"],
  ['text', 'a\nb', "'a\rb'"],
  ['number', '12345678901234567890.5', '12345678901234567890.5'],
  ['number', 'about five', undefined],
  ['number', '1 or true', undefined],
  ['date', '2026-11-22', '2026-11-22'],
  ['time', '10:00:00', '10:00:00'],
  ['timestamp', '2026-11-22T10:00:00', '2026-11-22T10:00:00Z'],
  ['timestamp', 'yesterday', undefined],
  ['container', 'x', undefined],
] as const)('a %s that is %j is asked for by %j', (type, canonical, literal) =>
  expect(filterLiteral(type, canonical)).toBe(literal),
);

test('terms are put together as far as an address may go, each once and in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 60 })), fc.integer({ min: 10, max: 400 }), (terms, room) => {
      const groups = groupsOf(terms, (term) => term, room);
      expect(groups.flat()).toEqual(terms);
      for (const group of groups)
        expect(group.length === 1 || encodeQuery(group.join(' or ')).length <= room).toBe(true);
    }),
  );
});
