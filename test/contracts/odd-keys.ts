/** Keys as users have them, each other than all the rest however alike they look. */
import * as fc from 'fast-check';

export const oddKeys: readonly string[] = [
  'plain',
  'PLAIN',
  'Plain',
  ' plain',
  'plain ',
  'résumé',
  'resume',
  'Résumé',
  're\u0301sume\u0301',
  "o'clock",
  'say "when"',
  '100%',
  '100_',
  '#7',
  'a#b',
  'a#b#c',
  'a/b\\c',
  '*',
  '?',
  '==7',
  '7',
  '07',
  '7.0',
  '7e0',
  'tab\tand\u0001\u001f',
  'line\r\nend',
  '👩‍👩‍👧 family',
  '👩',
  'ß',
  'SS',
  'ı',
  'İ',
  '__proto__',
  'constructor',
  'null',
  '[]',
  '{"key":1}',
  "'); DROP TABLE heads; --",
  'x'.repeat(200),
  `${'x'.repeat(199)}y`,
];

export const manyKeys: readonly string[] = Array.from({ length: 1200 }, (_, at) => `record ${at}`);

/** Text without NUL and without halves of surrogate pairs, as it comes out of JSON from a server. */
export const anyText = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));

export const anyKey = fc.oneof(
  fc.constantFrom(...oddKeys),
  anyText.filter((text) => text !== ''),
);
