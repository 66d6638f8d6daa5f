import { expect, test } from 'vitest';
import { type Due, duePending } from '../../src/composition/due-pending.ts';

const servers = [
  { server: 'hq', role: 'both' },
  { server: 'branch', role: 'both' },
  { server: 'archive', role: 'receive' },
];
const tables = ['customers', 'invoices', 'lines'].map((table) => ({ table, servers }));

const waits = (table: string, parent: string, records: number) => ({
  table,
  server: 'branch',
  parent,
  records,
});
const invoices = waits('invoices', 'customers', 3);
const lines = waits('lines', 'invoices', 4);

const paused = (table: string, server: string, waiting = 0) => ({ table, server, waiting });

test.each<[string, Partial<Due>, number]>([
  ['nothing is paused', {}, 10],
  ['what waits is paused', { paused: [paused('customers', 'branch', 3)], waiting: [] }, 7],
  [
    'parents are paused there: children, and theirs, wait on purpose',
    { paused: [paused('customers', 'branch')] },
    3,
  ],
  ['parents are paused where they may come from', { paused: [paused('customers', 'hq')] }, 3],
  ['parents are paused where none comes from', { paused: [paused('customers', 'archive')] }, 10],
  ['another table is paused', { paused: [paused('lines', 'hq')] }, 10],
  [
    'the second generation is paused: its children wait on purpose, it does once',
    { paused: [paused('invoices', 'branch', 3)] },
    3,
  ],
  [
    'both are paused: each counts once',
    { paused: [paused('customers', 'branch', 1), paused('invoices', 'branch', 3)] },
    2,
  ],
])('where %s', (_, due, left) => {
  expect(duePending({ pending: 10, waiting: [lines, invoices], paused: [], tables, ...due })).toBe(left);
});
