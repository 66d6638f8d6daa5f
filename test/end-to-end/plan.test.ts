/** Plans against what runs then do, by the real commands in processes of their own. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Settings } from '../../src/engine/engine.ts';
import { type Bench, openBench } from './support/bench.ts';
import { planIn } from './support/checks.ts';
import { lastObject } from './support/command-line.ts';
import { dumpOf } from './support/dump.ts';
import { gated } from './support/gate.ts';
import { rows, synced } from './support/rows.ts';
import { until } from './support/until.ts';

const planned = z.object({
  exitCode: z.number(),
  work: z.array(
    z.object({
      server: z.string(),
      creates: z.number(),
      edits: z.number(),
      deletes: z.number(),
      records: z.array(
        z.object({ kind: z.string(), key: z.string(), fields: z.array(z.string()).optional() }),
      ),
    }),
  ),
  conflicts: z.array(
    z.object({ winner: z.string(), loser: z.string(), rule: z.string(), fields: z.number() }),
  ),
  halted: z.array(z.object({ why: z.string(), figures: z.record(z.string(), z.number()) })),
});
type Plan = z.infer<typeof planned>;

async function planOf(bench: Bench, settings: Partial<Settings> = {}): Promise<Plan> {
  const { code, json, text } = await planIn(bench, { limit: 1000, settings });
  expect(text).not.toContain('failed');
  const plan = planned.parse(json);
  expect(plan.exitCode).toBe(code);
  return plan;
}

/** What is done to an office, a line for each record. */
type Doings = Readonly<Record<string, readonly string[]>>;

const plannedDoings = ({ work }: Plan): Doings =>
  Object.fromEntries(
    work.map(({ server, records }) => [
      server,
      records.map(({ kind, key, fields = [] }) => [kind, key, ...fields.toSorted()].join(' ')).toSorted(),
    ]),
  );

type Held = ReturnType<typeof synced>;

function doingsBetween(before: Held, after: Held): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys
    .flatMap((key) => {
      const [was, is] = [before.get(key), after.get(key)];
      if (was === undefined) return `create ${key}`;
      if (is === undefined) return `delete ${key}`;
      const fields = Object.keys(is).filter((field) => is[field] !== was[field]);
      return fields.length === 0 ? [] : ['edit', key, ...fields.toSorted()].join(' ');
    })
    .toSorted();
}

/** The plan, and what a run then did. */
async function plannedAndDone(
  bench: Bench,
  settings: Partial<Settings> = {},
): Promise<{ plan: Plan; done: Doings }> {
  const held = (): Record<string, Held> =>
    Object.fromEntries([...bench.offices].map(([name, office]) => [name, synced(office)]));
  const plan = await planOf(bench, settings);
  const before = held();
  await bench.run();
  const after = held();
  const done = Object.entries(before).map(
    ([name, was]) => [name, doingsBetween(was, after[name] ?? new Map())] as const,
  );
  return { plan, done: Object.fromEntries(done) };
}

const state = (offices: Bench['offices']) =>
  [...offices.values()].map(({ records, stats }) => ({ records, writes: stats.writes }));

const keyOf = (n: number): string => `K-${String(n).padStart(5, '0')}`;

