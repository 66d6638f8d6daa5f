import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { rows, synced } from './support/rows.ts';

/** Longer than two measured clocks and their whole seconds are uncertain, so that it can be known which edit was later. */
const betweenEditsMs = 3000;

const anHour = 3_600_000;

async function inStep(options: Partial<Parameters<typeof openBench>[0]> = {}): Promise<Bench> {
  const bench = await openBench({ offices: { hq: { rows: rows(0, 40) }, branch: {} }, ...options });
  await bench.run();
  bench.resetCounters();
  return bench;
}

const values = (bench: Bench, key: string, field: string): readonly (string | undefined)[] =>
  [...bench.offices.values()].map((office) => office.value(key, field));

test('edits of two fields of one record on two servers are both on both after at most two runs', async () => {
  await using bench = await inStep();
  bench.hq.edit('K-00007', { name: 'named at hq' });
  bench.branch.edit('K-00007', { amount: '77' });
  await bench.run();
  const { exitCode, conflicts } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  expect(values(bench, 'K-00007', 'name')).toEqual(['named at hq', 'named at hq']);
  expect(values(bench, 'K-00007', 'amount')).toEqual(['77', '77']);
});

test.each([
  { later: 'branch', earlier: 'hq' },
  { later: 'hq', earlier: 'branch' },
])(
  'the later edit of a field wins though the clock of $later is an hour slow',
  async ({ later, earlier }) => {
    const slow = { clockOffsetMs: -anHour };
    await using bench = await inStep({
      offices: {
        hq: { rows: rows(0, 40), ...(later === 'hq' ? slow : {}) },
        branch: later === 'branch' ? slow : {},
      },
    });
    bench.office(earlier).edit('K-00003', { name: 'earlier' });
    await sleep(betweenEditsMs);
    bench.office(later).edit('K-00003', { name: 'later' });
    await bench.run();
    const { exitCode, conflicts } = await bench.run();
    expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 1 });
    expect(values(bench, 'K-00003', 'name')).toEqual(['later', 'later']);
    const { lines, latestConflicts } = await bench.status(true);
    expect(latestConflicts).toMatchObject([{ kind: 'conflict', field: 'name', key: 'K-00003' }]);
    expect(lines.join('\n')).toContain('"later" over "earlier" (the later won)');
  },
);

test('S17: an edit made after its server received the newer value stands everywhere, though its clock is an hour slow', async () => {
  await using bench = await inStep({
    offices: { hq: { rows: rows(0, 40) }, branch: { clockOffsetMs: -anHour } },
  });
  bench.hq.edit('K-00003', { name: 'first, by hq' });
  await bench.run();
  bench.branch.edit('K-00003', { name: 'then, by branch' });
  const { exitCode, conflicts } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  expect(values(bench, 'K-00003', 'name')).toEqual(['then, by branch', 'then, by branch']);
});

test('S18: of two edits in the same moment the server named first wins, and the other value is kept as unknowable', async () => {
  await using bench = await inStep();
  bench.branch.edit('K-00003', { name: 'by branch' });
  bench.hq.edit('K-00003', { name: 'by hq' });
  await bench.run();
  await bench.run();
  expect(values(bench, 'K-00003', 'name')).toEqual(['by hq', 'by hq']);
  const { latestConflicts, lines } = await bench.status(true);
  expect(latestConflicts).toMatchObject([{ order: 'unknowable' }]);
  expect(lines.join('\n')).toContain('"by hq" over "by branch" (which was first cannot be known');
});

test('after edits on both sides two further runs write nothing, with one find for each sending table', async () => {
  await using bench = await inStep();
  for (const key of ['K-00001', 'K-00002', 'K-00003']) bench.hq.edit(key, { notes: 'from hq' });
  for (const key of ['K-00003', 'K-00004']) bench.branch.edit(key, { name: 'from branch', notes: 'x\ry' });
  bench.branch.create({ id: 'NEW', name: 'created at branch' });
  await bench.run();
  await bench.run();
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
  for (let quiet = 0; quiet < 2; quiet += 1) {
    bench.resetCounters();
    const { exitCode } = await bench.run();
    expect(exitCode).toBe(0);
    for (const { stats } of bench.offices.values()) {
      expect(stats).toMatchObject({ writes: 0, requests: { find: 1, list: 0, read: 0 } });
    }
  }
});

test('an edit becomes one update on the other server, under the modId that was read there', async () => {
  await using bench = await inStep();
  const { modId, recordId } = bench.branch.record('K-00005');
  bench.hq.edit('K-00005', { notes: 'changed' });
  await bench.run();
  expect(bench.branch.writes).toEqual([
    expect.objectContaining({ kind: 'update', recordId: String(recordId), modId: String(modId) }),
  ]);
  expect(bench.branch.stats.updatesWithoutModId).toBe(0);
});

test('a value that is cleared is cleared on the other server, and is not taken for zero', async () => {
  await using bench = await inStep();
  bench.hq.edit('K-00005', { amount: '', notes: '' });
  bench.branch.edit('K-00006', { amount: '0' });
  await bench.run();
  expect(values(bench, 'K-00005', 'amount')).toEqual(['', '']);
  expect(values(bench, 'K-00005', 'notes')).toEqual(['', '']);
  expect(values(bench, 'K-00006', 'amount')).toEqual(['0', '0']);
});
