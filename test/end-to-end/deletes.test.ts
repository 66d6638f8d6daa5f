/** Deletes, sweeps and what halts them, by the real commands in processes of their own. */
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';

/** Both offices hold so many records. The second look follows the first at once. */
async function filled(count: number): Promise<Bench> {
  const old = rows(0, count).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: {} } });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  await bench.run();
  await bench.run();
  return bench;
}

const keyOf = (n: number): string => `K-${String(n).padStart(5, '0')}`;

function deleteFirst({ hq }: Bench, count: number): void {
  for (let n = 0; n < count; n += 1) hq.delete(keyOf(n));
}

test('10 rows imported without a stamp and 5 deletes are found by one sweep, and carried', async () => {
  await using bench = await filled(60);
  deleteFirst(bench, 5);
  for (let n = 10; n < 20; n += 1) bench.hq.importOver(keyOf(n), { notes: `imported ${n}` });
  expect((await bench.run()).exitCode).toBe(0);
  expect([bench.branch.records.length, bench.branch.value(keyOf(10), 'notes')]).toEqual([60, 'note 10']);
  const { code, stdout } = await bench.command('sweep');
  expect([code, stdout]).toEqual([0, expect.stringContaining('5 records of contacts deleted on hq')]);
  expect(stdout).toContain('10 records of contacts on hq changed without a stamp');
  // An import is no user's clock that is behind.
  expect(stdout).not.toContain('were stamped up to');
  expect(bench.branch.records).toHaveLength(55);
  expect(bench.branch.value(keyOf(10), 'notes')).toBe('imported 10');
});

test('50 of 130 rows that are deleted at once halt the table; what is approved goes through once', async () => {
  await using bench = await filled(130);
  deleteFirst(bench, 50);
  const swept = await bench.command('sweep');
  expect([swept.code, bench.branch.records.length]).toEqual([1, 130]);
  expect(swept.stdout).toContain('50 of 130 records are gone; the limit is 20 a day');
  const [, id = ''] = /serversync approve (\S+)/.exec(swept.stdout) ?? [];
  const shown = await bench.command('halts', id);
  expect([shown.code, shown.stdout]).toEqual([1, expect.stringContaining(`    ${keyOf(0)}\n`)]);
  expect((await bench.command('halts')).stdout).toContain(`serversync put-back ${id}`);
  const wrong = await bench.command('approve', 'zzzzzz');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining(`halted now: ${id} (contacts on hq)`),
  ]);
  const approved = await bench.command('approve', id, '--json');
  expect([approved.code, lastObject(approved.stdout)]).toEqual([
    0,
    { exitCode: 0, table: 'contacts', server: 'hq', id, answer: 'approve' },
  ]);
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.branch.records).toHaveLength(80);
  expect((await bench.command('approve', id)).code).toBe(2);
  expect((await bench.command('halts')).stdout).toBe('nothing is halted\n');
});

test.each([
  ['put-back', 130],
  ['dismiss', 80],
])('%s of a halted table leaves the other server as it was', async (what, onHq) => {
  await using bench = await filled(130);
  deleteFirst(bench, 50);
  const { stdout } = await bench.command('sweep');
  const [, id = ''] = /serversync approve (\S+)/.exec(stdout) ?? [];
  expect((await bench.command(what, id)).code).toBe(0);
  await bench.run();
  expect([bench.hq.records.length, bench.branch.records.length]).toEqual([onHq, 130]);
});

test.each([
  { args: ['--server', 'hx'], says: 'there is no server hx in the configuration. It has hq, branch' },
  {
    args: ['--table', 'contcts'],
    says: 'there is no table contcts in the configuration. Did you mean contacts?',
  },
])('sweep $args is refused with what would be right', async ({ args, says }) => {
  await using bench = await filled(1);
  const { code, stderr } = await bench.command('sweep', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test('a backup that was put back halts the table; put-back fills the server anew, approve gives its state to all', async () => {
  for (const [what, expected] of [
    ['put-back', 'later'],
    ['approve', 'note 3'],
  ] as const) {
    await using bench = await filled(30);
    bench.hq.control.backup('monday');
    bench.hq.edit(keyOf(3), { notes: 'later' });
    expect((await bench.run()).exitCode).toBe(0);
    bench.hq.control.restore('monday');
    const swept = await bench.command('sweep');
    expect([swept.code, swept.stdout]).toEqual([1, expect.stringContaining('put back to an earlier state')]);
    expect(bench.branch.value(keyOf(3), 'notes')).toBe('later');
    const [, id = ''] = /serversync put-back (\S+)/.exec(swept.stdout) ?? [];
    expect((await bench.command(what, id)).code).toBe(0);
    expect((await bench.run()).exitCode).toBe(0);
    expect([bench.hq, bench.branch].map((office) => office.value(keyOf(3), 'notes'))).toEqual([
      expected,
      expected,
    ]);
  }
});
