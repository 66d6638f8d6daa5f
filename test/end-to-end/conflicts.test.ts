import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';

const key = 'K-00001';

/** Both offices named one record, neither having seen the other's name. */
async function inConflict(conflicts: string): Promise<Bench> {
  const bench = await openBench({
    offices: { hq: { rows: rows(0, 3) }, branch: {} },
    table: { conflicts },
  });
  await bench.run();
  bench.hq.edit(key, { name: 'of hq' });
  bench.branch.edit(key, { name: 'of branch' });
  return bench;
}

const names = ({ hq, branch }: Bench) => [hq.value(key, 'name'), branch.value(key, 'name')];

test('a held conflict is told of, listed and shown; what is chosen goes to both, and can be taken back', async () => {
  await using bench = await inConflict('hold');
  const { exitCode, lines } = await bench.run();
  expect([exitCode, names(bench)]).toEqual([1, ['of hq', 'of branch']]);
  expect(lines).toContainEqual(expect.stringContaining('held: 1 conflict waits until you choose'));
  expect((await bench.command('status')).stdout).toContain('serversync conflicts list --held');
  const list = await bench.command('conflicts list', '--held');
  expect(list.stdout).toContain(
    `contacts, name  HELD\n    record ${key}\n    hq: "of hq"\n    branch: "of branch"`,
  );
  const id = list.stdout.slice(0, 8);
  expect((await bench.command('conflicts show', id)).stdout).toMatch(/changed \d{4}-.*\(± /);
  const chosen = await bench.command('conflicts resolve', id, '--keep', 'branch');
  expect([chosen.code, chosen.stdout]).toEqual([0, expect.stringContaining('chosen: name is "of branch"')]);
  expect((await bench.run()).exitCode).toBe(0);
  expect(names(bench)).toEqual(['of branch', 'of branch']);
  expect((await bench.command('conflicts list', '--held')).stdout).toBe('no conflict is held\n');
  expect((await bench.command('conflicts undo', id)).code).toBe(0);
  expect((await bench.command('conflicts resolve', id, '--value', 'of both')).code).toBe(0);
  await bench.run();
  expect(names(bench)).toEqual(['of both', 'of both']);
});

test('mistakes are told with what would be right, and nothing is chosen', async () => {
  await using bench = await inConflict('newest');
  await bench.run();
  const before = names(bench);
  const id = (await bench.command('conflicts list')).stdout.slice(0, 8);
  const cases: readonly (readonly [string[], string])[] = [
    [[id, '--keep', 'brnch'], 'Did you mean branch?'],
    [[id, '--keep', 'hq', '--field', 'nme'], 'Did you mean name?'],
    [[id], 'say --keep SERVER or --value TEXT'],
    [['zz', '--keep', 'hq'], 'cannot be the ID of a conflict'],
    [['0000', '--keep', 'hq'], 'no conflict has an ID that begins with 0000'],
  ];
  for (const [args, words] of cases) {
    const { code, stderr } = await bench.command('conflicts resolve', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  }
  const { code, stdout } = await bench.command('conflicts undo', id, '--json');
  expect([code, lastObject(stdout)]).toMatchObject([2, { code: 'not-chosen' }]);
  await bench.run();
  expect(names(bench)).toEqual(before);
});
