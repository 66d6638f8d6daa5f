/** Serials that two offices gave out, each by itself: `unique: true`, from the configuration to what commands tell. */
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { row } from './support/rows.ts';

test('a number that two offices gave out is told with its records by sweep, status and attention, until one has another', async () => {
  const hq = [row(1, { amount: '1001' }), row(2, { amount: '1002' })];
  const branch = [row(3, { amount: '01002.0' }), row(4, { amount: '1003' }), row(5, { amount: '' })];
  await using bench = await openBench({
    offices: { hq: { rows: hq }, branch: { rows: [...branch, row(6, { amount: '' })] } },
    table: { fields: ['name', { name: 'amount', unique: true }] },
  });
  await bench.configure((one) => ({ ...one, schedule: { settle: '0 seconds' } }));
  await bench.command('run', '--once');
  const swept = await bench.command('sweep');
  expect(swept.code).toBe(0);
  const told = 'contacts: 1 value of amount is in more than one record (2 records)';
  expect(swept.stdout).toContain(`${told}: serversync status\n`);

  const status = await bench.command('status', '--json');
  expect(status.code).toBe(0);
  expect(status.stderr).toContain(
    `${told}:\n    K-00002, K-00003\n    what one holds: serversync history contacts KEY\n`,
  );
  expect(JSON.parse(status.stdout.trim())).toMatchObject({
    doubled: [
      {
        table: 'contacts',
        field: 'amount',
        values: 1,
        records: 2,
        groups: [{ records: 2, keys: ['K-00002', 'K-00003'] }],
      },
    ],
  });
  expect(status.stdout + status.stderr).not.toContain('1002');
  const attention = await bench.command('attention');
  expect(attention.stdout).toContain(`${told}\n`);
  expect(attention.stdout).not.toContain('K-00002');
  expect(['K-00002', 'K-00003'].map((key) => Number(bench.hq.value(key, 'amount')))).toEqual([1002, 1002]);

  bench.branch.edit('K-00003', { amount: '1004' });
  await bench.command('run', '--once');
  await bench.command('sweep');
  const mended = await bench.command('status', '--json');
  expect(JSON.parse(mended.stdout.trim())).toMatchObject({ doubled: [] });
  expect(mended.stderr).not.toContain('more than one record');
});
