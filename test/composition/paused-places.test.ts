/** Lag and what waits, as `status`, the end of a run and the figures on AWS tell it, of what is paused or was. */
import { expect, test } from 'vitest';
import { overviewOf, serverStates } from '../../src/composition/overview.ts';
import type { Pause } from '../../src/core/pause.ts';
import { batchRow } from '../contracts/samples.ts';
import { configurationOf, office } from '../infra/support/synthesised.ts';
import { memoryPorts } from '../support/memory/memory-ports.ts';

const now = 1_732_000_000_000;
const minute = 60_000;

const configuration = configurationOf({ ...office, tables: ['contacts', 'invoices'] });

/** Two changes wait for branch: one of contacts for an hour, one of invoices for twenty minutes. */
async function waiting(...pauses: readonly Pause[]) {
  const ports = memoryPorts();
  await ports.control.putBatches([
    batchRow('one', { server: 'branch', oldestChangeAt: now - 60 * minute }),
    batchRow('two', { server: 'branch', table: 'invoices', oldestChangeAt: now - 20 * minute }),
  ]);
  await ports.control.putPauses({ rev: 1, pauses });
  return ports;
}

const at = now - 90 * minute;

test.each<{ name: string; pauses: readonly Pause[]; lag: number }>([
  { name: 'nothing', pauses: [], lag: 60 },
  { name: 'the server', pauses: [{ server: 'branch', at }], lag: 0 },
  { name: 'everything', pauses: [{ at }], lag: 0 },
  { name: 'another server', pauses: [{ server: 'hq', at }], lag: 60 },
  { name: 'the table that waits longest', pauses: [{ table: 'contacts', at }], lag: 20 },
  { name: 'the other table', pauses: [{ table: 'invoices', at }], lag: 60 },
  {
    name: 'the server, up to a while ago',
    pauses: [{ server: 'branch', at, until: now - 5 * minute }],
    lag: 5,
  },
  {
    name: 'a table, up to a while ago',
    pauses: [{ table: 'contacts', at, until: now - 5 * minute }],
    lag: 20,
  },
])('where $name is paused the lag of a server is $lag minutes', async ({ pauses, lag }) => {
  const { control } = await waiting(...pauses);
  const states = await serverStates(configuration, control, now);
  expect(states.find(({ server }) => server === 'branch')?.lagMs).toBe(lag * minute);
});

test('what is paused is told with its end and the keys that wait, in the order of the configuration', async () => {
  const until = now + 7 * minute;
  const ports = await waiting({ table: 'invoices', at }, { server: 'branch', at, until });
  const { paused } = await overviewOf(configuration, ports, now);
  expect(paused).toEqual([
    { why: 'pause', of: { server: 'branch' }, until, table: 'contacts', server: 'branch', waiting: 1 },
    { why: 'pause', of: { table: 'invoices' }, table: 'invoices', server: 'hq', waiting: 0 },
    { why: 'pause', of: { table: 'invoices' }, table: 'invoices', server: 'branch', waiting: 1 },
  ]);
});

test('a window of maintenance is told as one, and mutes the lag', async () => {
  const ports = await waiting();
  const windowed = {
    ...configuration,
    servers: configuration.servers.map((server) => ({
      ...server,
      maintenance: [{ everyMs: 86_400_000, fromMs: (now - 30 * minute) % 86_400_000, lengthMs: 60 * minute }],
    })),
  };
  const { paused, servers } = await overviewOf(windowed, ports, now);
  expect(paused[0]).toEqual({
    why: 'maintenance',
    until: now + 30 * minute,
    table: 'contacts',
    server: 'hq',
    waiting: 0,
  });
  expect(servers.map(({ lagMs }) => lagMs)).toEqual([0, 0]);
});

test('where rows are paired after a release there is no lag, and it is no pause that is told of', async () => {
  const ports = await waiting();
  const halt = { table: 'contacts', server: 'branch', rev: 1, id: 'm', kind: 'migration', at } as const;
  await ports.control.putHalt({ ...halt, figures: {}, examples: [], answer: { what: 'approve', at } });
  const states = await serverStates(configuration, ports.control, now);
  expect(states.find(({ server }) => server === 'branch')?.lagMs).toBe(20 * minute);
  expect((await overviewOf(configuration, ports, now)).paused).toEqual([]);
});
