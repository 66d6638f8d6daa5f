import { expect, test } from 'vitest';
import type { HaltedPlace } from '../../src/composition/overview.ts';
import { haltedLines } from '../../src/cli/halt-words.ts';

const answered: HaltedPlace = {
  table: 'contacts',
  server: 'hq',
  id: '3f9a1c',
  why: 'clone',
  figures: { found: 20, moved: 20 },
  answers: ['put-back', 'approve', 'dismiss'],
  answer: 'put-back',
};

test.each([
  [undefined, 'with the next run'],
  ['serversync', 'within minutes'],
])('an answer is carried out soon: with the stack %s %s', (stack, when) => {
  expect(haltedLines(answered, stack)[1]).toBe(`    to be put back: it is carried out ${when}`);
});

test('an answer that a changed layout is in the way of says what has to be mended', () => {
  const drift = { figures: { layout: 0, missing: 1, changed: 0 }, fields: ['email'] };
  expect(haltedLines({ ...answered, drift }, undefined)[1]).toBe(
    '    to be put back: it is carried out once its layout is mended: ' +
      'on its layout email is not there any more (renamed, or taken off it)',
  );
});
