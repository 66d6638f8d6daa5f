import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { gated } from './support/gate.ts';
import { contactFields } from './support/office.ts';
import { row, rows, shownOf, synced } from './support/rows.ts';
import { until } from './support/until.ts';

describe('status', () => {
  test('before any run says that there is no state and what to do: exit code 2, and it makes none', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
    const { code, stderr, stdout } = await bench.command('status', '--json');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no state here yet. Run `serversync run --once` first');
    expect(lastObject(stdout)).toMatchObject({ exitCode: 2, code: 'state-missing' });
    expect((await bench.command('status')).code).toBe(2);
  });

  test('of a run that was stopped, or in which a server failed, says so with exit code 1', async () => {
    const gate = gated();
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 300) }, branch: gate.office } });
    const stop = new AbortController();
    const running = bench.run(stop.signal).catch(() => undefined);
    await until(() => bench.branch.stats.requests.create > 0, running);
    stop.abort(new Error('stopped by the test'));
    gate.open();
    await running;
    const stopped = await bench.command('status');
    expect(stopped.stdout).toMatch(/^the last run ended .* ago: .*, failed: stopped$/m);
    bench.branch.control.addTrouble({ effect: { kind: 'error', code: '802' } });
    await bench.run();
    const failed = await bench.command('status');
    expect([failed.code, failed.stdout]).toEqual([
      1,
      expect.stringContaining('failed: database-unavailable'),
    ]);
  });

  test('approve makes no state where --state names none', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
    const elsewhere = `${bench.directory}/elsewhere`;
    const { code, stderr } = await bench.command('approve', 'contacts', 'branch', '--state', elsewhere);
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no state here yet')]);
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('after a run tells records, lag, skew and clocks, and asks no server', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 1200) }, branch: {} } });
    await bench.run();
    bench.resetCounters();
    const { code, stdout } = await bench.command('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^the last run ended .* ago: 1,200 created, 0 updated$/m);
    expect(stdout).toMatch(/^contacts +hq +none +\d+ s ago +0 +0 +0 +ok$/m);
    expect(stdout).toMatch(/^contacts +branch +none +\d+ s ago +0 +0 +0 +ok$/m);
    expect(stdout).toMatch(/^hq +3 min \d+ s behind \(± .* s\) +\d+ s ago +-$/m);
    expect(stdout).toMatch(/^branch +4[678] s ahead \(± .* s\) +\d+ s ago +4 min \d+ s ahead of hq$/m);
    expect(stdout).toMatch(/^contacts +hq +both +1,200$/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const { stats } of bench.offices.values()) {
      expect(Object.values(stats.requests).every((count) => count === 0)).toBe(true);
    }
  });

  test('as JSON is one object on the last line of stdout, with the text on stderr', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 12) }, branch: {} } });
    await bench.run();
    const { code, stdout, stderr } = await bench.command('status', '--json');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(lastObject(stdout)).toMatchObject({
      exitCode: 0,
      pending: 0,
      parked: 0,
      servers: [{ server: 'hq' }, { server: 'branch', lagMs: 0, pending: 0 }],
      tables: [{ table: 'contacts', records: 12 }],
      lastRun: { created: 12 },
    });
    expect(stderr).toContain('3 min 20 s behind');
    expect(lastObject(stdout)['places']).toMatchObject([
      { table: 'contacts', server: 'hq', role: 'both', state: 'going', pending: 0, parked: 0, held: 0 },
      { table: 'contacts', server: 'branch', lagMs: 0, readUpTo: expect.any(Number) },
    ]);
  });

  test('tells what is parked by cause, in one entry for 30 records, and sends to the list for the keys; the JSON has records', async () => {
    const fields = contactFields.map((field) =>
      field.name === 'notes' ? { ...field, validation: { maxLength: 5, overridable: false } } : field,
    );
    await using bench = await openBench({
      offices: { hq: { rows: [...rows(0, 30), row(31, { id: '' })] }, branch: { fields } },
    });
    await bench.run();
    const { stdout } = await bench.command('status', '--limit', '4');
    expect(stdout).toContain(
      [
        '31 records parked:',
        '    contacts on branch: 30 records: a value is longer than its field allows',
        '        (511)',
        '    contacts on hq: 1 record: the key field is empty (empty-key)',
        '    the keys, and what to look at: serversync parked list',
        '',
      ].join('\n'),
    );
    expect(stdout).not.toContain('K-000');
    expect((await bench.command('status', '--limit', '1')).stdout).toContain(
      '    and 1 more (--limit shows more of them)\n',
    );
    const { parkedRecords } = lastObject((await bench.command('status', '--limit', '4', '--json')).stdout);
    expect(parkedRecords).toHaveLength(4);
    expect(parkedRecords).toContainEqual(expect.objectContaining({ key: expect.stringMatching(/^K-/) }));
  });

  test('while a run is at work is answered', async () => {
    const gate = gated();
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 300) }, branch: gate.office } });
    const running = bench.run();
    await until(() => bench.branch.stats.requests.create > 0, running);
    const { code, stdout } = await bench.command('status');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^a run began .* ago and is at work: 0 created, 0 updated so far$/m);
    expect(stdout).toMatch(/^contacts +branch .* +300 +0 +0 +ok$/m);
    gate.open();
    expect(await running).toMatchObject({ exitCode: 0 });
  });
});

