import { expect, test } from 'vitest';
import { eventLines } from '../../src/cli/event-lines.ts';
import { reasonOf } from '../../src/composition/server-reasons.ts';

const halted = {
  kind: 'halted',
  why: 'schema-drift',
  table: 'contacts',
  server: 'hq',
  id: '3f9a1c',
  figures: { layout: 1, missing: 0, changed: 0 },
} as const;

test.each([
  ['data', 'layout'],
  ['odata', 'table'],
] as const)('the line of a halt on a server that speaks %s tells of its %s', (api, shown) => {
  const gone = `its ${shown} is not there any more (renamed, deleted, or the account may not see it)`;
  expect(eventLines(halted, () => api)).toEqual([
    `contacts: halted for hq: ${gone}`,
    '    the ways out: serversync halts 3f9a1c',
  ]);
});

test('why a server fails is said in the words of the API that it speaks', () => {
  expect(reasonOf('layout-missing', 'odata')).toBe(
    'a table is missing. Create it, or correct its name in the configuration',
  );
  expect(reasonOf('not-filemaker', 'odata')).toContain('no FileMaker Server with its OData on');
  expect(reasonOf('not-filemaker', 'data')).toContain('with its Data API on');
  expect(reasonOf('unheard-of', 'odata')).toBe('unheard-of');
});
