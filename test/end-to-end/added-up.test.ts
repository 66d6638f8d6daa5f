/** `merge: { FIELD: add }`, from the configuration to the servers. */
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { rows } from './support/rows.ts';
import { historyOf } from './support/telling.ts';

const key = 'K-00001';

async function stocked(): Promise<Bench> {
  const old = rows(0, 3).map((row) => ({ ...row, amount: '10', modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: {} } });
  await bench.configure((one) => ({
    ...one,
    schedule: { settle: '0 seconds' },
    tables: { contacts: { ...Object(one['tables']).contacts, merge: { amount: 'add' } } },
  }));
  await bench.run();
  await bench.run();
  return bench;
}

const stock = ({ hq, branch }: Bench) => [hq, branch].map((office) => office.value(key, 'amount'));

test('what two offices sell of one article between two runs is taken off twice, without a conflict', async () => {
  await using bench = await stocked();
  bench.hq.edit(key, { amount: '9' });
  bench.branch.edit(key, { amount: '7.5' });
  const { exitCode, lines } = await bench.run();
  expect([exitCode, stock(bench)]).toEqual([0, ['6.5', '6.5']]);
  expect(lines.join('\n')).not.toContain('conflict');
  bench.hq.edit(key, { amount: '6' });
  await bench.run();
  expect(stock(bench)).toEqual(['6', '6']);
  const { text: told } = await historyOf(bench, { key });
  expect(told).toMatch(
    / {4}amount: "(9|7.5)" -> "6.5"\n {8}-(1|2.5) on (hq|branch), added to what the others made/,
  );
  expect(told).toContain('    amount: "6.5" -> "6"\n    ');
});

test('text in a number is no amount: the newest one counts, and the other is kept', async () => {
  await using bench = await stocked();
  bench.hq.edit(key, { amount: '9' });
  bench.branch.edit(key, { amount: 'two boxes' });
  const { lines } = await bench.run();
  expect(new Set(stock(bench)).size).toBe(1);
  expect(lines.join('\n')).toContain('conflict');
});
