import { expect, test } from 'vitest';
import { ServerError } from '../../src/ports/server-errors.ts';
import { Tally } from '../../src/cli/tally.ts';
import type { EngineEvent } from '../../src/engine/events.ts';

const at = { table: 'contacts', server: 'hq' };

const tallyOf = (...events: readonly EngineEvent[]): Tally => {
  const tally = new Tally();
  for (const event of events) tally.add(event);
  return tally;
};

test('counts are kept apart by table and server, and added up over all', () => {
  const delivered = { kind: 'delivered' as const, created: 2, updated: 3, removed: 0, inStep: 1 };
  const tally = tallyOf(
    { ...delivered, ...at },
    { ...delivered, ...at },
    { ...delivered, ...at, server: 'branch' },
    { ...delivered, ...at, table: 'orders' },
  );
  expect(tally.links.map(({ table, server, created }) => [table, server, created])).toEqual([
    ['contacts', 'hq', 4],
    ['contacts', 'branch', 2],
    ['orders', 'hq', 2],
  ]);
  expect([tally.sum('created'), tally.sum('updated')]).toEqual([8, 12]);
});

test('names that run together are not taken for one another', () => {
  const read = { kind: 'read' as const, phase: 'changes' as const, records: 1, total: 1 };
  const tally = tallyOf({ ...read, table: 'a b', server: 'c' }, { ...read, table: 'a', server: 'b c' });
  expect(tally.links).toHaveLength(2);
});

test('of how a server is written the last that was said is kept', () => {
  const script = { kind: 'script', server: 'hq', layout: 'Contacts_Sync' } as const;
  const tally = tallyOf(script, { ...script, reason: 'there is no such script' }, { ...script, layout: 'b' });
  expect([...tally.ways.values()]).toEqual([
    { ...script, reason: 'there is no such script' },
    { ...script, layout: 'b' },
  ]);
});

test('steps of clocks are kept in their order', () => {
  const tally = tallyOf(
    { kind: 'clock-stepped', server: 'hq', byMs: -5 },
    { kind: 'clock-stepped', server: 'hq', byMs: 7 },
    { kind: 'other-zone', server: 'hq', offByMs: 3_600_000 },
  );
  expect(tally.steps.map(({ byMs }) => byMs)).toEqual([-5, 7]);
  expect(tally.links).toEqual([]);
});

test('what fails is told until that very task of the server works again', () => {
  const error = new ServerError('server-unreachable', 'hq', 'm');
  const failed = { kind: 'server-failed' as const, server: 'hq', error, task: 'writing' as const };
  const back = { kind: 'server-back' as const, server: 'hq' };
  const still = tallyOf(failed, { ...back, task: 'reading' });
  const again = tallyOf(failed, { ...back, task: 'writing' });
  expect([...still.failing.values()]).toMatchObject([{ server: 'hq', code: 'server-unreachable' }]);
  expect([...again.failing.values()]).toEqual([]);
});

test('tables stand in the order of the configuration, whatever was told of one of them before', () => {
  const tally = new Tally();
  tally.add({ kind: 'batched', table: 'gone', server: 'hq', keys: 1 });
  tally.add({ kind: 'batched', table: 'orders', server: 'branch', keys: 3 });
  tally.arrange([
    { table: 'contacts', server: 'hq' },
    { table: 'orders', server: 'branch' },
  ]);
  expect(tally.links.map(({ table, batched }) => [table, batched])).toEqual([
    ['contacts', 0],
    ['orders', 3],
    ['gone', 1],
  ]);
});
