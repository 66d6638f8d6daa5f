/** A simulated FileMaker Server with the tables that the tests use. */
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import type { DatabaseDescription, Script, SimulatorOptions } from '../../../src/simulator/description.ts';
import { account } from '../../filemaker/data-api/bindings.ts';

export type Rows = readonly Readonly<Record<string, string | number>>[];

type Scripts = Readonly<Record<string, Script>>;

const fileWith = (name: string, rows: Rows, scripts: Scripts): DatabaseDescription => ({
  name,
  scripts,
  tables: [
    {
      name: 'Contacts',
      fields: [
        { name: 'PK', type: 'text', prohibitModification: true },
        { name: 'Number', type: 'number' },
        { name: 'Name', type: 'text' },
        { name: 'Amount', type: 'number' },
        { name: 'Born', type: 'date' },
        { name: 'At', type: 'time' },
        { name: 'Seen', type: 'timestamp' },
        { name: 'Picture', type: 'container' },
        { name: 'Code', type: 'text', validation: { unique: true, overridable: false } },
        { name: 'Label', type: 'text', kind: 'calculation', calculation: { join: ['Name'] } },
        { name: 'Shared', type: 'text', global: true },
        { name: 'Modified', type: 'timestamp', autoEnter: 'modifiedAt' },
        { name: 'ModifiedUtc', type: 'number', autoEnter: 'utcMilliseconds' },
        { name: 'id', type: 'text' },
        { name: 'First Name', type: 'text' },
        { name: 'Größe', type: 'number' },
        { name: 'zz_Mod', type: 'text' },
      ],
      rows,
    },
  ],
  layouts: [{ name: 'sync contacts', table: 'Contacts' }],
});

export const place = { database: 'Sales', table: 'Contacts' };

export type Simulated = Simulator & AsyncDisposable;

/** Two files, Sales and Archive. */
export async function simulate(
  rows: Rows = [],
  options: Partial<SimulatorOptions> = {},
  scripts: Scripts = {},
): Promise<Simulated> {
  const simulator = await startSimulator({
    databases: [fileWith('Sales', rows, scripts), fileWith('Archive', [], scripts)],
    accounts: [{ name: account.username, password: account.password }],
    seed: 1,
    ...options,
  });
  return Object.assign(simulator, { [Symbol.asyncDispose]: () => simulator.close() });
}
