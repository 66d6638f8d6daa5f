/** The logs of deletes of a table against their layouts: checked, and as the tables that are read of them. */
import { ServerError } from '../ports/server-errors.ts';
import type { LayoutField, TableBinding } from '../ports/server.ts';
import type { ServerName } from '../core/names.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from './configuration.ts';
import type { DeleteLogConfiguration } from './delete-log.ts';
import { isRelated } from './link-layout.ts';
import type { LinkLayout } from './link-layout.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import type { LayoutOf } from './resolve.ts';
import { didYouMean } from './suggest.ts';

type Part = keyof DeleteLogConfiguration;
type PathOf = (part: Part) => Path;

/** Appends to `findings`. A log whose layout is not known yet is left out: its deletes are found by sweeps until it is. */
export async function deleteLogsOf(
  table: TableConfiguration,
  layouts: readonly LinkLayout[],
  { layoutOf, source, findings }: DeleteLogSources,
): Promise<ReadonlyMap<ServerName, TableBinding>> {
  const logs = new Map<ServerName, TableBinding>();
  for (const layout of layouts) {
    const { link } = layout;
    const { deleteLog: log } = link;
    if (log === undefined) continue;
    const pathOf = pathIn(source, table, link);
    const fields = await fieldsOf(link, log, pathOf, layoutOf);
    if (fields === undefined) continue;
    const key = layout.field(table.key);
    const found = 'path' in fields ? [fields] : checkLog(fields, { link, log, keyType: key?.type, pathOf });
    findings.push(...found);
    if (found.length === 0) logs.set(link.server, logBinding(table, link, log, key));
  }
  return logs;
}

export type DeleteLogSources = {
  readonly layoutOf: LayoutOf;
  readonly source: Configuration['source'];
  readonly findings: Finding[];
};

/** Where that part of it is said: of this server, or of all. */
const pathIn =
  (source: Configuration['source'], { name }: TableConfiguration, { server }: LinkConfiguration): PathOf =>
  (part) => {
    const own = ['tables', name, 'servers', server, 'deleteLog', part];
    return source.valueAt(own) === undefined ? ['tables', name, 'deletes', 'log', part] : own;
  };

async function fieldsOf(
  { server, database }: LinkConfiguration,
  { layout }: DeleteLogConfiguration,
  pathOf: PathOf,
  layoutOf: LayoutOf,
): Promise<readonly LayoutField[] | Finding | undefined> {
  try {
    return await layoutOf(server, database, layout);
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'layout-missing') throw error;
    const message = `not a layout of database ${database} on server ${server}`;
    const without = `if that file keeps no log, write deleteLog: none under its servers.${server}`;
    const remedy = `Create it there, let the account see it, or correct the name; ${without}`;
    return { path: pathOf('layout'), at: 'value', message, remedy };
  }
}

type LogPlace = {
  readonly link: LinkConfiguration;
  readonly log: DeleteLogConfiguration;
  readonly keyType: LayoutField['type'] | undefined;
  readonly pathOf: PathOf;
};

function checkLog(fields: readonly LayoutField[], place: LogPlace): readonly Finding[] {
  const { link, log, keyType = 'text', pathOf } = place;
  const description = `layout ${log.layout} of database ${link.database} on server ${link.server}`;
  const check = (
    part: 'key' | 'deletedAt',
    type: LayoutField['type'],
    otherwise: string,
  ): readonly Finding[] => {
    const mistake = mistakeOf(fields, log[part], { type, otherwise, description });
    return mistake === undefined ? [] : [{ path: pathOf(part), at: 'value', ...mistake }];
  };
  return [
    ...check('key', keyType, `Use a ${keyType} field, as the key of the records is`),
    ...check('deletedAt', 'timestamp', 'Use a timestamp field that auto-enters the creation timestamp'),
  ];
}

type Wanted = {
  readonly type: LayoutField['type'];
  readonly otherwise: string;
  readonly description: string;
};

function mistakeOf(
  fields: readonly LayoutField[],
  name: string,
  { type, otherwise, description }: Wanted,
): Mistake | undefined {
  const field = fields.find((one) => one.name === name);
  if (field === undefined) {
    const names = fields.map((one) => one.name);
    const remedy = `${didYouMean(name, names)}Put it on the layout, or correct the name`;
    return { message: `${name} is not on ${description}`, remedy };
  }
  if (isRelated(name))
    return {
      message: `${name} belongs to a related table on ${description}`,
      remedy: 'Use a field of the log',
    };
  if (field.type === type) return undefined;
  return { message: `${name} is ${field.type} on ${description}, not ${type}`, remedy: otherwise };
}

const logBinding = (
  table: TableConfiguration,
  { database }: LinkConfiguration,
  { layout, key, deletedAt }: DeleteLogConfiguration,
  keyField: LayoutField | undefined,
): TableBinding => ({
  table: table.name,
  role: 'send',
  database,
  layout,
  keyField: key,
  stampField: deletedAt,
  stampedBy: 'host',
  fieldNames: {},
  types: { [table.key]: keyField?.type ?? 'text' },
  key: table.key,
});
