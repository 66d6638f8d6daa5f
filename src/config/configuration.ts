/** A configuration that was read and checked: what other parts are given. Names of fields are those of the file. */
import { dirname, resolve } from 'node:path';
import { type Api, shownBy } from '../core/api.ts';
import type { ConflictPolicy, DeleteLimit, DeletePolicy, Role, StampSource } from '../core/link.ts';
import type { DataBudget } from '../core/data-use.ts';
import type { MaintenanceWindow } from '../core/maintenance.ts';
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import type { Niceness } from '../core/niceness.ts';
import type { Parent } from '../core/parents.ts';
import type { SweepSchedule } from '../core/sweep-schedule.ts';
import type { AwsConfiguration } from './aws-schema.ts';
import { type DeleteLogConfiguration, deleteLogOf } from './delete-log.ts';
import { modesOf } from './field-modes.ts';
import { parentsOf } from './parents.ts';
import type { Path } from './problem.ts';
import type { ParsedFile, ParsedLink, ParsedServer, ParsedTable } from './schema.ts';
import type { ReportSchedule } from './report-schedule.ts';
import type { ShareConfiguration } from './share.ts';
import type { ConfigurationSource } from './source.ts';
import { type WebhookConfiguration, webhookOf } from './wake.ts';

export type Configuration = {
  /** In the order of the file. */
  readonly servers: readonly ServerConfiguration[];
  readonly tables: readonly TableConfiguration[];
  readonly schedule: {
    readonly enumerateMs: number;
    readonly settleMs: number;
    readonly sweep: SweepSchedule;
  };
  readonly alarms: {
    readonly lagMs: number;
    readonly skewMs: number;
    /** Only on AWS. */
    readonly email: string | undefined;
    /** Only on AWS, and only with an address. */
    readonly report: ReportSchedule;
  };
  /** For how long it is kept what a record held before, ms; 0: none is. */
  readonly historyMs: number;
  readonly retention: {
    /** For how long conflicts are kept, ms. */
    readonly conflictsMs: number;
    /** For how long acts are kept, ms. */
    readonly actsMs: number;
    /** For how long it is kept what deleted records held, ms; may be infinite. */
    readonly deletedMs: number;
  };
  /** Where FileMaker Server calls a process of one machine; undefined: nowhere. */
  readonly webhook: WebhookConfiguration | undefined;
  readonly containers: {
    /** The largest file that is carried, bytes. */
    readonly limitBytes: number;
    /** Where files lie on this machine, absolute; undefined: beside the state. */
    readonly folder: string | undefined;
  };
  /** What only the deployed form needs. */
  readonly aws: AwsConfiguration;
  /** Tells where a value stands, for problems that are found later. */
  readonly source: ConfigurationSource;
};

export type ServerConfiguration = {
  readonly name: ServerName;
  /** Scheme, host and port: no slash at the end. */
  readonly url: string;
  readonly timeZone: string;
  readonly api: Api;
  /** The most sessions ever open there, orphans included; over OData, which has none: requests. */
  readonly sessions: number;
  readonly niceness: Niceness;
  /** The most records a second that are written there; undefined: as many as it takes. */
  readonly maxRate: number | undefined;
  /** What has it read, besides the schedule. */
  readonly wake: 'schedule' | 'webhook';
  /** Absolute. */
  readonly caFile: string | undefined;
  /** Name of our script in its files, where it stands there. */
  readonly script: string | undefined;
  readonly dataBudget: DataBudget | undefined;
  /** When nothing is asked of it. */
  readonly maintenance: readonly MaintenanceWindow[];
};

export type FieldConfiguration = { readonly name: FieldName; readonly rewrites: 'ignore' | 'accept' };

export type TableConfiguration = {
  readonly name: TableName;
  readonly key: FieldName;
  readonly modified: { readonly field: FieldName; readonly stampedBy: StampSource };
  readonly fields: 'all' | readonly FieldConfiguration[];
  /** Left out of `all`. */
  readonly except: readonly FieldName[];
  /** Sent with a new record and never afterwards, in whichever list they stand. */
  readonly createOnly: readonly FieldName[];
  /** Should hold another value in each record. */
  readonly unique: readonly FieldName[];
  /** Where a field that is named stands within the table, such as `fields`, 2. */
  readonly fieldPlaces: ReadonlyMap<FieldName, Path>;
  readonly merge: 'field' | 'record';
  /** Numbers whose changes are added up. */
  readonly added: readonly FieldName[];
  readonly conflicts: ConflictPolicy;
  readonly deletes: { readonly policy: DeletePolicy; readonly limit: DeleteLimit };
  /** What has to be on a server before the records of this table. */
  readonly after: readonly Parent[];
  /** In the order in which the file names the servers: the first wins where the order of two edits is unknowable. */
  readonly links: readonly LinkConfiguration[];
};

