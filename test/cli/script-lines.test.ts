import { expect, test } from 'vitest';
import { eventLines } from '../../src/cli/event-lines.ts';
import { retriesTo } from '../../src/composition/engine-of.ts';
import type { DataApiEvent } from '../../src/filemaker/data-api/events.ts';

const place = { kind: 'script', server: 'branch', database: 'Main', layout: 'Contacts_Sync' } as const;

const linesOf = (event: DataApiEvent): readonly string[] => {
  const lines: string[] = [];
  retriesTo((one) => lines.push(...eventLines(one)))(event);
  return lines;
};

test('a run says when writes begin to go through the script', () => {
  expect(linesOf({ ...place, state: 'in-use' })).toEqual([
    'branch: Contacts_Sync is written through the script from now on, many records by one request',
  ]);
});

test('a run says when they do not, why, and what tells more', () => {
  expect(linesOf({ ...place, state: 'off', why: 'write-refused', code: '959' })).toEqual([
    'branch: Contacts_Sync is written by a request for each record: the step Execute FileMaker Data API does not write there (959) (serversync doctor says what to do)',
  ]);
});
