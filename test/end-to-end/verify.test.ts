/** Comparisons of whole tables and their repair, by the real commands in processes of their own. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from './support/bench.ts';
import { verifyIn } from './support/checks.ts';
import { lastObject } from './support/command-line.ts';
import { dumpOf } from './support/dump.ts';
import { gated } from './support/gate.ts';
import { account, table } from './support/office.ts';
import { rows, synced } from './support/rows.ts';
import { until } from './support/until.ts';

const comparison = z.object({
  table: z.string(),
  server: z.string(),
  rows: z.number(),
  missing: z.number(),
  extra: z.number(),
  different: z.number(),
  underWay: z.number(),
  findings: z.array(
    z.object({
      key: z.string(),
      kind: z.string(),
      why: z.string(),
      code: z.string().optional(),
      fields: z.array(z.string()).optional(),
    }),
  ),
});
const report = z.object({ exitCode: z.number(), compared: z.array(comparison) });

const keyOf = (n: number): string => `K-${String(n).padStart(5, '0')}`;

/** Both offices hold so many old records, read twice. What differs is looked at again at once. */
async function filled(count: number): Promise<Bench> {
  const old = rows(0, count).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: {} } });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  await bench.run();
  await bench.run();
  bench.resetCounters();
  return bench;
}

async function verified(bench: Bench, options: Parameters<typeof verifyIn>[1] = {}) {
  const { code, json } = await verifyIn(bench, options);
  const { exitCode, compared } = report.parse(json);
  expect(exitCode).toBe(code);
  const [hq, branch] = compared;
  if (hq === undefined || branch === undefined) throw new Error('two servers were to be compared');
  return { code, hq, branch };
}

const stateOf = (bench: Bench) => [
  dumpOf(bench.stateFile),
  ...[bench.hq, bench.branch].map(({ records, stats }) => [records, stats.writes, stats.openSessions]),
];

test('10 rows imported without a stamp and 5 deletes are 15 findings; a repair mends them', async () => {
  await using bench = await filled(60);
  for (let n = 0; n < 5; n += 1) bench.hq.delete(keyOf(n));
  for (let n = 10; n < 20; n += 1) bench.hq.importOver(keyOf(n), { notes: `imported ${n}` });
  const before = stateOf(bench);
  const { code, hq, branch } = await verified(bench);
  expect([code, hq.missing, hq.different, hq.extra]).toEqual([1, 5, 10, 0]);
  expect(hq.findings).toContainEqual({
    key: keyOf(10),
    kind: 'different',
    why: 'not-read',
    fields: ['notes'],
  });
  expect([branch.rows, branch.findings]).toEqual([60, []]);
  const dry = await verifyIn(bench, { repair: true, dryRun: true });
  expect([dry.code, dry.text]).toEqual([
    1,
    expect.stringContaining(
      'a repair would do this:\ncontacts on hq: nothing\ncontacts on branch: 10 edits, 5 deletes\n',
    ),
  ]);
  expect(stateOf(bench)).toEqual(before);
  expect(readdirSync(dirname(bench.stateFile)).toSorted()).toEqual(['serversync.db', 'serversync.lock']);
  const mended = await bench.command('verify', '--repair', '--json');
  expect([mended.code, mended.stderr]).toEqual([
    0,
    expect.stringContaining('contacts on branch: 0 created, 10 updated, 5 deleted'),
  ]);
  expect(report.parse(lastObject(mended.stdout)).compared.map(({ missing }) => missing)).toEqual([0, 0]);
  expect(synced(bench.hq)).toEqual(synced(bench.branch));
  expect([bench.hq.stats.writes, bench.branch.stats.writes, bench.branch.records.length]).toEqual([
    0, 15, 55,
  ]);
  expect((await verified(bench)).code).toBe(0);
});

test('an edit and a new record that were not read yet are under way, and no finding', async () => {
  await using bench = await filled(9);
  bench.hq.edit(keyOf(1), { name: 'edited' });
  bench.branch.create({ id: 'new' });
  const { code, hq, branch } = await verified(bench);
  expect([code, hq.underWay, branch.underWay]).toEqual([0, 1, 1]);
  expect((await verifyIn(bench)).text).toContain('The same everywhere, but for what is under way');
  await bench.run();
  expect((await verified(bench)).hq.underWay).toBe(0);
});

test('a value that changed behind the sync, with the same modId, is found and carried as an edit', async () => {
  await using bench = await filled(9);
  bench.hq.control.backup('before');
  bench.hq.edit(keyOf(1), { name: 'first' });
  await bench.run();
  bench.hq.control.restore('before');
  bench.hq.edit(keyOf(1), { name: 'second' });
  await bench.run();
  expect(bench.branch.value(keyOf(1), 'name')).toBe('first');
  const { code, hq } = await verified(bench);
  expect([code, hq.findings]).toEqual([
    1,
    [{ key: keyOf(1), kind: 'different', why: 'same-mod-id', fields: ['name'] }],
  ]);
  expect((await verified(bench, { repair: true })).code).toBe(0);
  expect(bench.branch.value(keyOf(1), 'name')).toBe('second');
});

