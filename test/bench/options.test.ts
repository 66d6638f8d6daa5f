/** The command line of the benchmark. */
import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { longSuite } from '../../bench/suite.ts';
import { flags, givenOptions, optionsText, withDefaults } from '../../bench/work-options.ts';

function read(text: string) {
  const names = Object.keys(givenOptions.shape);
  const options = Object.fromEntries(
    names.map((name) => [
      name,
      { type: flags.some((flag) => flag === name) ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  return givenOptions.parse(parseArgs({ args: text.split(' '), options }).values);
}

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
