/** Layouts that change under tables that are kept the same, by the real commands. */
import { expect, test } from 'vitest';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { contactFields, type OfficeOptions, type Row } from './support/office.ts';
import { rows } from './support/rows.ts';

const old = (from: number, to: number): readonly Row[] =>
  rows(from, to).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));

/** Two tables in one file, each with its layout. */
const twoTables = (own: readonly Row[]): OfficeOptions => ({
  databases: [
    {
      name: 'Main',
      tables: ['Contacts', 'Orders'].map((name) => ({ name, fields: contactFields, rows: own })),
      layouts: ['Contacts', 'Orders'].map((table) => ({ name: `${table}_Sync`, table })),
    },
  ],
});

const withOrders = (configuration: Plain): Plain => {
  const { contacts } = Object(configuration['tables']);
  const servers = Object.fromEntries(
    ['hq', 'branch', 'kiosk'].map((name) => [name, { layout: 'Orders_Sync' }]),
  );
  return {
    ...configuration,
    schedule: { settle: '0 seconds' },
    tables: { contacts, orders: { ...contacts, servers } },
  };
};

async function filled(): Promise<Bench> {
  const [full, empty] = [twoTables(old(0, 10)), twoTables([])];
  const bench = await openBench({ offices: { hq: full, branch: empty, kiosk: empty } });
  await bench.configure(withOrders);
  for (let run = 0; run < 2; run += 1) expect((await bench.run()).exitCode).toBe(0);
  return bench;
}

function editOrder({ control }: Bench['hq'], name: string): void {
  control.updateAsUser({ table: 'Orders', recordId: 1, values: { name } });
}

const orderOn = ({ control }: Bench['hq']): string | undefined =>
  control.records({ table: 'Orders' })[0]?.values['name'];

const drifts = [
  {
    what: 'a field that was renamed',
    drift: ({ control }: Bench['hq']) =>
      control.renameField({ table: 'Contacts', from: 'notes', to: 'remarks' }),
    mend: ({ control }: Bench['hq']) =>
      control.renameField({ table: 'Contacts', from: 'remarks', to: 'notes' }),
    says: 'on its layout notes is not there any more (renamed, or taken off it)',
    figures: { layout: 0, missing: 1, changed: 0 },
  },
  {
    what: 'a layout that is gone',
    drift: ({ control }: Bench['hq']) => control.removeLayout('Contacts_Sync'),
    mend: ({ control }: Bench['hq']) => control.putBackLayout('Contacts_Sync'),
    says: 'its layout is not there any more',
    figures: { layout: 1, missing: 0, changed: 0 },
  },
];

test.each(drifts)(
  '$what halts the table on that server only, and it goes on by itself when that is mended',
  async ({ drift, mend, says, figures }) => {
    await using bench = await filled();
    const { hq, branch } = bench;
    const kiosk = bench.office('kiosk');
    branch.edit('K-00002', { name: 'by branch, before' });
    drift(branch);
    hq.edit('K-00001', { name: 'by hq' });
    editOrder(hq, 'an order');
    const { code, stdout } = await bench.command('run', '--once', '--json');
    expect([code, lastObject(stdout)]).toMatchObject([
      1,
      { failures: [], halted: [{ table: 'contacts', server: 'branch', why: 'schema-drift', figures }] },
    ]);
    expect([kiosk.value('K-00001', 'name'), branch.value('K-00001', 'name')]).toEqual(['by hq', 'contact 1']);
    expect([orderOn(branch), orderOn(kiosk)]).toEqual(['an order', 'an order']);
    const halts = await bench.command('halts');
    expect(halts.stdout).toContain(`halted: contacts on branch: ${says}`);
    expect(halts.stdout).toContain('it goes on by itself then');

    mend(branch);
    expect((await bench.run()).exitCode).toBe(0);
    expect((await bench.command('halts')).stdout).toBe('nothing is halted\n');
    expect(branch.value('K-00001', 'name')).toBe('by hq');
    expect([hq.value('K-00002', 'name'), kiosk.value('K-00002', 'name')]).toEqual([
      'by branch, before',
      'by branch, before',
    ]);
  },
);

test('a field is told by the name that it has in the file of that server', async () => {
  const own = contactFields.map((field) => (field.name === 'notes' ? { ...field, name: 'Notizen' } : field));
  await using bench = await openBench({
    offices: { hq: { rows: old(0, 3) }, branch: { fields: own } },
    links: { branch: { rename: { notes: 'Notizen' } } },
  });
  for (let run = 0; run < 2; run += 1) expect((await bench.run()).exitCode).toBe(0);
  bench.branch.control.renameField({ table: 'Contacts', from: 'Notizen', to: 'Bemerkung' });
  expect(lastObject((await bench.command('run', '--once', '--json')).stdout)).toMatchObject({
    halted: [{ why: 'schema-drift', fields: ['Notizen'] }],
  });
  const { stdout } = await bench.command('halts');
  expect(stdout).toContain('on its layout Notizen is not there any more');
});

test('a halted layout is answered with dismiss only, which ends nothing while it is as it is', async () => {
  await using bench = await filled();
  bench.branch.control.removeLayout('Contacts_Sync');
  const { stdout } = await bench.command('run', '--once');
  const [, id = ''] = /serversync dismiss (\S+)/.exec(stdout) ?? [];
  for (const what of ['approve', 'put-back']) {
    const refused = await bench.command(what, id);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('the layout has to be mended, or the configuration'),
    ]);
    expect(refused.stderr).toContain(`serversync dismiss ${id}`);
  }
  expect((await bench.command('dismiss', id)).code).toBe(0);
  expect((await bench.run()).exitCode).toBe(1);
  expect((await bench.command('halts', id)).stdout).toContain(`serversync dismiss ${id}`);
});

test('a field that was renamed goes on under its new name once the configuration says so', async () => {
  await using bench = await filled();
  const { branch, hq } = bench;
  branch.control.renameField({ table: 'Contacts', from: 'notes', to: 'remarks' });
  expect((await bench.run()).exitCode).toBe(1);
  hq.edit('K-00001', { notes: 'meanwhile' });
  await bench.configure((configuration) => {
    const changed = withOrders(configuration);
    Object(changed['tables']).contacts.servers.branch = {
      layout: 'Contacts_Sync',
      rename: { notes: 'remarks' },
    };
    return changed;
  });
  expect((await bench.run()).exitCode).toBe(0);
  expect(branch.record('K-00001').values['remarks']).toBe('meanwhile');
});

test('a field that was never kept the same, and is on no layout, is a mistake in the configuration as before', async () => {
  await using bench = await filled();
  await bench.configure((configuration) => {
    const changed = withOrders(configuration);
    Object(changed['tables']).contacts.fields = ['name', 'nodes'];
    return changed;
  });
  const { code, stderr } = await bench.command('run', '--once');
  expect([code, stderr]).toEqual([2, expect.stringContaining('nodes is not on layout Contacts_Sync')]);
  expect(stderr).toContain('Did you mean notes?');
});
