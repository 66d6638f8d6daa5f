/** productInfo, databases, layouts, scripts and the fields of a layout. */
import type { FieldType } from '../description.ts';
import { ok, type Answer } from '../http/answer.ts';
import type { Exchange, InSession, Route } from '../http/exchange.ts';
import { layoutOf, maySee } from '../http/privileges.ts';
import type { Layout } from '../store/layout.ts';
import type { Field } from '../store/schema.ts';
import { base, layoutPath } from './paths.ts';
import { authenticate } from './sessions.ts';

export const metadataRoutes: readonly Route[] = [
  { kind: 'productInfo', method: 'GET', path: `${base}/productInfo`, auth: 'none', handle: productInfo },
  { kind: 'databases', method: 'GET', path: `${base}/databases`, auth: 'none', handle: databases },
  {
    kind: 'metadata',
    method: 'GET',
    path: `${base}/databases/:database/layouts`,
    auth: 'token',
    handle: layouts,
  },
  {
    kind: 'metadata',
    method: 'GET',
    path: `${base}/databases/:database/scripts`,
    auth: 'token',
    handle: scripts,
  },
  { kind: 'metadata', method: 'GET', path: layoutPath, auth: 'token', handle: fields },
  { kind: 'metadata', method: 'GET', path: `${layoutPath}/metadata`, auth: 'token', handle: oldFields },
];

function productInfo(exchange: Exchange): Answer {
  const info = {
    name: 'FileMaker Data API Engine',
    buildDate: '06/05/2025',
    version: exchange.simulation.profile.productVersion,
    dateFormat: 'MM/dd/yyyy',
    timeFormat: 'HH:mm:ss',
    timeStampFormat: 'MM/dd/yyyy HH:mm:ss',
  };
  return ok(JSON.stringify({ productInfo: info }));
}

/** Without credentials all files are listed ("Filter databases" is off); with them, those of the account. */
function databases(exchange: Exchange): Answer {
  const account =
    exchange.headers.authorization === undefined ? undefined : authenticate(exchange, undefined);
  const names = [...exchange.simulation.databases.keys()];
  const seen = names.filter((name) => account?.databases?.includes(name) ?? true);
  return ok(JSON.stringify({ databases: seen.map((name) => ({ name })) }));
}

function layouts(exchange: InSession): Answer {
  const seen = [...exchange.database.layouts.values()].filter((layout) => maySee(exchange, layout));
  const all = seen.map((layout) => layout.description);
  const folders = [...new Set(all.flatMap((layout) => layout.folder ?? []))];
  const named = (folder: string | undefined) =>
    all.filter((layout) => layout.folder === folder).map(({ name }) => ({ name, table: '' }));
  const inFolders = folders.map((name) => ({ name, isFolder: true, folderLayoutNames: named(name) }));
  return ok(JSON.stringify({ layouts: [...named(undefined), ...inFolders] }));
}

function scripts({ database }: InSession): Answer {
  const names = [...database.scripts.keys()].map((name) => ({ name, isFolder: false }));
  return ok(JSON.stringify({ scripts: names }));
}

function fields(exchange: InSession): Answer {
  const layout = layoutOf(exchange);
  const portal = layout.portals.map(({ description, fields: shown }): [string, unknown] => [
    description.name,
    shown.map((field) => fieldMetaData(field, `${description.table}::${field.name}`, undefined)),
  ]);
  const metadata = {
    fieldMetaData: layout.fields.map((field) =>
      fieldMetaData(field, field.name, layout.description.pickFrom?.[field.name]),
    ),
    portalMetaData: Object.fromEntries(portal),
    ...valueLists(layout),
  };
  return ok(JSON.stringify(metadata));
}

/** The form of version 17, which still answers: truth values are texts there. */
function oldFields(exchange: InSession): Answer {
  const layout = layoutOf(exchange);
  const metaData = layout.fields.map((field) => ({
    name: field.name,
    type: field.description.kind ?? 'normal',
    result: results[field.type],
    global: String(field.description.global ?? false),
    repetitions: field.slots.length,
  }));
  return ok(JSON.stringify({ metaData }));
}

const valueLists = (layout: Layout): object => {
  const lists = Object.entries(layout.description.valueLists ?? {});
  const listed = lists.map(([name, values]) => ({
    name,
    type: 'customList',
    values: values.map((value) => ({ displayValue: value, value })),
  }));
  return listed.length > 0 ? { valueLists: listed } : {};
};

const results: Readonly<Record<FieldType, string>> = {
  text: 'text',
  number: 'number',
  date: 'date',
  time: 'time',
  timestamp: 'timeStamp',
  container: 'container',
};

/** As captured: nothing says that a field is unique or indexed. */
function fieldMetaData(field: Field, name: string, valueList: string | undefined): object {
  const { description } = field;
  return {
    name,
    type: description.kind ?? 'normal',
    displayType: valueList === undefined ? 'editText' : 'popupMenu',
    result: results[field.type],
    ...(valueList !== undefined && { valueList }),
    global: description.global ?? false,
    autoEnter: description.autoEnter !== undefined,
    fourDigitYear: false,
    maxRepeat: field.slots.length,
    maxCharacters: description.validation?.maxLength ?? 0,
    notEmpty: description.validation?.notEmpty ?? false,
    numeric: description.validation?.numeric ?? false,
    timeOfDay: false,
    repetitionStart: 1,
    repetitionEnd: field.slots.length,
  };
}
