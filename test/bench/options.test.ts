/** The command line of the benchmark. */
import { describe, expect, test } from 'vitest';
import { longSuite } from '../../bench/suite.ts';
import { flags, givenOptions, mainOptions, optionsText, withDefaults } from '../../bench/work-options.ts';
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
  ['--sessions 17', "option '--sessions <value>' argument '17' is invalid", 'from 1 to 16'],
  ['--servers 1', "argument '1' is invalid", 'from 2 to 40'],
  ['--work hurry', "argument 'hurry' is invalid", 'first-sync, changes, idle, verify, sweep or arrival'],
  ['--profile moon', "argument 'moon' is invalid", 'none, lan or wan'],
  ['--rows 0', "argument '0' is invalid", 'a whole number of 1 or more'],
  ['--rows many', "argument 'many' is invalid", 'a whole number of 1 or more'],
  ['--niceness 9', "argument '9' is invalid", '0, 1, 2 or 3'],
  ['--wrk idle', "unknown option '--wrk'", '(Did you mean --work?)'],
  ['--rows', 'argument missing', '--rows <value>'],
  ['idle', 'too many arguments', 'idle'],
])('%s is refused, with what would be right', (text, wrong, right) => {
  let said = '';
  expect(() => readOptions(givenOptions, flags, text.split(' '), '', (part) => (said += part))).toThrow(
    wrong,
  );
  expect(said).toContain(right);
  expect(said).toMatch(/--help tells more\)\n$/);
  expect(said).not.toMatch(/^ +at /m);
});

describe('of the records there are, at most all change', () => {
  test('where nothing is said of them', () => {
    expect(withDefaults({ ...read('--rows 4000'), work: 'changes' })).toMatchObject({ changed: 4000 });
  });
  test('more is refused, with both numbers', () => {
    expect(() => withDefaults({ ...read('--rows 4000 --changed 4001'), work: 'changes' })).toThrow(
      '--changed 4001 is more than there are (--rows 4000)',
    );
  });
});

test('--help says of each option what it is', () => {
  let said = '';
  expect(() => readOptions(mainOptions, flags, ['--help'], 'How fast', (part) => (said += part))).toThrow(
    '(outputHelp)',
  );
  for (const name of Object.keys(mainOptions.shape)) expect(said).toMatch(new RegExp(`--${name}.* {2,}\\S`));
});
