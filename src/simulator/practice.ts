/** Ready-made descriptions: a server to practise on, and the table of the world's cities. */
import type {
  DatabaseDescription,
  FieldDescription,
  SimulatorOptions,
  TableDescription,
} from './description.ts';

export const practiceAccount = { name: 'sync', password: 'sync' };

const contacts: TableDescription = {
  name: 'Contacts',
  fields: [
    { name: 'id', type: 'text', autoEnter: 'uuid', validation: { notEmpty: true, unique: true } },
    { name: 'name', type: 'text' },
    { name: 'email', type: 'text' },
    { name: 'phone', type: 'text' },
    { name: 'notes', type: 'text' },
    { name: 'amount', type: 'number' },
    { name: 'birthday', type: 'date' },
    { name: 'photo', type: 'container' },
    {
      name: 'label',
      type: 'text',
      kind: 'calculation',
      calculation: { join: ['name', 'email'], separator: ', ' },
    },
    { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
  ],
};

/** One file, `Main`, with the table Contacts and the layout Contacts_Sync. */
export const practiceDatabase: DatabaseDescription = {
  name: 'Main',
  tables: [contacts],
  layouts: [{ name: 'Contacts_Sync', table: 'Contacts' }],
  scripts: { Echo: ({ parameter }) => ({ result: parameter }), Fail: () => ({ error: 101 }) },
};

export const practiceServer: SimulatorOptions = {
  databases: [practiceDatabase],
  accounts: [practiceAccount],
};

/** The five fields that FileMaker Pro gives every new table; none takes a value during data entry. */
export const clarisDefaultFields: readonly FieldDescription[] = [
  {
    name: 'PrimaryKey',
    type: 'text',
    autoEnter: 'uuid',
    prohibitModification: true,
    validation: { notEmpty: true, unique: true },
  },
  { name: 'CreationTimestamp', type: 'timestamp', autoEnter: 'createdAt', prohibitModification: true },
  { name: 'CreatedBy', type: 'text', autoEnter: 'createdBy', prohibitModification: true },
  { name: 'ModificationTimestamp', type: 'timestamp', autoEnter: 'modifiedAt', prohibitModification: true },
  { name: 'ModifiedBy', type: 'text', autoEnter: 'modifiedBy', prohibitModification: true },
];

export type CityRow = {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly admin_code: string;
  readonly population: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly modified_at?: string;
};

export const citiesTable = (rows: readonly CityRow[]): TableDescription => ({
  name: 'Cities',
  fields: [
    { name: 'id', type: 'text', validation: { notEmpty: true, unique: true } },
    { name: 'name', type: 'text' },
    { name: 'country', type: 'text' },
    { name: 'admin_code', type: 'text' },
    { name: 'population', type: 'number' },
    { name: 'latitude', type: 'number' },
    { name: 'longitude', type: 'number' },
    { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
  ],
  rows,
});

/** One file, `Main`, with the table Cities and the layout Cities_Sync. */
export const citiesDatabase = (rows: readonly CityRow[]): DatabaseDescription => ({
  name: 'Main',
  tables: [citiesTable(rows)],
  layouts: [{ name: 'Cities_Sync', table: 'Cities' }],
});