describe('a run does what the plan said:', () => {
  test('a first sync, where some records differ, and one office only receives', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 40) }, branch: { rows: rows(30, 60) }, kiosk: {} },
      links: { kiosk: { role: 'receive' } },
    });
    bench.hq.edit(keyOf(31), { name: '' });
    bench.branch.edit(keyOf(32), { name: 'by branch', amount: '' });
    const { plan, done } = await plannedAndDone(bench);
    expect(plannedDoings(plan)).toEqual(done);
    expect(done['kiosk']).toHaveLength(60);
    expect(plan.work.map(({ creates, edits }) => [creates, edits])).toEqual([
      [20, 1],
      [30, 1],
      [60, 0],
    ]);
    expect((await planOf(bench)).exitCode).toBe(0);
  });

  // Whether a third office gets the first of two values that are then held depends on how fast it was written there.
  test.each([
    ['newest', { kiosk: {} }],
    ['hold', {}],
  ])('edits on both sides and conflicts, with conflicts: %s', async (conflicts, others) => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 12) }, branch: {}, ...others },
      table: { conflicts },
    });
    await bench.run();
    await bench.run();
    for (let n = 0; n < 6; n += 1) bench.hq.edit(keyOf(n), { name: `by hq ${n}` });
    for (let n = 3; n < 9; n += 1) bench.branch.edit(keyOf(n), { name: `by branch ${n}`, notes: '' });
    bench.branch.create({ id: 'new', name: 'by branch' });
    const { plan, done } = await plannedAndDone(bench);
    expect(plannedDoings(plan)).toEqual(done);
    expect(plan.conflicts.map(({ fields }) => fields)).toEqual([3]);
    expect(plan.conflicts[0]?.rule === 'hold').toBe(conflicts === 'hold');
  });

  test('a halt that is answered, and a delete that meets an edit', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 60) }, branch: {} },
      settings: { sendWithinMs: 500, lateWriteMs: 100 },
    });
    await bench.configure((same) => ({ ...same, schedule: { settle: '0 seconds' } }));
    await bench.run();
    await bench.run();
    for (let n = 0; n < 30; n += 1) bench.hq.delete(keyOf(n));
    const { stdout } = await bench.command('sweep');
    const [, id = ''] = /serversync approve (\S+)/.exec(stdout) ?? [];
    expect((await planOf(bench)).halted).toMatchObject([{ why: 'mass-delete', figures: { gone: 30 } }]);
    await bench.command('approve', id);
    bench.branch.edit(keyOf(3), { name: 'not seen by hq' });
    // A run waits until a create of the same record by another batch has settled; a plan has nothing to wait for.
    const { plan, done } = await plannedAndDone(bench, { lateWriteMs: 3_600_000 });
    expect(plannedDoings(plan)).toEqual(done);
    expect(done['branch']?.filter((line) => line.startsWith('delete'))).toHaveLength(29);
    expect(done['hq']).toEqual([`create ${keyOf(3)}`]);
    expect(plan.conflicts).toMatchObject([{ winner: 'branch', loser: 'hq', rule: 'edit-wins' }]);
  });

  test('a first meeting that halts, with its figures', async () => {
    const others = rows(0, 30).map((one) => ({ ...one, name: 'another person' }));
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 30) }, branch: { rows: others } } });
    const { plan, done } = await plannedAndDone(bench);
    expect(plan.halted).toMatchObject([{ why: 'first-meeting', figures: { shared: 30, differing: 30 } }]);
    expect([plannedDoings(plan), done]).toEqual([
      { hq: [], branch: [] },
      { hq: [], branch: [] },
    ]);
    const { text } = await planIn(bench);
    expect(text).toContain('is halted: contacts on branch: 30 of 30 shared records differ');
  });
});

async function busy(): Promise<Bench> {
  const bench = await openBench({ offices: { hq: { rows: rows(0, 20) }, branch: {} } });
  await bench.run();
  bench.resetCounters();
  bench.hq.edit(keyOf(1), { name: 'by hq' });
  bench.branch.edit(keyOf(1), { name: 'by branch' });
  bench.branch.edit(keyOf(2), { notes: 'by branch' });
  bench.branch.create({ id: 'new' });
  return bench;
}

