/** The command line of the benchmark. */
import { describe, expect, test } from 'vitest';
import { longSuite } from '../../bench/suite.ts';
import { flags, givenOptions, optionsText, withDefaults } from '../../bench/work-options.ts';
import { readOptions } from '../support/tool-options.ts';

const read = (text: string) => readOptions(givenOptions, flags, text.split(' '));

describe('the command that is told for a figure repeats it', () => {
  test.each(longSuite.map((given) => [optionsText(withDefaults(given)), given] as const))(
    '%s',
    (text, given) => {
      const again = read(text);
      expect(withDefaults({ ...again, work: again.work ?? 'idle' })).toEqual(withDefaults(given));
    },
  );
});

test.each([
  ['--sessions 17', 'sessions'],
  ['--servers 1', 'servers'],
  ['--work hurry', 'first-sync'],
  ['--profile moon', 'lan'],
  ['--rows 0', 'rows'],
])('%s is refused', (text, what) => {
  expect(() => read(text)).toThrow(what);
});