export type LinkConfiguration = {
  readonly server: ServerName;
  readonly api: Api;
  readonly database: string;
  /** Or the table occurrence, over OData. */
  readonly layout: string;
  /** The table occurrence, where it is named. */
  readonly occurrence: string | undefined;
  readonly role: Role;
  /** From configured names to the server's. */
  readonly rename: ReadonlyMap<FieldName, string>;
  /** In the same database. */
  readonly deleteLog: DeleteLogConfiguration | undefined;
  /** What a sweep lists instead of the layout. */
  readonly sweepLayout: string | undefined;
  /** The records that belong there, where they are not all. */
  readonly share?: ShareConfiguration;
};

/** A layout, or a table occurrence over OData, as a server knows it. */
export type LayoutPlace = Pick<LinkConfiguration, 'server' | 'database' | 'layout'>;

/** Layouts that a link is read by besides that of its records. */
export const furtherLayouts = ({
  server,
  database,
  deleteLog,
  sweepLayout,
}: LinkConfiguration): readonly LayoutPlace[] =>
  [deleteLog?.layout, sweepLayout].flatMap((layout) =>
    layout === undefined ? [] : { server, database, layout },
  );

/** By the layouts of its records alone: what else it is read by changes nothing of its plan. */
export const withoutFurther = (table: TableConfiguration): TableConfiguration => ({
  ...table,
  links: table.links.map((link) => ({ ...link, deleteLog: undefined, sweepLayout: undefined })),
});

export function configurationOf(file: ParsedFile, source: ConfigurationSource): Configuration {
  return {
    servers: Object.entries(file.servers).map(([name, server]) => serverOf(name, server, source.file)),
    tables: Object.entries(file.tables).map(([name, table]) => tableOf(name, table, file.servers)),
    schedule: {
      enumerateMs: file.schedule.enumerate,
      settleMs: file.schedule.settle,
      sweep: file.schedule.sweep,
    },
    alarms: {
      lagMs: file.alarms.lag,
      skewMs: file.alarms.skew,
      email: file.alarms.email,
      report: file.alarms.report,
    },
    historyMs: file.history,
    retention: retentionOf(file.retention),
    webhook: webhookOf(file.webhook),
    containers: containersOf(file.containers, source.file),
    aws: file.aws,
    source,
  };
}

const containersOf = (
  { limit, folder }: ParsedFile['containers'],
  file: string,
): Configuration['containers'] => ({
  limitBytes: limit,
  folder: folder === undefined ? undefined : resolve(dirname(file), folder),
});

const retentionOf = ({ conflicts, acts, deleted }: ParsedFile['retention']): Configuration['retention'] => ({
  conflictsMs: conflicts,
  actsMs: acts,
  deletedMs: deleted,
});

function serverOf(name: ServerName, server: ParsedServer, file: string): ServerConfiguration {
  const { url, timeZone, api, sessions, niceness, maxRate, wake } = server;
  const { script, dataBudget, maintenance } = server;
  const caFile = server.caFile === undefined ? undefined : resolve(dirname(file), server.caFile);
  const parts = { sessions, niceness, maxRate, wake, caFile, script, dataBudget, maintenance };
  return { name, url, timeZone, api, ...parts };
}

function tableOf(name: TableName, table: ParsedTable, servers: ParsedFile['servers']): TableConfiguration {
  const { servers: described, deletes, ...rest } = table;
  const links = new Map(Object.entries(described));
  return {
    name,
    ...rest,
    ...modesOf(table),
    after: parentsOf(table.after),
    deletes: { policy: deletes.policy, limit: deletes.limit },
    links: Object.entries(servers).flatMap(([server, settings]) =>
      linkOf(server, links.get(server), settings, deletes.log),
    ),
  };
}

function linkOf(
  server: ServerName,
  link: ParsedLink | undefined,
  { database: standard = '', api }: ParsedServer,
  log: ParsedTable['deletes']['log'],
): readonly LinkConfiguration[] {
  if (!link) return [];
  const { table: occurrence, role, database = standard, sweepLayout, where, leave = 'keep' } = link;
  const layout = link[shownBy[api]] ?? '';
  const rename = new Map(Object.entries(link.rename));
  const share = where && { ...where, leave };
  const deleteLog = deleteLogOf(log, link, api);
  const place = { server, api, database, layout, occurrence };
  return [{ ...place, role, rename, deleteLog, sweepLayout, ...(share && { share }) }];
}
