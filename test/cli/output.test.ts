/** Lines in a terminal. */
import { expect, test } from 'vitest';
import { fitted } from '../../src/cli/output.ts';

test('a line that is too wide is broken between words, and goes on indented', () => {
  const text = '    contacts on hq: the account of the sync sees 4 of the 9 records';
  expect(fitted(text, 40)).toEqual([
    '    contacts on hq: the account of the',
    '        sync sees 4 of the 9 records',
  ]);
  expect(fitted(text, 80)).toEqual([text]);
});

test('a command and a row of columns stay whole', () => {
  for (const text of [
    '        serversync approve contacts branch --stack ServerSync',
    'contacts  branch  both  20,000           2.0 s ago',
  ])
    expect(fitted(text, 20)).toEqual([text]);
});
