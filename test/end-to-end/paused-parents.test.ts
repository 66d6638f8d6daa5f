/** Children whose parents are paused wait for them: nothing is wrong, and no exit code says so. */
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { planIn } from './support/checks.ts';
import { contactFields, layout, type OfficeOptions, syncedFields, table } from './support/office.ts';
import { row } from './support/rows.ts';

const children = 'Orders';

function office(refuses: boolean): OfficeOptions {
  const parent = { table, field: 'id', code: '503' };
  return {
    databases: [
      {
        name: 'Main',
        tables: [
          { name: table, fields: contactFields, rows: refuses ? [] : [row(1)] },
          {
            name: children,
            fields: [
              { name: 'id', type: 'text' },
              {
                name: 'contact_id',
                type: 'text',
                ...(refuses && { validation: { parent, overridable: false } }),
              },
              { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
            ],
            rows: [],
          },
        ],
        layouts: [
          { name: layout, table },
          { name: 'Orders_Sync', table: children },
        ],
      },
    ],
  };
}

const on = (of: string) => ({ hq: { layout: of }, branch: { layout: of } });

test.each(['--server branch --table contacts', '--table contacts'])(
  'while its parent is paused (%s) a child waits, and run, status and plan end with 0; afterwards both arrive',
  async (scope) => {
    await using bench = await openBench({ offices: { hq: office(false), branch: office(true) } });
    await bench.configure((configuration) => ({
      ...configuration,
      tables: {
        contacts: { key: 'id', modified: 'modified_at', fields: syncedFields, servers: on(layout) },
        orders: {
          key: 'id',
          modified: 'modified_at',
          fields: ['contact_id'],
          after: { contacts: 'contact_id' },
          servers: on('Orders_Sync'),
        },
      },
    }));
    for (let run = 0; run < 2; run += 1) expect((await bench.run()).exitCode).toBe(0);
    expect((await bench.command('pause', ...scope.split(' '))).code).toBe(0);
    bench.hq.create({ id: 'C', name: 'made while it is paused' });
    bench.hq.control.createAsUser({ table: children, values: { id: 'O', contact_id: 'C' } });
    for (let run = 0; run < 2; run += 1) {
      const ran = await bench.run();
      expect(ran).toMatchObject({ exitCode: 0, parked: 0, waiting: [{ table: 'orders', server: 'branch' }] });
      expect(ran.lines.at(-1)).toContain('In step, but for what is paused');
    }
    expect((await bench.status()).exitCode).toBe(0);
    expect((await planIn(bench)).code).toBe(0);
    expect((await bench.command('resume', ...scope.split(' '))).code).toBe(0);
    for (let run = 0; run < 2; run += 1) await bench.run();
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.branch.control.records({ table: children })).toHaveLength(1);
  },
);
