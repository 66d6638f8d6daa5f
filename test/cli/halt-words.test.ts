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

test.each(['clone', 'moved'] as const)(
  'a halt as %s names how the records are paired by their keys',
  (why) => {
    const { answer: _, ...waiting } = answered;
    const lines = haltedLines({ ...waiting, why, figures: { asked: 25, agreed: 0, none: 25 } }, 'North');
    const ways = [
      'serversync pause --server hq --stack North',
      'serversync resume --server hq --after-migration --stack North',
    ];
    const [first = -1, second = -1] = ways.map((way) => lines.indexOf(`        ${way}`));
    expect([first > 0, second - first]).toEqual([true, 1]);
  },
);

test('a file that is not the one that is known names the way of a wrong address and of another file, in 80 columns', () => {
  const { answer: _, ...waiting } = answered;
  const moved = {
    ...waiting,
    why: 'moved',
    figures: { asked: 25, agreed: 1, none: 24 },
    answers: [],
  } as const;
  const [heading, ...lines] = haltedLines(moved, undefined);
  expect(heading).toContain('1 of 25 known records that were asked for is there as known, 24 are not there');
  expect(lines.join(' ')).toContain('correct it: it goes on by itself');
  expect(lines).toContain('        serversync forget --server hq');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('where a server speaks OData its table is told of, and never a layout', () => {
  const halted = {
    table: 'contacts',
    server: 'hq',
    id: '3f9a1c',
    api: 'odata',
    answers: ['dismiss'],
  } as const;
  const gone = haltedLines({ ...halted, why: 'schema-drift', figures: { layout: 1 } }, undefined);
  const lacks = haltedLines(
    { ...halted, why: 'schema-drift', figures: { missing: 1 }, fields: ['amount'] },
    undefined,
  );
  expect(gone[0]).toContain('its table is not there any more');
  expect(lacks[0]).toContain(
    'on its table amount is not there any more (deleted, or the account may not see it)',
  );
  expect([...gone, ...lacks].join(' ')).not.toContain('layout');
});
