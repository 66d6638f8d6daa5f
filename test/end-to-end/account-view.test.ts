/** Records that the account of the sync may not see, said by name, by the real commands. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { account, table } from './support/office.ts';
import { rows } from './support/rows.ts';

const shown = z.object({
  tables: z.array(
    z.object({
      servers: z.array(
        z.object({
          server: z.string(),
          account: z.object({ seen: z.number(), total: z.number(), at: z.number() }).optional(),
        }),
      ),
    }),
  ),
});

async function viewOf(bench: Bench, office: string): Promise<unknown> {
  const { stdout } = await bench.command('status', '--json');
  const [contacts] = shown.parse(lastObject(stdout)).tables;
  return contacts?.servers.find(({ server }) => server === office)?.account;
}

const hide = (bench: Bench, from: number, to: number): void => {
  const recordIds = Array.from({ length: to - from }, (_, at) => from + at);
  bench.branch.control.hide({ table, account: account.name, recordIds });
};

/** What differs is looked at again at once. */
const hasty = (configuration: Plain): Plain => ({ ...configuration, schedule: { settle: '0 seconds' } });

const line = 'contacts on branch: the account sees 38 of 40 records';

test('a first read that shows fewer records than there are says so, and status and its JSON do', async () => {
  await using bench = await openBench({ offices: { hq: {}, branch: { rows: rows(0, 40) } } });
  hide(bench, 1, 3);
  const { lines, exitCode } = await bench.run();
  expect(lines).toContain(line);
  expect(exitCode).toBe(0);
  expect((await bench.status()).lines).toContain(line);
  expect(await viewOf(bench, 'branch')).toMatchObject({ seen: 38, total: 40 });
  expect(await viewOf(bench, 'hq')).toBe(undefined);
});

test('a sweep finds what is hidden since, deletes none of it, and takes it back once all are seen', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 40) }, branch: {} } });
  await bench.configure(hasty);
  await bench.run();
  expect(await viewOf(bench, 'branch')).toBe(undefined);
  hide(bench, 1, 3);
  const swept = await bench.command('sweep', '--server', 'branch');
  expect(swept.stdout).toContain(line);
  expect(swept.stdout).toContain('Manage > Security');
  expect([bench.hq.control.count({ table }), bench.branch.control.count({ table })]).toEqual([40, 40]);
  expect((await bench.command('parked list')).stdout).toContain('hidden');
  bench.branch.control.hide({ table, account: account.name, recordIds: [] });
  await bench.command('sweep', '--server', 'branch');
  expect((await bench.status()).lines.join('\n')).not.toContain('the account sees');
});

test('verify says how many the account sees, and calls none of the others deleted', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 40) }, branch: {} } });
  await bench.configure(hasty);
  await bench.run();
  hide(bench, 1, 3);
  const { stdout } = await bench.command('verify', '--server', 'branch');
  expect(stdout).toContain('the account sees 38 of 40 records');
  expect(stdout).not.toContain('deleted there');
  const json = await bench.command('verify', '--server', 'branch', '--json');
  expect(lastObject(json.stdout)).toMatchObject({ compared: [{ account: { seen: 38, total: 40 } }] });
});
