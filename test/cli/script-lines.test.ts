import { expect, test } from 'vitest';
import { eventLines } from '../../src/cli/event-lines.ts';
import { retriesTo } from '../../src/composition/engine-of.ts';
import type { ConnectorEvent } from '../../src/filemaker/http/events.ts';

const place = {
  kind: 'script',
  script: 'Apply all',
  server: 'branch',
  database: 'Main',
  layout: 'Contacts_Sync',
} as const;

const linesOf = (event: ConnectorEvent): readonly string[] => {
  const lines: string[] = [];
  retriesTo((one) => lines.push(...eventLines(one, () => 'data')))(event);
  return lines;
};

test('a run says when writes begin to go through the script', () => {
  expect(linesOf({ ...place, state: 'in-use' })).toEqual([
    'branch: Contacts_Sync is written through the script from now on, many records by one request',
  ]);
});

test('a run says when they do not, why, and what to do', () => {
  expect(linesOf({ ...place, state: 'off', why: 'write-refused', code: '959' })).toEqual([
    'branch: Contacts_Sync is written by a request for each record: the step Execute FileMaker Data API of the script "Apply all" does not write in the file "Main" on branch (959). Put the script of filemaker/README.md there anew, and compare it with ServerSync.txt line by line.',
  ]);
});

test('of a script that is not there it names the script, the file and the server', () => {
  expect(linesOf({ ...place, state: 'off', why: 'script-missing' })).toEqual([
    'branch: Contacts_Sync is written by a request for each record: there is no script "Apply all" in the file "Main" on branch, or the account may not run it. Put it there (filemaker/README.md), write its name there under `script` of branch, or let the privilege set run it (File > Manage > Security, Scripts).',
  ]);
});
