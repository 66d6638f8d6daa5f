/** `audit` on one machine: what each command that decides something leaves behind. */
import { hostname, userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { newHalt } from '../../src/core/halt.ts';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { meeting, parkedRecord } from '../contracts/samples.ts';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';

const key = 'K-00001';
const me = `${userInfo().username}@${hostname()}`;

const actsOf = async (bench: Bench) => {
  const { code, stdout } = await bench.command('audit', '--json');
  expect(code).toBe(0);
  return z
    .object({ acts: z.array(z.looseObject({ what: z.string(), by: z.string() })) })
    .parse(lastObject(stdout)).acts;
};

async function filled(conflicts = 'hold'): Promise<Bench> {
  const old = rows(0, 3).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: {} }, table: { conflicts } });
  await bench.configure((one) => ({ ...one, schedule: { settle: '0 seconds' } }));
  await bench.run();
  return bench;
}

const withState = async (
  bench: Bench,
  work: (control: ReturnType<typeof openLocalState>['control']) => Promise<unknown>,
): Promise<void> => {
  const state = openLocalState({ directory: `${bench.directory}/.serversync`, now: () => Date.now() });
  await work(state.control);
  state.close();
};

test('a choice, its undoing, a record put back and a repair are in the trail, with whoever did it and no value', async () => {
  await using bench = await filled();
  bench.hq.edit(key, { name: 'of hq' });
  bench.branch.edit(key, { name: 'of branch' });
  await bench.run();
  const id = (await bench.command('conflicts list')).stdout.slice(0, 8);
  await bench.command('conflicts resolve', id, '--keep', 'branch');
  await bench.command('conflicts undo', id, '--as', 'Mary, office');
  await bench.command('conflicts resolve', id, '--value', 'a secret');
  await bench.run();
  await bench.command('put-back', 'contacts', key, '--version', '1');
  await bench.run();
  bench.hq.importOver('K-00000', { name: 'unseen' });
  expect((await bench.command('verify', '--repair')).stderr).toBe('');
  expect(await actsOf(bench)).toMatchObject([
    { what: 'repair', by: me, records: 1 },
    { what: 'restore', by: me, table: 'contacts', key, how: 'as after version 1' },
    { what: 'choose', by: me, about: id, how: 'name by a value' },
    { what: 'undo', by: 'Mary, office', about: id, how: 'name' },
    { what: 'choose', by: me, table: 'contacts', key, about: id, how: 'name of branch' },
  ]);
  const { stdout } = await bench.command('audit', '--limit', '4');
  expect(stdout.replaceAll(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm, 'THEN').replaceAll(me, 'ME')).toBe(
    [
      'THEN  repaired',
      '    1 record',
      '    by ME',
      'THEN  put a record back',
      `    contacts, record ${key}, as after version 1`,
      '    by ME',
      'THEN  chose in a conflict',
      `    contacts, record ${key}, name by a value, id ${id}`,
      '    by ME',
      'THEN  took a choice back',
      `    contacts, record ${key}, name, id ${id}`,
      '    by Mary, office',
      'at most 4 acts shown, latest first (--limit shows more)',
      '',
    ].join('\n'),
  );
});

test('answers to halts, an approved first meeting and a retry are in the trail; what was refused or only shown is not', async () => {
  await using bench = await filled();
  const halt = newHalt(
    { table: 'contacts', server: 'branch', kind: 'mass-delete', at: 1 },
    { figures: { gone: 3, rows: 3, limit: 2, before: 0 }, examples: [] },
  );
  await withState(bench, async (control) => {
    await control.putHalt(halt);
    await control.putMeeting(meeting({ server: 'hq', state: 'halted' }));
    await control.park([parkedRecord('k1', { server: 'branch' })]);
  });
  await bench.command('halts');
  expect((await bench.command('dismiss', 'aaaaaa')).code).toBe(2);
  expect((await bench.command('put-back', 'contacts', key, '--version', '1', '--dry-run')).code).toBe(0);
  expect(await actsOf(bench)).toEqual([]);
  expect((await bench.command('put-back', halt.id)).code).toBe(0);
  expect((await bench.command('approve', 'contacts', 'hq')).code).toBe(0);
  expect((await bench.command('parked retry', '--server', 'branch')).code).toBe(0);
  expect(await actsOf(bench)).toMatchObject([
    { what: 'retry', server: 'branch', records: 1 },
    { what: 'approve', table: 'contacts', server: 'hq' },
    { what: 'put-back', table: 'contacts', server: 'branch', about: halt.id, how: 'mass-delete' },
  ]);
});

test('a name that is none is refused, and a state in which nobody decided anything says so', async () => {
  await using bench = await filled();
  const wrong = await bench.command('dismiss', 'aaaaaa', '--as', ' ');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Give a name of 1 to 200 letters')]);
  expect((await bench.command('audit')).stdout).toBe('nobody has decided anything yet\n');
});
