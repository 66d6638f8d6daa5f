/** Files that are put in the place of others, by the real commands in processes of their own. */
import { expect, test } from 'vitest';
import { type Bench, type BenchOptions, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows, synced } from './support/rows.ts';

const keyOf = (n: number): string => `K-${String(n).padStart(5, '0')}`;

/** Both offices hold so many records, none of which was changed lately. */
async function filled(count: number, links: BenchOptions['links'] = {}): Promise<Bench> {
  const old = rows(0, count).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: {} }, links });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  await bench.run();
  await bench.run();
  return bench;
}

const idIn = (stdout: string): string => /serversync \S+ ([0-9a-z]{6})/.exec(stdout)?.[1] ?? '';

test('a backup in which nothing is older halts when a record is made there; approved, what the file holds goes to all', async () => {
  await using bench = await filled(30);
  bench.hq.control.backup('monday');
  bench.hq.create({ id: 'lost', name: 'made after the backup' });
  expect((await bench.run()).exitCode).toBe(0);
  bench.hq.control.restore('monday');
  bench.hq.create({ id: 'new', name: 'made since' });
  const ended = await bench.command('run', '--once', '--json');
  expect([ended.code, lastObject(ended.stdout)]).toMatchObject([
    1,
    { halted: [{ table: 'contacts', server: 'hq', why: 'restored', figures: { lost: 1 } }] },
  ]);
  expect([bench.branch.byKey.has('new'), bench.branch.byKey.has('lost')]).toEqual([false, true]);
  const { stdout } = await bench.command('halts');
  expect(stdout).toContain('(a backup): 1 record that it had last is not there any more');
  expect(stdout.split('\n').filter((line) => line.length > 130)).toEqual([]);
  expect((await bench.command('approve', idIn(stdout))).code).toBe(0);
  await bench.run();
  expect((await bench.run()).exitCode).toBe(0);
  expect([bench.branch.byKey.has('new'), bench.branch.byKey.has('lost')]).toEqual([true, false]);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
});

test('a backup in which nobody did anything yet is not seen by a run, and halts with the sweep', async () => {
  await using bench = await filled(30);
  bench.hq.control.backup('monday');
  bench.hq.edit(keyOf(3), { notes: 'after the backup' });
  expect((await bench.run()).exitCode).toBe(0);
  bench.hq.control.restore('monday');
  expect(await bench.run()).toMatchObject({ exitCode: 0, halted: [] });
  const swept = await bench.command('sweep');
  expect([swept.code, bench.branch.value(keyOf(3), 'notes')]).toEqual([1, 'after the backup']);
  expect(swept.stdout).toContain('its file was put back to an earlier state (a backup)');
});

test('a clone halts the table where it is; put back, the map is made anew and nothing is doubled', async () => {
  await using bench = await filled(40);
  bench.branch.edit(keyOf(3), { notes: 'meanwhile' });
  bench.hq.control.migrate();
  bench.hq.control.resetCounters();
  const swept = await bench.command('sweep');
  expect([swept.code, bench.hq.writes]).toEqual([1, []]);
  expect(swept.stdout).toContain('20 of 20 records that were looked up have another record id');
  const { stdout } = await bench.command('halts', '--json');
  expect(lastObject(stdout)).toMatchObject({
    halted: [
      { why: 'clone', figures: { found: 20, moved: 20 }, answers: ['put-back', 'approve', 'dismiss'] },
    ],
  });
  expect((await bench.command('put-back', idIn(swept.stdout))).code).toBe(0);
  expect((await bench.run()).exitCode).toBe(0);
  expect([bench.hq.records.length, bench.hq.value(keyOf(3), 'notes')]).toEqual([40, 'meanwhile']);
  expect(bench.hq.writes.map(({ kind }) => kind)).toEqual(['update']);
  expect((await bench.command('sweep')).code).toBe(0);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
});

test.each([
  ['receive', 'approve', 'what it holds goes to no other server', 'put-back'],
  ['send', 'put-back', 'nothing is written there', 'approve'],
])(
  'on a server with the role %s %s is refused, with what would be right',
  async (role, what, says, right) => {
    const [server, other] = role === 'send' ? (['hq', 'branch'] as const) : (['branch', 'hq'] as const);
    await using bench = await filled(30, { [server]: { role } });
    bench[server].control.migrate();
    const { stdout } = await bench.command('sweep');
    const id = idIn(stdout);
    expect(stdout).not.toContain(`serversync ${what} `);
    const refused = await bench.command(what, id);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(refused.stderr).toContain(`serversync ${right} ${id}`);
    expect((await bench.command(right, id)).code).toBe(0);
    expect((await bench.run()).exitCode).toBe(0);
    expect(synced(bench[server])).toEqual(synced(bench[other]));
  },
);
