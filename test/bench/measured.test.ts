/** The benchmark as a whole, on a table that is small enough for a test. */
import { expect, test } from 'vitest';
import { measure } from '../../bench/measure.ts';
import { figure } from '../../bench/result.ts';
import { markdown } from '../../bench/tables.ts';
import { withDefaults } from '../../bench/work-options.ts';

const machine = { cores: 2, processor: 'any', memoryGb: 8, node: 'v24', system: 'any', loadBefore: 0 };

test('a first sync is counted at the servers, at the state and at the processor', async () => {
  const options = withDefaults({ work: 'first-sync', rows: 150, servers: 3 });
  const found = figure.parse(await measure(options));
  expect(found).toMatchObject({ records: 300, requests: { receiver: { create: 150 } } });
  expect(found.requests.source.create).toBeUndefined();
  expect(found.state.byName['records.putHeads']).toBeGreaterThan(0);
  expect(found.cpu.engineMs).toBeGreaterThan(0);
  const page = markdown({ machine, date: '2026-11-29T00:00:00Z', commit: 'abc', figures: [found] });
  expect(page).toContain('first sync, of 150, on 3 servers, no latency');
}, 60_000);

test('changes arrive as updates of a state that was filled', async () => {
  const found = await measure(withDefaults({ work: 'changes', rows: 120, changed: 30 }));
  expect(found.requests.receiver).toMatchObject({ update: 30 });
  expect(found.requests.source.list).toBeUndefined();
}, 60_000);
