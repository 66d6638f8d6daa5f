import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { refusalOf, refusals, retryAtOf, wordsOf } from '../../src/core/refusals.ts';

const page = readFileSync(new URL('../../docs/parked.md', import.meta.url), 'utf8');

describe('the codes of parked records', () => {
  test('stand on the page about them as they stand in the code, and no others', () => {
    const told = [...page.matchAll(/^\| (`?)([\w-]+)\1 \| (.+) \| (.+) \| (yes|no) \|$/gm)].map(
      ([, , code, cause, advice, passes]) => [code, cause, advice, passes],
    );
    const known = Object.entries(refusals).map(([code, { cause, advice, passes }]) => [
      code,
      cause,
      advice,
      passes ? 'yes' : 'no',
    ]);
    expect(new Set(told)).toEqual(new Set(known));
    expect(told).toHaveLength(known.length);
  });

  test.each([
    ['1204', 'a calculation of the file cannot be evaluated', false],
    ['5000', 'a script of the file reverted the change with a code of its own', true],
    ['5499', 'a script of the file reverted the change with a code of its own', true],
    ['http-403', 'the web server before FileMaker did not pass the request on', false],
    ['http-413', 'the web server before FileMaker takes no request of this size', false],
    ['5500', 'a code that this program has no words for', false],
    ['500', 'a date does not pass validation', false],
    ['constructor', 'a code that this program has no words for', false],
  ])('%s means: %s', (code, cause, passes) => {
    expect(refusalOf(code)).toMatchObject({ cause, passes });
  });

  test('each has a cause and an advice that fit into one sentence', () => {
    for (const refusal of Object.values(refusals))
      expect(wordsOf(refusal)).toMatch(/^[a-z][^:]+: [a-z].*[^.]$/);
  });
});

const waits = (code: string, attempts: readonly number[]): readonly (number | undefined)[] =>
  attempts.map((count) => retryAtOf(code, count, 0));

describe('the wait before the next try', () => {
  test('is a minute, doubles with each try, and is a day at most', () => {
    const day = 86_400_000;
    expect(waits('510', [1, 2, 3, 11, 12, 5000])).toEqual([60_000, 120_000, 240_000, 61_440_000, day, day]);
  });

  test('is none where the cause does not pass by itself', () => {
    expect(waits('511', [1, 9])).toEqual([undefined, undefined]);
    expect(waits('an unknown code', [1])).toEqual([undefined]);
  });
});