describe('a plan writes nothing:', () => {
  test('neither to a server nor to the state, and closes its sessions', async () => {
    await using bench = await busy();
    const before = [state(bench.offices), dumpOf(bench.stateFile)];
    expect((await planOf(bench)).work.map(({ creates, edits }) => [creates, edits])).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect([state(bench.offices), dumpOf(bench.stateFile)]).toEqual(before);
    expect([bench.hq.stats.openSessions, bench.branch.stats.openSessions]).toEqual([0, 0]);
    expect(readdirSync(dirname(bench.stateFile)).toSorted()).toEqual(['serversync.db', 'serversync.lock']);
  });

  test('before the first run either, and leaves no state behind', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 20) }, branch: {} } });
    const { work } = await planOf(bench);
    expect(work.map(({ creates }) => creates)).toEqual([0, 20]);
    expect(bench.branch.stats.writes).toBe(0);
    expect(existsSync(dirname(bench.stateFile))).toBe(false);
  });

  test('where it is stopped, and where a server cannot be reached', async () => {
    const gate = gated();
    const { clock } = gate.office;
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 20) }, branch: { latencyMs: { list: 1 }, ...(clock && { clock }) } },
    });
    const plan = bench.start('plan');
    await until(() => bench.branch.stats.requests.list > 0, plan.ended);
    plan.child.kill('SIGINT');
    await until(() => plan.stderr.includes('stopping'), plan.ended);
    gate.open();
    const { code, stderr } = await plan.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing was written, run it again')]);
    expect(existsSync(dirname(bench.stateFile))).toBe(false);
    await bench.run();
    await bench.branch.close();
    bench.hq.edit(keyOf(1), { name: 'by hq' });
    const before = dumpOf(bench.stateFile);
    const failed = await planIn(bench);
    expect([failed.code, failed.json]).toMatchObject([
      3,
      { failures: [{ server: 'branch', code: 'server-unreachable' }] },
    ]);
    expect(dumpOf(bench.stateFile)).toEqual(before);
  });
});

test('a plan that is killed leaves its sessions to the next one, and a copy that the next one removes', async () => {
  const gate = gated();
  const { clock } = gate.office;
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 20) }, branch: { latencyMs: { list: 1 }, ...(clock && { clock }) } },
  });
  const plan = bench.start('plan');
  await until(() => bench.branch.stats.requests.list > 0, plan.ended);
  plan.child.kill('SIGKILL');
  await plan.ended;
  gate.open();
  const left = readdirSync(dirname(bench.stateFile));
  expect(left.some((name) => name.startsWith('.serversync-copy-'))).toBe(true);
  expect(bench.hq.stats.openSessions).toBe(1);
  expect((await planOf(bench)).work[1]?.creates).toBe(20);
  expect([bench.hq.stats.openSessions, bench.branch.stats.openSessions]).toEqual([0, 0]);
  expect(readdirSync(dirname(bench.stateFile))).toEqual(['serversync.lock']);
});

test('keys are shown where they are asked for, values only as examples; the output can be narrowed', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 9) }, branch: {} } });
  await bench.run();
  for (let n = 0; n < 5; n += 1) bench.hq.edit(keyOf(n), { name: 'Anne' });
  const plain = await planIn(bench);
  const keys = await planIn(bench, { limit: 3 });
  const examples = await planIn(bench, { limit: 20, examples: true });
  expect(plain.text).toContain('contacts on branch: 5 edits\n    fields edited: name 5\n\n');
  expect(keys.text).toContain(`    edit ${keyOf(2)}: name\n    and 2 more edits (--limit`);
  expect(keys.text + plain.text + JSON.stringify(examples.json)).not.toContain('Anne');
  expect(examples.text).toContain(`    edit ${keyOf(4)}\n        name: "contact 4" -> "Anne"\n`);
  expect((await planIn(bench, { chosen: { server: 'hq' } })).text).not.toContain('branch');
  for (const [chosen, says] of [
    [{ server: 'brnch' }, 'Did you mean branch? It has hq, branch'],
    [{ table: 'contcts' }, 'Did you mean contacts? It has contacts'],
  ] as const)
    await expect(planIn(bench, { chosen })).rejects.toThrow(says);
});

test('wrong options are refused with what would be right, and right ones lead to keys and an exit code', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  for (const [args, says] of [
    [['--limit', 'some'], 'Give a whole number'],
    [['--stack', 'ServerSync'], 'Set AWS_REGION'],
  ] as const) {
    const { code, stderr } = await bench.command('plan', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  }
  const { code, stdout } = await bench.command('plan', '--keys', '--json');
  expect([code, lastObject(stdout)]).toMatchObject([
    1,
    { work: [{ creates: 0 }, { creates: 3, records: [{ kind: 'create', key: keyOf(0) }, {}, {}] }] },
  ]);
});

test('plan is refused while a run has the state', async () => {
  const gate = gated();
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 9) }, branch: gate.office } });
  const run = bench.run();
  await until(() => bench.branch.stats.requests.create > 0, run);
  await expect(planIn(bench)).rejects.toMatchObject({ code: 'state-in-use', disposition: 'retry' });
  gate.open();
  await run;
});
