/** A server with data is spoken to over OData from one run to the next, and back. */
import { expect, test } from 'vitest';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { changed } from './support/refusal.ts';
import { rows, synced } from './support/rows.ts';

const old = rows(0, 40).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));

const overOData = (configuration: Plain): Plain =>
  changed(['tables', 'contacts', 'servers', 'branch'], { table: 'Contacts' })(
    changed(['servers', 'branch', 'api'], 'odata')(configuration),
  );

const settled = changed(['schedule'], { settle: '0 seconds' });

const speaking = (bench: Bench, how: (configuration: Plain) => Plain): Promise<void> =>
  bench.configure((configuration) => how(settled(configuration)));

/** How often each was asked to write. */
const writes = (bench: Bench) => [bench.hq.stats.writes, bench.branch.stats.writes];

test.each([
  ['a server that is changed from the Data API to OData', (same: Plain) => same, overOData],
  ['a server that is changed back', overOData, (same: Plain) => same],
])('%s: no record is written or made anew, edits and deletes go on', async (_, before, after) => {
  await using bench = await openBench({ offices: { hq: { rows: old }, branch: {} } });
  const { hq, branch } = bench;
  await speaking(bench, before);
  for (let run = 0; run < 2; run += 1) await bench.run();
  expect(synced(branch)).toEqual(synced(hq));
  bench.resetCounters();
  await speaking(bench, after);
  const first = await bench.run();
  expect(first).toMatchObject({ exitCode: 0, halted: [], conflicts: 0, parked: 0, pending: 0 });
  expect(first.lines.join(' ')).toMatch(/contacts on branch is the same file.*25 of 25 known records/);
  expect(writes(bench)).toEqual([0, 0]);
  expect([hq.records.length, branch.records.length]).toEqual([40, 40]);
  // None of the table's pages was read: what was looked for are single records.
  expect(first.work.reduce((sum, { created, updated }) => sum + created + updated, 0)).toBe(0);
  hq.edit('K-00003', { name: 'edited at hq' });
  branch.edit('K-00004', { name: 'edited at branch' });
  branch.create({ id: 'N-1', name: 'made at branch' });
  await bench.run();
  await bench.run();
  expect(synced(branch)).toEqual(synced(hq));
  expect([branch.value('K-00003', 'name'), hq.value('K-00004', 'name'), hq.value('N-1', 'name')]).toEqual([
    'edited at hq',
    'edited at branch',
    'made at branch',
  ]);
  expect(writes(bench)).toEqual([2, 1]);
});

test('an edit that nobody had read before the change is read after it', async () => {
  await using bench = await openBench({ offices: { hq: { rows: old }, branch: {} } });
  const { hq, branch } = bench;
  await speaking(bench, (same) => same);
  for (let run = 0; run < 2; run += 1) await bench.run();
  branch.edit('K-00003', { name: 'edited before' });
  hq.edit('K-00004', { name: 'waits for branch' });
  await speaking(bench, overOData);
  for (let run = 0; run < 2; run += 1) await bench.run();
  expect([hq.value('K-00003', 'name'), branch.value('K-00004', 'name')]).toEqual([
    'edited before',
    'waits for branch',
  ]);
  expect([hq.records.length, branch.records.length]).toEqual([40, 40]);
});
