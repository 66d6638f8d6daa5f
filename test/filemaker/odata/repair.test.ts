import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRepaired, repaired } from '../../../src/filemaker/odata/repair.ts';

test.each([
  ['a calculation that failed', '{"f": ?, "g": ?}', { f: null, g: null }],
  ['fractions without a zero', '{"a":.5,"b":-.06,"c":[.5]}', { a: 0.5, b: -0.06, c: [0.5] }],
  ['line ends and tabs in strings', '{"a":"x\ry\n\tz"}', { a: 'x\ry\n\tz' }],
  ['all of it at once', '{"a":"a\nb","b":?,"c":-.5}', { a: 'a\nb', b: null, c: -0.5 }],
  ['what only looks so, within strings', '{"a":"? .5 \\"?\\" -.06\n"}', { a: '? .5 "?" -.06\n' }],
  ['a backslash before the end of a string', '{"a":"x\\\\","b":?}', { a: 'x\\', b: null }],
  ['a long number keeps its digits', '{"a":.1234567890123456789}', { a: '0.1234567890123456789' }],
])('%s', (_, text, value) => expect(parseRepaired(text)).toEqual(value));

test('what is no JSON at all stays unread', () => {
  expect(parseRepaired('<html>?</html>')).toBeUndefined();
  expect(parseRepaired('{"a":"cut o')).toBeUndefined();
});

test('JSON that is whole is not changed', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(repaired(text))).toEqual(JSON.parse(text));
    }),
  );
});

test('whatever strings hold, only their control characters were escaped', () => {
  const raw = fc.string({
    unit: fc.constantFrom('a', '?', '.', '5', '-', '\n', '\r', '\u0001', '{', ':', ' '),
  });
  fc.assert(
    fc.property(fc.array(raw), (strings) => {
      const sent = `[${['?', ...strings.map((one) => `"${one}"`)].join(',')}]`;
      expect(parseRepaired(sent)).toEqual([null, ...strings]);
    }),
  );
});
