/** The logs of deletes of a table against their layouts: checked, and as the tables that are read of them. */
import { ServerError } from '../ports/server-errors.ts';
import type { LayoutField, TableBinding } from '../ports/server.ts';
import { type Api, shownBy } from '../core/api.ts';
import type { ServerName } from '../core/names.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from './configuration.ts';
import type { DeleteLogConfiguration } from './delete-log.ts';
import { idsOf } from './binding-ids.ts';
import { keysBinding, noLayoutRemedy, noSuchLayout, shownOrMissing } from './further-layout.ts';
import { isRelated, type LinkLayout, noFieldRemedy } from './link-layout.ts';
import { ConfigurationError, type Finding, type Mistake, type Path } from './problem.ts';
import type { LayoutOf } from './resolve.ts';
import { didYouMean } from './suggest.ts';

type Part = keyof DeleteLogConfiguration;
type PathOf = (part: Part) => Path;

/** What is wrong with a log, by its layout as its server shows it, or by the answer that there is none; undefined: it can be read. */
export type LogCheck = (shown: readonly LayoutField[] | ServerError) => ConfigurationError | undefined;

export type ResolvedLog = {
  readonly binding: TableBinding;
  readonly check: LogCheck;
  /** It cannot be read as its layout is. */
  readonly isUnfit: boolean;
};

/**
 * Appends to `findings`, unless the table was worked on: then it goes on, and a log that is unfit is read once its layout passes. A log whose layout is not known yet
 * is left out: its deletes are found by sweeps until it is.
 */
export async function deleteLogsOf(
  table: TableConfiguration,
  layouts: readonly LinkLayout[],
  { layoutOf, source, findings, isWorkedOn }: DeleteLogSources,
): Promise<ReadonlyMap<ServerName, ResolvedLog>> {
  const logs = new Map<ServerName, ResolvedLog>();
  for (const layout of layouts) {
    const { link } = layout;
    const { deleteLog: log } = link;
    if (log === undefined) continue;
    const shown = await shownOrMissing(() => layoutOf(link.server, link.database, log.layout));
    if (shown === undefined) continue;
    const key = layout.field(table.key);
    const place = { link, log, keyType: key?.type, pathOf: pathIn(source, table, link) };
    const found = findingsIn(shown, place);
    if (!isWorkedOn) findings.push(...found);
    const fields = shown instanceof ServerError ? [] : shown;
    const [keyField, stampField] = [fieldCalled(fields, log.key), fieldCalled(fields, log.deletedAt)];
    const binding = keysBinding(table, key, {
      database: link.database,
      layout: log.layout,
      keyField: keyField?.name ?? log.key,
      stampField: stampField?.name ?? log.deletedAt,
      stampedBy: 'host',
      ...idsOf([keyField, stampField]),
    });
    logs.set(link.server, { binding, check: checkOf(place, source), isUnfit: found.length > 0 });
  }
  return logs;
}

export type DeleteLogSources = {
  readonly layoutOf: LayoutOf;
  readonly source: Configuration['source'];
  readonly findings: Finding[];
  readonly isWorkedOn: boolean;
};

const checkOf =
  (place: LogPlace, source: Configuration['source']): LogCheck =>
  (shown) => {
    const found = findingsIn(shown, place);
    if (found.length === 0) return undefined;
    return new ConfigurationError(found.map((finding) => source.problem(finding)));
  };

/** Where that part of it is said: of this server, or of all. */
const pathIn =
  (
    source: Configuration['source'],
    { name }: TableConfiguration,
    { server, api }: LinkConfiguration,
  ): PathOf =>
  (part) => {
    const called = part === 'layout' ? shownBy[api] : part;
    const own = ['tables', name, 'servers', server, 'deleteLog', called];
    return source.valueAt(own) === undefined ? ['tables', name, 'deletes', 'log', called] : own;
  };

type LogPlace = {
  readonly link: LinkConfiguration;
  readonly log: DeleteLogConfiguration;
  readonly keyType: LayoutField['type'] | undefined;
  readonly pathOf: PathOf;
};

const findingsIn = (shown: readonly LayoutField[] | ServerError, place: LogPlace): readonly Finding[] =>
  shown instanceof ServerError ? [missingLayout(place)] : checkLog(shown, place);

function missingLayout({ link, pathOf }: LogPlace): Finding {
  const without = `if that file keeps no log, write deleteLog: none under its servers.${link.server}`;
  const remedy = `${noLayoutRemedy[link.api]}; ${without}`;
  return {
    path: pathOf('layout'),
    at: 'value',
    code: 'config-layout-missing',
    message: noSuchLayout(link),
    remedy,
  };
}

function checkLog(fields: readonly LayoutField[], place: LogPlace): readonly Finding[] {
  const { link, log, keyType = 'text', pathOf } = place;
  const description = `${shownBy[link.api]} ${log.layout} of database ${link.database} on server ${link.server}`;
  const check = (
    part: 'key' | 'deletedAt',
    type: LayoutField['type'],
    otherwise: string,
  ): readonly Finding[] => {
    const mistake = mistakeOf(fields, log[part], { type, otherwise, description, api: link.api });
    return mistake === undefined ? [] : [{ path: pathOf(part), at: 'value', ...mistake }];
  };
  return [
    ...check('key', keyType, `Use a ${keyType} field, as the key of the records is`),
    ...check('deletedAt', 'timestamp', 'Use a timestamp field that auto-enters the creation timestamp'),
  ];
}

/** By its name, or by a former one where its id tells that it is the same. */
const fieldCalled = (fields: readonly LayoutField[], name: string): LayoutField | undefined =>
  fields.find((one) => one.name === name) ?? fields.find((one) => one.formerly?.includes(name));

type Wanted = {
  readonly type: LayoutField['type'];
  readonly otherwise: string;
  readonly description: string;
  readonly api: Api;
};

function mistakeOf(
  fields: readonly LayoutField[],
  name: string,
  { type, otherwise, description, api }: Wanted,
): Mistake | undefined {
  const field = fieldCalled(fields, name);
  if (field === undefined) {
    const names = fields.map((one) => one.name);
    const remedy = `${didYouMean(name, names)}${noFieldRemedy[api]}`;
    return { code: 'config-field-missing', message: `${name} is not on ${description}`, remedy };
  }
  if (isRelated(name))
    return {
      code: 'config-field-unusable',
      message: `${name} belongs to a related table on ${description}`,
      remedy: 'Use a field of the log',
    };
  if (field.type === type) return undefined;
  return {
    code: 'config-field-type',
    message: `${name} is ${field.type} on ${description}, not ${type}`,
    remedy: otherwise,
  };
}
