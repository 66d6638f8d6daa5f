/** A server is moved to another address while its records live, by the real commands. */
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { contactFields, type Row } from './support/office.ts';
import { changed, type Path } from './support/refusal.ts';
import { rows, synced } from './support/rows.ts';

const old = (of: readonly Row[]): readonly Row[] =>
  of.map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));

async function twoOffices(options: { readonly rows?: readonly Row[] } = {}): Promise<Bench> {
  const bench = await openBench({ offices: { hq: { rows: old(options.rows ?? rows(0, 40)) }, branch: {} } });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  for (let run = 0; run < 2; run += 1) await bench.run();
  bench.resetCounters();
  return bench;
}

const settled = changed(['schedule'], { settle: '0 seconds' });

const urlOfHq: Path = ['servers', 'hq', 'url'];

const moved = (bench: Bench, url: string): Promise<void> =>
  bench.configure((configuration) => changed(urlOfHq, url)(settled(configuration)));

/** The same server under another name of this machine. */
const elsewhere = ({ hq }: Bench): string => hq.url.replace('127.0.0.1', 'localhost');

test('the same file at another address is known by its records, and goes on without one being read or written anew', async () => {
  await using bench = await twoOffices();
  const { hq, branch } = bench;
  branch.edit('K-00003', { name: 'edited meanwhile' });
  hq.edit('K-00004', { name: 'edited after the move' });
  await moved(bench, elsewhere(bench));
  // Who only looks is not refused, and changes nothing.
  expect((await bench.command('status')).code).toBe(0);
  const ran = await bench.run();
  expect(ran).toMatchObject({ exitCode: 0, halted: [], conflicts: 0 });
  expect(ran.lines.join(' ')).toContain(
    'contacts on hq is the same file at its new address: 25 of 25 known records that were asked for are as known',
  );
  expect(ran.lines.filter((line) => line.length > 80)).toEqual([]);
  expect([hq.value('K-00003', 'name'), branch.value('K-00004', 'name')]).toEqual([
    'edited meanwhile',
    'edited after the move',
  ]);
  expect([hq.writes.length, branch.writes.length, hq.stats.requests.list]).toEqual([1, 1, 0]);
  const again = await bench.run();
  expect([again.exitCode, again.lines.join(' ')]).toEqual([0, expect.not.stringContaining('new address')]);
});

test('while nothing answers at the new address nothing is lost, and the move is told by its halt', async () => {
  await using bench = await twoOffices();
  bench.branch.edit('K-00003', { name: 'waits' });
  await moved(bench, 'http://127.0.0.1:9');
  expect((await bench.run()).exitCode).toBe(3);
  expect((await bench.command('halts')).stdout).toContain(
    'whether it is the same file is looked at before anything is read or written',
  );
  await moved(bench, elsewhere(bench));
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.hq.value('K-00003', 'name')).toBe('waits');
});

test.each([
  ['an empty one', [], 0],
  ['one with other records', rows(500, 540), 0],
])(
  'R8: %s is refused, by what was found and the ways out; the address corrected, it goes on',
  async (_, of, agreed) => {
    await using bench = await twoOffices();
    await using other = await openBench({ offices: { hq: { rows: old(of) } } });
    bench.branch.edit('K-00003', { name: 'waits' });
    bench.branch.delete('K-00004');
    await moved(bench, other.hq.url);
    for (const command of ['run --once', 'sweep']) expect((await bench.command(command)).code).toBe(1);
    expect([other.hq.stats.writes, bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0, 0]);
    const asJson = await bench.command('halts', '--json');
    expect(lastObject(asJson.stdout)).toMatchObject({
      halted: [{ table: 'contacts', server: 'hq', why: 'moved', figures: { asked: 25, agreed } }],
    });
    const { stdout } = await bench.command('halts');
    expect(stdout).toContain('is not the file that is known: 0 of 25 known records that were asked for');
    for (const way of ['pause --server hq', 'resume --server hq --after-migration', 'forget --server hq'])
      expect(stdout).toContain(`serversync ${way}`);
    await moved(bench, bench.hq.url);
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.hq.value('K-00003', 'name')).toBe('waits');
    expect(other.hq.records).toHaveLength(of.length);
  },
);

