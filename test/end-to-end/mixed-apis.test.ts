/** A pair of which one speaks the Data API and the other OData, through the command. */
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { rows, synced } from './support/rows.ts';

const mixed = {
  offices: { hq: { rows: rows(0, 40) }, branch: {} },
  servers: { branch: { api: 'odata' } },
  links: { branch: { layout: undefined, table: 'Contacts' } },
};

test('a first sync, edits on both sides and new records go across between the two APIs, and then nothing is written', async () => {
  await using bench = await openBench(mixed);
  expect(await bench.run()).toMatchObject({ exitCode: 0, parked: 0 });
  expect(bench.branch.records.length).toBe(40);
  expect((await bench.status()).lines.join('\n')).toMatch(/^branch \(OData\) /m);
  bench.hq.edit('K-00001', { name: 'Zoë at hq', amount: '12.5' });
  bench.branch.edit('K-00002', { notes: 'line\none, at branch', born: '2001-02-03' });
  bench.branch.create({ id: 'N-1', name: 'made at branch' });
  await bench.run();
  await bench.run();
  expect(synced(bench.hq)).toEqual(synced(bench.branch));
  expect(bench.hq.value('N-1', 'name')).toBe('made at branch');
  const before = [bench.hq.stats.writes, bench.branch.stats.writes];
  await bench.run();
  expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual(before);
});
