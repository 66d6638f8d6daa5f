/**
 * The tables that describe the file: FileMaker_Tables and its like (help.claris.com sql-reference filemaker-system-tables). They are made
 * when they are asked for, and read as any other.
 */
import type { FieldDescription, FieldType } from '../description.ts';
import { fieldIdText, type Occurrence } from '../store/occurrence.ts';
import type { Database } from '../store/database.ts';
import type { Field } from '../store/schema.ts';

type SystemRow = Readonly<Record<string, string | number>>;

const text = (name: string): FieldDescription => ({ name, type: 'text' });
const number = (name: string): FieldDescription => ({ name, type: 'number' });

type SystemTable = {
  readonly fields: readonly FieldDescription[];
  readonly rows: (database: Database) => readonly SystemRow[];
};

const fieldColumns = [
  text('FieldName'),
  text('FieldType'),
  number('FieldId'),
  text('FieldClass'),
  number('FieldReps'),
  number('ModCount'),
];

const systemTables: Readonly<Record<string, SystemTable>> = {
  FileMaker_Tables: {
    fields: [
      text('TableName'),
      number('TableId'),
      text('BaseTableName'),
      text('BaseFileName'),
      number('ModCount'),
    ],
    rows: ({ occurrences, name: file }) =>
      occurrences.map(({ id, name, table }) => ({
        TableName: name,
        TableId: id,
        BaseTableName: table.name,
        BaseFileName: file,
        ModCount: table.schema.version,
      })),
  },
  FileMaker_Fields: {
    fields: [text('TableName'), ...fieldColumns],
    rows: ({ occurrences }) =>
      occurrences.flatMap((occurrence) =>
        occurrence.table.schema.fields.map((field) => ({
          TableName: occurrence.name,
          ...fieldRow(field, occurrence.table.schema.version),
          FieldId: fieldIdText(occurrence, field).slice('FMFID:'.length),
        })),
      ),
  },
  FileMaker_BaseTables: {
    fields: [text('BaseTableName'), number('ModCount')],
    rows: ({ tables }) =>
      [...tables.values()].map(({ name, schema }) => ({ BaseTableName: name, ModCount: schema.version })),
  },
  FileMaker_BaseTableFields: {
    fields: [text('BaseTableName'), ...fieldColumns],
    rows: ({ tables }) =>
      [...tables.values()].flatMap(({ name, schema }) =>
        schema.fields.map((field) => ({ BaseTableName: name, ...fieldRow(field, schema.version) })),
      ),
  },
  FileMaker_ValueLists: {
    fields: [text('ValueListName')],
    rows: ({ layouts }) => {
      const lists = [...layouts.values()].flatMap(({ description }) =>
        Object.keys(description.valueLists ?? {}),
      );
      return [...new Set(lists)].map((name) => ({ ValueListName: name }));
    },
  },
};

/** As SQL calls them. */
const sqlTypes: Readonly<Record<FieldType, string>> = {
  text: 'varchar',
  number: 'decimal',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  container: 'binary',
};

const classes = { normal: 'Normal', calculation: 'Calculated', summary: 'Summary' } as const;

const fieldRow = ({ id, name, type, description, slots }: Field, modCount: number): SystemRow => ({
  FieldName: name,
  FieldType: (description.global === true ? 'global ' : '') + sqlTypes[type],
  FieldId: id,
  FieldClass: classes[description.kind ?? 'normal'],
  FieldReps: slots.length,
  ModCount: modCount,
});

export function systemOccurrence(database: Database, name: string): Occurrence | undefined {
  const system = systemTables[name];
  if (!system) return undefined;
  const table = database.tableOf({ name, fields: system.fields });
  for (const row of system.rows(database)) {
    const changes = system.fields.map((field, at): [number, string] => [at, String(row[field.name] ?? '')]);
    table.create(new Map(changes), { stamps: undefined, skipValidation: true });
  }
  return { id: 0, name, table };
}
