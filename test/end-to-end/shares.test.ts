/** Branches that have only their rows, by the real commands in processes of their own. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import type { Row } from './support/office.ts';

const counted = z.looseObject({
  tables: z.array(
    z.looseObject({ records: z.number(), servers: z.array(z.looseObject({ records: z.number() })) }),
  ),
});

const regions = ['North', 'East', 'South', 'West'] as const;

/** Their regions stand in `notes`. */
const customers = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `C-${n}`,
    name: `customer ${n}`,
    notes: regions[n % regions.length] ?? '',
    modified_at: '2024-05-01T10:00:00',
  }));

/** Three branches, of which two share the East, and one keeps what leaves it. */
const branches = {
  north: { where: [{ notes: '==North' }, { notes: '==East' }], leave: 'remove' },
  south: { where: [{ notes: '==South' }, { notes: '==east' }], leave: 'remove' },
  west: { where: { notes: '==West' } },
} as const;

const opened = (): Promise<Bench> =>
  openBench({ offices: { hq: { rows: customers(40) }, north: {}, south: {}, west: {} }, links: branches });

const heldOn = (bench: Bench, name: string): readonly string[] =>
  bench
    .office(name)
    .records.map(({ values }) => `${values['name']} ${values['notes']}`)
    .toSorted();

const inRegions = (bench: Bench, ...wanted: readonly string[]): readonly string[] =>
  heldOn(bench, 'hq').filter((text) => wanted.includes(text.split(' ').at(-1) ?? ''));

test('three branches with overlapping shares each hold exactly their rows, while rows move between them', async () => {
  await using bench = await opened();
  expect((await bench.command('run', '--once')).code).toBe(0);
  expect(heldOn(bench, 'north')).toEqual(inRegions(bench, 'North', 'East'));
  expect(heldOn(bench, 'south')).toEqual(inRegions(bench, 'South', 'East'));
  expect(heldOn(bench, 'west')).toEqual(inRegions(bench, 'West'));
  bench.hq.edit('C-0', { notes: 'East' });
  bench.office('north').edit('C-1', { name: 'moved by north', notes: 'South' });
  bench.office('south').edit('C-2', { notes: 'North' });
  bench.hq.edit('C-3', { notes: 'South' });
  bench.office('west').edit('C-7', { name: 'renamed in the west' });
  bench.office('west').create({ id: 'C-90', name: 'made in the west', notes: 'North' });
  const { code, stdout } = await bench.command('run', '--once');
  expect([code, stdout]).toEqual([0, expect.stringContaining('In step')]);
  expect(heldOn(bench, 'hq')).toEqual(
    expect.arrayContaining(['moved by north South', 'made in the west North']),
  );
  expect(heldOn(bench, 'north')).toEqual(inRegions(bench, 'North', 'East'));
  expect(heldOn(bench, 'south')).toEqual(inRegions(bench, 'South', 'East'));
  // It keeps what left it, as it was.
  expect(heldOn(bench, 'west')).toEqual(
    [...inRegions(bench, 'West'), 'customer 3 West', 'made in the west North'].toSorted(),
  );
  const status = await bench.command('status', '--json');
  const { tables } = counted.parse(lastObject(status.stdout));
  expect(tables.map(({ records, servers }) => [records, servers.map((one) => one.records)])).toEqual([
    [41, [41, 21, 21, 9]],
  ]);
  const verified = await bench.command('verify');
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('41')]);
});

test('a share that takes more than the limit away is told by plan, halts, and goes on when it is approved', async () => {
  await using bench = await openBench({ offices: { hq: { rows: customers(60) }, north: {} } });
  await bench.run();
  await bench.configure((configuration) => narrowed(configuration));
  const plan = await bench.command('plan');
  expect([plan.code, plan.stdout.replaceAll(/\s+/g, ' ')]).toEqual([
    expect.any(Number),
    expect.stringContaining(
      '45 of 60 records there are outside its share and would be removed there; the limit is 20',
    ),
  ]);
  const run = await bench.command('run', '--once');
  expect([run.code, run.stdout.replaceAll(/\s+/g, ' ')]).toEqual([
    1,
    expect.stringContaining('45 of 60 records there are outside its share'),
  ]);
  expect(bench.office('north').records).toHaveLength(60);
  const approved = await bench.command('approve', 'contacts', 'north');
  expect([approved.code, approved.stdout]).toEqual([
    0,
    'approved: contacts on north: 45 records are removed there with the next run;\n' +
      '    what they hold, and values that lose, are kept\n',
  ]);
  expect((await bench.command('run', '--once')).code).toBe(0);
  expect(bench.office('north').records).toHaveLength(15);
  expect(bench.hq.records).toHaveLength(60);
});

test('a server that joins with much outside its share is told by status to have it removed, once that is approved', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: customers(60) }, north: { rows: customers(60) } },
  });
  await bench.configure((configuration) => narrowed(configuration));
  await bench.run();
  await bench.command('approve', 'contacts', 'north');
  const { stdout } = await bench.command('status');
  expect(stdout).toContain('approved: contacts on north: 45 records are removed there with the next run\n');
});

test('an edit of a row that had left goes nowhere, and is listed with the reason', async () => {
  await using bench = await opened();
  await bench.run();
  bench.hq.edit('C-3', { notes: 'South' });
  await bench.run();
  bench.office('west').edit('C-3', { name: 'of no account' });
  await bench.run();
  expect(bench.hq.value('C-3', 'name')).toBe('customer 3');
  const listed = await bench.command('conflicts list');
  const [, code = ''] = /^(\w{8})/m.exec(listed.stdout) ?? [];
  const { stdout } = await bench.command('conflicts show', code);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    "it was changed in a record that had left the server's share",
  );
});

test('where that cannot be told without the index of FileMaker is refused by its place, with what to write', async () => {
  await using bench = await opened();
  await bench.configure((configuration) => withWhere(configuration, 'west', { where: { notes: 'West' } }));
  const { code, stderr } = await bench.command('run', '--once');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/servers\.west\.where\.notes is "West"\n.*==West/s),
  ]);
});

const configured = z.looseObject({
  tables: z.object({ contacts: z.looseObject({ servers: z.record(z.string(), z.looseObject({})) }) }),
});

function narrowed(configuration: Plain): Plain {
  return withWhere(configuration, 'north', { where: { notes: '==North' }, leave: 'remove' });
}

function withWhere(configuration: Plain, server: string, link: Plain): Plain {
  const { tables } = configured.parse(configuration);
  const { contacts } = tables;
  const servers = { ...contacts.servers, [server]: { ...contacts.servers[server], ...link } };
  return { ...configuration, tables: { contacts: { ...contacts, servers } } };
}
