import { describe, expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { contactFields, syncedFields } from './support/office.ts';
import { curiousRows, row, rows, shownOf, synced } from './support/rows.ts';

describe('two servers that share some of their records', () => {
  const all = curiousRows(0, 400);
  /** Rows 200 to 299 are on both. */
  const offices = { hq: { rows: all.slice(0, 300) }, branch: { rows: all.slice(200) } };

  test('300 and 200 rows that share 100 are 400 on both after one run, field for field', async () => {
    await using bench = await openBench({ offices });
    const { exitCode, parked, conflicts, work } = await bench.run();
    expect({ exitCode, parked, conflicts }).toEqual({ exitCode: 0, parked: 0, conflicts: 0 });
    expect(synced(bench.hq)).toEqual(shownOf(all));
    expect(synced(bench.branch)).toEqual(shownOf(all));
    expect(work.map(({ server, created, updated }) => [server, created, updated])).toEqual([
      ['hq', 100, 0],
      ['branch', 200, 0],
    ]);
  });

  test('the second run writes nothing and asks each server for changes with one find', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    bench.resetCounters();
    const { exitCode } = await bench.run();
    expect(exitCode).toBe(0);
    for (const { stats } of bench.offices.values()) {
      expect(stats).toMatchObject({ writes: 0, requests: { find: 1, list: 0 } });
    }
  });
});

test('keys that FileMaker would read as a search are found as they are, and no other record is written', async () => {
  const keys = [
    'a*@"=1',
    '==a',
    '*',
    'a?',
    '#1',
    '!',
    '//',
    'a…b',
    '<5',
    '\\',
    '"quoted"',
    'ångström',
    'a b',
  ];
  const here = keys.map((id, at) => row(at, { id }));
  const lures = ['axxb=1', 'a', 'a1', 'ab', '1', '5', 'quoted', 'a c'].map((id, at) => row(100 + at, { id }));
  await using bench = await openBench({ offices: { hq: { rows: here }, branch: { rows: lures } } });
  await bench.run();
  for (const key of keys) bench.hq.edit(key, { notes: `after ${key}` });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  const wanted = shownOf([...here.map((one) => ({ ...one, notes: `after ${one['id']}` })), ...lures]);
  expect(synced(bench.hq)).toEqual(wanted);
  expect(synced(bench.branch)).toEqual(wanted);
});

test('a calculation is left to each server: it differs afterwards as it is defined there', async () => {
  const differently = contactFields.map((field) =>
    field.name === 'label' ? { ...field, calculation: { join: ['notes'] } } : field,
  );
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 3) }, branch: { fields: differently } },
    table: { fields: 'all' },
  });
  const { exitCode } = await bench.run();
  bench.hq.edit('K-00001', { name: 'Ada' });
  await bench.run();
  expect(exitCode).toBe(0);
  expect(bench.hq.value('K-00001', 'label')).toBe('Adanote 1');
  expect(bench.branch.value('K-00001', 'label')).toBe('note 1');
  expect(bench.branch.value('K-00001', 'name')).toBe('Ada');
});

test('`fields: all` carries what both layouts have, and neither the stamp nor what only one has', async () => {
  const withMore = [...contactFields, { name: 'local', type: 'text' as const }];
  await using bench = await openBench({
    offices: {
      hq: { rows: curiousRows(0, 20), fields: withMore },
      branch: { rows: [row(30, { modified_at: '2001-01-01T00:00:00' })] },
    },
    table: { fields: 'all' },
  });
  bench.hq.edit('K-00003', { local: 'stays here' });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
  expect(bench.branch.byKey.size).toBe(21);
  expect(bench.hq.value('K-00030', 'modified_at')).not.toBe('2001-01-01T00:00:00');
  expect(Object.keys(bench.branch.record('K-00003').values)).not.toContain('local');
  expect(syncedFields.every((field) => field in bench.branch.record('K-00003').values)).toBe(true);
});

test('three servers end with the union of their records', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 30) }, branch: { rows: rows(20, 50) }, depot: { rows: rows(40, 60) } },
  });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  for (const office of bench.offices.values()) expect(synced(office)).toEqual(shownOf(rows(0, 60)));
});
