/** What is paused, in words: the command that ends it is one that does. */
import { expect, test } from 'vitest';
import { pausedLines } from '../../src/cli/pause/lines.ts';
import { overviewOf } from '../../src/composition/overview.ts';
import { type PauseScope, resumed } from '../../src/core/pause.ts';
import { configurationOf, office } from '../infra/support/synthesised.ts';
import { memoryPorts } from '../support/memory/memory-ports.ts';

const now = 1_732_000_000_000;

test('a table that is all a server has is told as the table that was paused', async () => {
  const ports = memoryPorts();
  await ports.control.putPauses({ rev: 1, pauses: [{ table: 'contacts', at: now }] });
  const configuration = configurationOf({ ...office, tables: ['contacts', 'invoices'] });
  const overview = await overviewOf(configuration, ports, now);
  const tables = overview.tables.map((one) =>
    one.table === 'contacts' ? one : { ...one, servers: one.servers.filter(({ server }) => server === 'hq') },
  );
  expect(pausedLines({ ...overview, tables }).join(' ')).toMatch(/^contacts: .* --table contacts$/);
});

test.each<{ scope: PauseScope; resume: string }>([
  { scope: {}, resume: 'everything: serversync resume' },
  { scope: { server: 'branch' }, resume: 'branch: serversync resume --server branch' },
  { scope: { table: 'invoices' }, resume: 'invoices: serversync resume --table invoices' },
  {
    scope: { table: 'invoices', server: 'hq' },
    resume: 'invoices on hq: serversync resume --server hq --table invoices',
  },
])('the pause of $scope is told once, with the command that ends it', async ({ scope, resume }) => {
  const ports = memoryPorts();
  await ports.control.putPauses({ rev: 1, pauses: [{ ...scope, at: now }] });
  const overview = await overviewOf(
    configurationOf({ ...office, tables: ['contacts', 'invoices'] }),
    ports,
    now,
  );
  const told = pausedLines(overview).join(' ').replaceAll(/ +/g, ' ');
  const [, of, command] =
    /^(.*): paused until it is resumed, nothing waits .* to go on: (.*)$/.exec(told) ?? [];
  expect(`${of}: ${command}`).toBe(resume);
});

test('of pauses that overlap each is told by what was paused, and every command that is told ends one', async () => {
  const ports = memoryPorts();
  const hour = 3_600_000;
  const pauses = [
    { server: 'branch', at: now, until: now + 2 * hour },
    { table: 'invoices', at: now },
  ];
  const list = { rev: 1, pauses };
  await ports.control.putPauses(list);
  const configuration = configurationOf({ ...office, tables: ['contacts', 'invoices'] });
  const told = pausedLines(await overviewOf(configuration, ports, now))
    .join(' ')
    .replaceAll(/ +/g, ' ');
  const commands = told.match(/serversync resume( --(server|table) \w+)+/g);
  expect(commands).toEqual(['serversync resume --server branch', 'serversync resume --table invoices']);
  expect([{ server: 'branch' }, { table: 'invoices' }].map((of) => resumed(list, of, now)?.rev)).toEqual([
    2, 2,
  ]);
});
