/** One simulated FileMaker Server with a table of contacts, and what its users do there. */
import type {
  FieldDescription,
  SimulatorOptions,
  StoredRecord,
  Script,
  Values,
} from '../../../src/simulator/description.ts';
import type { UserMachine } from '../../../src/simulator/host-clock.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { Stats, Write } from '../../../src/simulator/stats.ts';

export type Row = Readonly<Record<string, string | number>>;

export const account = { name: 'sync', password: 'open-sesame-4711' };

/** Every kind of field that is carried, and two that are not: a calculation and the stamp. */
export const contactFields: readonly FieldDescription[] = [
  { name: 'id', type: 'text' },
  { name: 'name', type: 'text' },
  { name: 'notes', type: 'text' },
  { name: 'amount', type: 'number' },
  { name: 'born', type: 'date' },
  { name: 'opens', type: 'time' },
  { name: 'seen', type: 'timestamp' },
  { name: 'label', type: 'text', kind: 'calculation', calculation: { join: ['name', 'notes'] } },
  { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
];

/** Those of them that are kept the same. */
export const syncedFields = ['name', 'notes', 'amount', 'born', 'opens', 'seen'];

export type OfficeOptions = Partial<SimulatorOptions> & {
  readonly rows?: readonly Row[];
  readonly fields?: readonly FieldDescription[];
  /** Whether the file keeps a log of deletes. */
  readonly log?: boolean;
  /** The table that a layout for sweeps shows; default: there is no such layout. */
  readonly sweeps?: 'Contacts' | 'Others';
  readonly scripts?: Readonly<Record<string, Script>>;
};

/** The layout for sweeps, in a configuration. */
export const sweepLayout = 'Contacts_Sweep';

/** As a customer's file keeps what was deleted. */
const deleteLog = {
  table: {
    name: 'Deletes',
    fields: [
      { name: 'record_id', type: 'text' },
      { name: 'deleted_at', type: 'timestamp', autoEnter: 'modifiedAt' },
    ],
  },
  layout: { name: 'Deletes_Sync', table: 'Deletes' },
} as const;

/** The same in a configuration. */
export const configuredLog = { layout: 'Deletes_Sync', key: 'record_id', deletedAt: 'deleted_at' };

const database = 'Main';
export const table = 'Contacts';
export const layout = 'Contacts_Sync';

export class Office implements AsyncDisposable {
  readonly simulator: Simulator;
  /** By the layouts that show them. */
  readonly tables: Readonly<Record<string, string>>;

  constructor(simulator: Simulator, tables: Readonly<Record<string, string>>) {
    this.simulator = simulator;
    this.tables = tables;
  }

  get url(): string {
    return this.simulator.url;
  }

  get control(): Simulator['control'] {
    return this.simulator.control;
  }

  get stats(): Stats {
    return this.control.stats();
  }

  get writes(): readonly Write[] {
    return this.control.writes();
  }

  get records(): readonly StoredRecord[] {
    return this.control.records({ table });
  }

  /** Values by key; throws where two records have one key. */
  get byKey(): ReadonlyMap<string, Values> {
    const { records } = this;
    const byKey = new Map(records.map(({ values }) => [values['id'] ?? '', values]));
    if (byKey.size !== records.length) throw new Error(`${records.length - byKey.size} keys are doubled`);
    return byKey;
  }

  record(key: string): StoredRecord {
    const found = this.records.find(({ values }) => values['id'] === key);
    if (found === undefined) throw new Error(`there is no record ${key}`);
    return found;
  }

  value(key: string, field: string): string | undefined {
    return this.record(key).values[field];
  }

  create(values: Values): void {
    this.control.createAsUser({ table, values });
  }

  edit(key: string, values: Values, user?: UserMachine): void {
    const { recordId } = this.record(key);
    this.control.updateAsUser({ table, recordId, values, ...(user === undefined ? {} : { user }) });
  }

  /** Leaves the modification stamp as it was: an import without auto-enter. */
  importOver(key: string, values: Values): void {
    const { recordId } = this.record(key);
    this.control.updateAsUser({ table, recordId, values, stamp: false });
  }

  delete(key: string): void {
    this.control.deleteAsUser({ table, recordId: this.record(key).recordId });
  }

  /** As a script of the file does it, which puts down the key first. */
  deleteLogged(key: string): void {
    this.control.createAsUser({ table: deleteLog.table.name, values: { record_id: key } });
    this.delete(key);
  }

  /** As if its process had ended, to a client; the records can still be looked at. */
  close(): Promise<void> {
    return this.simulator.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

let lastSeed = 0;

export async function openOffice({
  rows = [],
  fields = contactFields,
  log = false,
  sweeps,
  scripts = {},
  ...options
}: OfficeOptions) {
  lastSeed += 1;
  const described: SimulatorOptions = {
    databases: [
      {
        name: database,
        scripts,
        tables: [
          { name: table, fields, rows },
          ...(log ? [deleteLog.table] : []),
          ...(sweeps === 'Others' ? [{ name: sweeps, fields, rows: [{ id: 'another' }] }] : []),
        ],
        layouts: [
          { name: layout, table },
          ...(log ? [deleteLog.layout] : []),
          ...(sweeps ? [{ name: sweepLayout, table: sweeps, fields: ['id', 'modified_at'] }] : []),
        ],
      },
    ],
    accounts: [account],
    seed: lastSeed,
    ...options,
  };
  const layouts = described.databases.flatMap((one) => one.layouts);
  const tables = Object.fromEntries(layouts.map((one) => [one.name, one.table]));
  return new Office(await startSimulator(described), tables);
}
