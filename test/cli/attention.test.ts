/** `attention` over a state of this machine: its words, its columns, its JSON, its exit code. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attentionCommand } from '../../src/cli/attention-command.ts';
import type { Control } from '../../src/ports/control.ts';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { clockState, conflict, meeting, parkedRecord, run } from '../contracts/samples.ts';
import { collected } from '../end-to-end/support/bench.ts';
import { configuration } from './support/aws-bench.ts';

const hour = 3_600_000;

async function told(fill: (control: Control) => Promise<unknown>, report = false) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-test-'));
  const configFile = join(folder.path, 'serversync.yaml');
  await writeFile(configFile, configuration);
  const state = openLocalState({ directory: join(folder.path, '.serversync'), now: () => Date.now() });
  await state.control.putRun(run('first', { startedAt: 1, endedAt: 2 }));
  await fill(state.control);
  state.close();
  const { output, lines, objects } = collected();
  const exitCode = await attentionCommand({ configFile, stateDirectory: undefined, output, report });
  const plain = lines.map((line) => line.replaceAll(configFile, 'FILE'));
  return { exitCode, lines: plain, json: objects.at(-1), configFile };
}

test('the list fits 80 columns, each matter with its command on a line of its own', async () => {
  const now = Date.now();
  const { exitCode, lines } = await told(async (control) => {
    await control.putMeeting(meeting({ at: now - 50 * hour }));
    await control.putConflicts([conflict('a', { open: true, at: now - 2 * hour })]);
    await control.park([parkedRecord('k1', { server: 'branch', at: now - hour })]);
    const failing = [{ server: 'branch', code: 'sessions-exhausted', since: now - 2 * hour }];
    await control.putRun(run('1', { failing }));
    await control.putClock(clockState(1, { measuredAt: now, step: { byMs: -720_000, at: now - hour } }));
  });
  expect(exitCode).toBe(1);
  expect(lines.map((line) => line.replace(/halts \w{6}/, 'halts ID'))).toEqual([
    '5 matters wait for you',
    '',
    'Now:',
    '  contacts on hq: halted: 30 of 40 shared records differ at the first',
    '      meeting (2 days 2 h ago)',
    '      serversync halts ID --config FILE',
    '  branch: it cannot be read or written (2 h ago)',
    '      No session is free: others of the sync have them, one that died left some',
    '      (for 16 minutes), or the server takes no more. If it stays so, raise',
    '      sessions in the configuration, or close other Data API clients.',
    '      serversync run --once --config FILE',
    '  contacts on branch: 1 record is parked (1 h ago)',
    '      serversync parked list --table contacts --server branch --config FILE',
    '  contacts: 1 conflict waits for your choice (2 h ago)',
    '      serversync conflicts list --held --table contacts --config FILE',
    '',
    'When you have time:',
    '  hq: its clock was set back by 12 min (1 h ago)',
    '      See that it is right now: the time around it is read again.',
    '      serversync status --config FILE',
  ]);
  const prose = lines.filter((line) => !line.includes('serversync '));
  expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('JSON has each matter with its command as it is typed, and no key of a record', async () => {
  const at = Date.now() - hour;
  const { json, configFile } = await told((control) => control.park([parkedRecord('key-4711', { at })]));
  expect(json).toEqual({
    exitCode: 1,
    matters: [
      {
        kind: 'parked',
        urgency: 'now',
        since: at,
        table: 'contacts',
        server: 'hq',
        count: 1,
        text: '1 record is parked',
        next: `serversync parked list --table contacts --server hq --config ${configFile}`,
      },
    ],
  });
  expect(JSON.stringify(json)).not.toContain('key-4711');
});

test('where nothing waits it says so, and ends with 0', async () => {
  const { exitCode, lines, json } = await told(async () => undefined);
  expect([exitCode, lines, json]).toEqual([0, ['nothing waits for you'], { exitCode: 0, matters: [] }]);
});

test('as a letter it begins with a subject, and its commands can be copied', async () => {
  const at = Date.now() - hour;
  const { lines, exitCode } = await told((control) => control.park([parkedRecord('k1', { at })]), true);
  const [letter = ''] = lines;
  expect([exitCode, letter.split('\n').slice(0, 2)]).toEqual([1, ['ServerSync: 1 matter waits for you', '']]);
  expect(letter).toContain('    serversync parked list --table contacts --server hq --config FILE\n');
});
