import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutations } from './list.ts';

const textOf = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test.each(mutations)('$rule: $what: can be put into the code as it is now', ({ file, from, to, tests }) => {
  expect(textOf(file).split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  expect(existsSync(new URL(`../../${tests[0]}`, import.meta.url))).toBe(true);
});

test('each of the rules R1 to R8 is taken out somewhere', () => {
  const rules = [...new Set(mutations.map(({ rule }) => rule))].toSorted();
  expect(rules).toEqual(['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8']);
});

test('docs/testing.md lists each of them', () => {
  const documented = textOf('docs/testing.md');
  expect(mutations.filter(({ rule, what }) => !documented.includes(`| ${rule} | ${what} |`))).toEqual([]);
});