test('R8: the same records under other record ids are refused, and paired by key as the halt says', async () => {
  await using bench = await twoOffices();
  // The key is the order in which they were made.
  await using other = await openBench({ offices: { hq: { rows: old(rows(0, 40)).toReversed() } } });
  bench.branch.edit('K-00003', { name: 'waits' });
  await moved(bench, other.hq.url);
  const ran = await bench.command('run', '--once');
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('another file is in its place');
  expect(other.hq.writes).toEqual([]);
  for (const way of ['pause --server hq', 'resume --server hq --after-migration']) {
    expect(ran.stdout).toContain(`serversync ${way}`);
    expect((await bench.command(way)).code).toBe(0);
  }
  expect((await bench.run()).exitCode).toBe(0);
  expect(other.hq.value('K-00003', 'name')).toBe('waits');
  expect(synced(other.hq)).toEqual(synced(bench.branch));
  expect(other.hq.writes).toHaveLength(1);
});

test('R8: a file that lacks a field is refused by the name of the field', async () => {
  await using bench = await twoOffices();
  const fields = contactFields.filter(({ name }) => name !== 'amount');
  await using other = await openBench({ offices: { hq: { fields } } });
  await moved(bench, other.hq.url);
  for (let run = 0; run < 2; run += 1) expect((await bench.command('run', '--once')).code).toBe(1);
  const { stdout } = await bench.command('halts');
  expect(stdout).toContain('on its layout amount is not there any more');
  await moved(bench, elsewhere(bench));
  expect((await bench.run()).exitCode).toBe(0);
});

test('R8: an older copy is a backup: it halts as such, and put back it gets what it lacks', async () => {
  await using bench = await twoOffices();
  bench.hq.control.backup('monday');
  for (const { values } of bench.branch.records) bench.branch.edit(values['id'] ?? '', { name: 'later' });
  for (let run = 0; run < 2; run += 1) await bench.run();
  bench.hq.control.restore('monday');
  bench.resetCounters();
  await moved(bench, elsewhere(bench));
  const ran = await bench.command('run', '--once');
  expect([ran.code, bench.hq.writes, bench.branch.writes]).toEqual([1, [], []]);
  expect(ran.stdout).toContain('its file was put back to an earlier state');
  const id = /serversync put-back (\S+)/.exec(ran.stdout)?.[1] ?? '';
  expect((await bench.command('put-back', id)).code).toBe(0);
  expect((await bench.run()).exitCode).toBe(0);
  expect(new Set(bench.hq.records.map(({ values }) => values['name']))).toEqual(new Set(['later']));
});

test('another file on purpose: taken out, forgotten and put in again, as the halt says, it is met as a new server', async () => {
  await using bench = await openBench({ offices: { hq: { rows: old(rows(0, 40)) }, branch: {}, shop: {} } });
  for (let run = 0; run < 2; run += 1) await bench.run();
  await using other = await openBench({ offices: { hq: { rows: old(rows(500, 510)) } } });
  await bench.configure(changed(urlOfHq, other.hq.url));
  expect((await bench.run()).exitCode).toBe(1);
  await bench.configure((configuration) =>
    changed(
      ['servers', 'hq'],
      undefined,
    )(changed(['tables', 'contacts', 'servers', 'hq'], undefined)(configuration)),
  );
  expect((await bench.run()).exitCode).toBe(0);
  expect((await bench.command('forget', '--server', 'hq', '--yes')).code).toBe(0);
  await bench.configure(changed(urlOfHq, other.hq.url));
  await bench.run();
  expect(await bench.run()).toMatchObject({ exitCode: 0, halted: [] });
  for (const office of [other.hq, bench.branch, bench.office('shop')])
    expect(office.records).toHaveLength(50);
});
