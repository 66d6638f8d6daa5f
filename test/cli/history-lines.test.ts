import { expect, test } from 'vitest';
import { betweenLines } from '../../src/cli/history/lines.ts';

const words = (version: number, listed: number, knownFrom: number): string =>
  betweenLines({ version }, { steps: Array.from({ length: listed }), knownFrom }).join('\n');

test('of versions that are left out between those that are listed history says how many, and why', () => {
  expect(words(7, 3, 1)).toBe(
    '\n3 versions between them changed no value: a value lost, or what a server shows\nwas noted',
  );
  expect(words(3, 1, 1)).toContain('1 version between them changed no value');
  expect(words(3, 2, 1)).toBe('');
  expect(words(9, 2, 7)).toBe('');
});