const people = (office: string) =>
  Array.from({ length: 500 }, (_, at) => row(at, { id: String(at + 1), name: `${office} person ${at}` }));

describe('S25: two servers that number their keys from 1, 500 different people each', () => {
  const offices = { hq: { rows: people('hq') }, branch: { rows: people('branch') } };

  test('nothing is written on either; the run says so and how to go on, with exit code 1 and without content', async () => {
    await using bench = await openBench({ offices });
    const { code, stdout, stderr } = await bench.command('run', '--once', '--json');
    expect(code).toBe(1);
    expect(lastObject(stdout)).toMatchObject({
      exitCode: 1,
      halted: [{ table: 'contacts', server: 'branch' }],
    });
    expect(stderr).toContain('halted: contacts on branch: its keys may not mean the same records');
    expect(stderr).toContain('serversync status --examples');
    expect(stderr).toContain('serversync approve contacts branch');
    expect(stdout + stderr).not.toContain('person');
    expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
  });

  test('five pairs are shown by status --examples alone', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    const plain = await bench.command('status');
    expect(plain.code).toBe(1);
    expect(plain.stdout).toContain('halted: contacts on branch');
    expect(plain.stdout).toMatch(/^contacts +branch +\d+ s +- +500 +0 +0 +halted [a-z0-9]{6}$/m);
    expect(plain.stdout + plain.stderr).not.toContain('person');
    const { stdout } = await bench.command('status', '--examples');
    expect(stdout).toContain('contacts on branch: 500 of 500 shared records differ, such as');
    expect(stdout.match(/name: "branch person \d+" here, "hq person \d+" elsewhere/g)).toHaveLength(5);
  });

  test('after approve the next run merges them, and keeps every value that lost', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    const approved = await bench.command('approve', 'contacts', 'branch');
    expect(approved.code).toBe(0);
    expect(approved.stdout).toContain('approved: contacts on branch is merged with the next run');
    const { exitCode, conflicts } = await bench.run();
    expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 500 });
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
    expect((await bench.command('status')).stdout).not.toContain('halted');
  });

  test('when the keys were corrected instead, the next run goes on by itself', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    for (const { recordId } of bench.branch.records) {
      bench.branch.control.updateAsUser({ table: 'Contacts', recordId, values: { id: `B-${recordId}` } });
    }
    const { exitCode, conflicts } = await bench.run();
    expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
    expect(bench.hq.byKey.size).toBe(1000);
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
  });

  test('approving what is not halted says what is, with exit code 2', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    const { code, stdout, stderr } = await bench.command('approve', 'contacts', 'hq', '--json');
    expect(code).toBe(2);
    expect(stderr).toContain('Halted now: contacts branch');
    expect(lastObject(stdout)).toMatchObject({ exitCode: 2, code: 'not-halted' });
    expect((await bench.run()).exitCode).toBe(1);
  });
});

test('a few shared records that differ are decided, and no reason to halt', async () => {
  const differing = rows(0, 500).map((one, at) => (at < 10 ? { ...one, name: `other ${at}` } : one));
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 500) }, branch: { rows: differing } },
  });
  const { exitCode, conflicts, lines } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 10 });
  expect(lines).toContainEqual(
    expect.stringContaining('10 conflicts decided: the later edit won, or the server'),
  );
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(synced(bench.branch)).toEqual(synced(bench.hq));
});

test('an empty field gives way to a filled one at the first meeting, silently', async () => {
  const bare = rows(0, 100).map(({ id, name }) => ({ id: id ?? '', name: name ?? '' }));
  await using bench = await openBench({ offices: { hq: { rows: bare }, branch: { rows: rows(0, 100) } } });
  const { exitCode, conflicts } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  expect(synced(bench.hq)).toEqual(shownOf(rows(0, 100)));
});