test('a record that is hidden from the account is missing for that, and stays so', async () => {
  await using bench = await filled(9);
  const { recordId } = bench.branch.record(keyOf(1));
  bench.branch.control.hide({ table, account: account.name, recordIds: [recordId] });
  const finding = { key: keyOf(1), kind: 'missing', why: 'parked', code: 'hidden' };
  const found = await verifyIn(bench);
  expect(found.text).not.toContain('--repair');
  expect(found.text).toContain('No repair helps where the account may not see 1 record');
  expect((await verified(bench)).branch.findings).toEqual([finding]);
  expect((await verified(bench, { repair: true })).branch.findings).toEqual([finding]);
  expect(bench.hq.records).toHaveLength(9);
});

test('what is parked is no work for a repair: the list of what is parked is named instead', async () => {
  await using bench = await filled(9);
  bench.branch.create({ id: '' });
  await bench.run();
  const found = await verifyIn(bench);
  expect(found.text).toContain('parked with ');
  expect(found.text).not.toContain('--repair');
  expect(found.text).toContain(
    'What is parked (1 record) waits until it is mended: serversync parked list\n',
  );
});

test('more deletes than the limit halt the table where it is repaired, and are named', async () => {
  await using bench = await filled(60);
  for (let n = 0; n < 30; n += 1) bench.hq.delete(keyOf(n));
  const { code, text } = await verifyIn(bench, { repair: true, limit: 3 });
  expect([code, text]).toEqual([1, expect.stringContaining('    and 27 more missing (--limit shows')]);
  expect(text).toContain('halted: contacts on hq: 30 of 60 records are gone');
  expect(text).toContain('contacts on hq: not compared: it is halted');
  expect(bench.branch.records).toHaveLength(60);
});

test('values are shown only where they are asked for', async () => {
  await using bench = await filled(9);
  bench.hq.importOver(keyOf(1), { notes: 'imported' });
  const [plain, examples] = [await verifyIn(bench), await verifyIn(bench, { examples: true })];
  expect(plain.text).toContain(`    different ${keyOf(1)}: notes\n`);
  expect(plain.text).toContain('To mend them: serversync verify --repair');
  expect(plain.text).not.toContain('imported');
  expect(examples.text).toContain('        notes: "imported" here, "note 1" elsewhere\n');
});

describe('what keeps verify from its work is told:', () => {
  test('no state, and a wrong name', async () => {
    await using bench = await openBench({ offices: { hq: {}, branch: {} } });
    for (const repair of [false, true])
      await expect(verifyIn(bench, { repair })).rejects.toMatchObject({ code: 'state-missing' });
    await bench.run();
    for (const [options, says] of [
      [{ chosen: { table: 'contcts' } }, 'Did you mean contacts?'],
      [{ chosen: { server: 'brnch' }, repair: true }, 'Did you mean branch?'],
    ] as const)
      await expect(verifyIn(bench, options)).rejects.toThrow(says);
    const { code, stderr } = await bench.command('verify', '--state', 'elsewhere', '--stack', 'ServerSync');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("option '--stack <name>' cannot be used with option '--state <directory>'"),
    ]);
  });

  test('a run at work, and a server that cannot be reached', async () => {
    const gate = gated();
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 9) }, branch: gate.office } });
    const run = bench.run();
    await until(() => bench.branch.stats.requests.create > 0, run);
    await expect(verifyIn(bench)).rejects.toMatchObject({ code: 'state-in-use' });
    gate.open();
    await run;
    await bench.branch.close();
    const { code, json } = await verifyIn(bench);
    expect([code, json]).toMatchObject([
      3,
      {
        compared: [
          { server: 'hq', different: 0 },
          { server: 'branch', notCompared: 'failed' },
        ],
        failures: [{ server: 'branch', code: 'server-unreachable' }],
      },
    ]);
  });

  test('that it was stopped while it waited for the second look', async () => {
    await using bench = await filled(9);
    await bench.configure((same) => ({ ...same, schedule: { settle: '10 minutes' } }));
    bench.hq.delete(keyOf(1));
    const running = bench.start('verify');
    await until(() => bench.branch.stats.requests.list > 0, running.ended);
    await until(() => bench.hq.stats.requests.list > 0, running.ended);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing was written, run it again')]);
    expect([bench.hq.stats.openSessions, bench.branch.stats.openSessions]).toEqual([0, 0]);
    expect(readdirSync(dirname(bench.stateFile)).toSorted()).toEqual(['serversync.db', 'serversync.lock']);
  });
});
