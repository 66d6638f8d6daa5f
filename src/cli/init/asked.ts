/** What `serversync init` was told by its options, so that it need not ask for it. */
import type { Api } from '../../core/api.ts';
import { nameForm } from '../../config/schema.ts';
import type { DeletePolicy, Role, StampSource } from '../../core/link.ts';
import type { FieldName, ServerName, TableName } from '../../core/names.ts';
import type { AskedTable } from '../../setup/propose.ts';
import type { TableChoices } from '../../setup/proposal.ts';
import { didYouMean } from '../../config/suggest.ts';
import { Refused } from '../refused.ts';

/** As commander gives them: lists of texts. */
export type InitOptions = {
  readonly output: string;
  readonly server: readonly string[];
  readonly api: readonly string[];
  readonly database: readonly string[];
  readonly timeZone: readonly string[];
  readonly caFile: readonly string[];
  readonly role: readonly string[];
  readonly table: readonly string[];
  readonly layout: readonly string[];
  readonly key: readonly string[];
  readonly modified: readonly string[];
  readonly stampedBy: readonly string[];
  readonly with: readonly string[];
  readonly without: readonly string[];
  readonly deletes?: DeletePolicy;
  readonly accounts?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly createFields?: boolean;
  readonly json?: boolean;
};

export type AskedServer = {
  readonly name: ServerName;
  readonly url: string;
};

export type Asked = {
  readonly servers: readonly AskedServer[];
  /** Undefined: nothing was said of it. */
  readonly apiOf: (server: ServerName) => Api | undefined;
  readonly databases: ReadonlyMap<ServerName, readonly string[]>;
  readonly timeZones: ReadonlyMap<ServerName, string>;
  readonly caFiles: ReadonlyMap<ServerName, string>;
  readonly tables: readonly AskedTable[];
  readonly choicesOf: (table: TableName) => TableChoices;
  /** Tables of which something was said, each with the option that said it. */
  readonly tablesNamed: readonly (readonly [option: string, table: TableName])[];
};

/** Throws Refused for what has not the form that it should have. */
export function askedOf(options: InitOptions): Asked {
  const servers = options.server.map((text) => {
    const { name, value: url } = assigned('--server', text, 'hq=https://fm-hq.example.com');
    return { name: checkedName('--server', name), url };
  });
  refuseTwice(servers.map(({ name }) => name));
  if (servers.length > 0)
    refuseUnknownServers(
      options,
      servers.map(({ name }) => name),
    );
  return {
    servers,
    apiOf: apiBy(options),
    databases: listsBy(options.database.map((text) => assigned('--database', text, 'hq=Main'))),
    timeZones: byName('--time-zone', options.timeZone, 'hq=Europe/Berlin'),
    caFiles: byName('--ca-file', options.caFile, 'hq=office-ca.pem'),
    tables: askedTables(options),
    choicesOf: choicesBy(options),
    tablesNamed: tablesNamedIn(options),
  };
}

function refuseTwice(names: readonly ServerName[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new Refused(
      'not-asked',
      `--server ${twice} stands there twice: give each server a name of its own`,
    );
}

const before = (sign: string, texts: readonly string[]): readonly string[] =>
  texts.map((text) => text.split(sign)[0] ?? '');

function refuseUnknownServers(options: InitOptions, names: readonly ServerName[]): void {
  const { api, database, timeZone, caFile, role, layout } = options;
  const apis = api.filter((text) => text.includes('='));
  const places = [...before('=', role), ...before('=', layout)].map((place) => place.split('@').at(-1) ?? '');
  const named = [
    ...before('=', apis),
    ...before('=', database),
    ...before('=', timeZone),
    ...before('=', caFile),
    ...places,
  ];
  const unknown = named.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new Refused(
    'not-asked',
    `there is no --server ${unknown}, though an option says something of it. ${didYouMean(unknown, names)}Given are ${names.join(', ')}`,
  );
}

function tablesNamedIn(options: InitOptions): Asked['tablesNamed'] {
  const { key, modified, stampedBy, role } = options;
  const roles = role.flatMap((text) => (text.includes('@') ? before('@', [text]) : []));
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['--key', before('=', key)],
    ['--modified', before('=', modified)],
    ['--stamped-by', before('=', stampedBy)],
    ['--role', roles],
    ['--with', before('.', options.with)],
    ['--without', before('.', options.without)],
  ];
  return named.flatMap(([option, tables]) => tables.map((table) => [option, table] as const));
}

function askedTables({ table, layout }: InitOptions): readonly AskedTable[] {
  const layouts = layout.map((text) => {
    const { name: place, value } = assigned('--layout', text, 'contacts@hq=Contacts_Sync');
    const [name = '', server] = place.split('@');
    if (server === undefined) throw malformed('--layout', text, 'contacts@hq=Contacts_Sync');
    return { name, server, value };
  });
  const names = new Set([...table, ...layouts.map(({ name }) => name)]);
  return [...names].map((name) => ({
    name: checkedName('--table', name),
    layouts: new Map(layouts.flatMap((one) => (one.name === name ? [[one.server, one.value] as const] : []))),
  }));
}

/** `odata` for all servers, `branch=odata` for one. */
function apiBy({ api }: InitOptions): Asked['apiOf'] {
  const given = api.map((text) => {
    const { name, value } = text.includes('=')
      ? assigned('--api', text, 'branch=odata')
      : { name: '', value: text };
    return [name, apiNamed(text, value)] as const;
  });
  const apis = new Map(given);
  return (server) => apis.get(server) ?? apis.get('');
}

const apis: readonly Api[] = ['data', 'odata'];
function apiNamed(text: string, value: string): Api {
  const api = apis.find((one) => one === value);
  if (api !== undefined) return api;
  throw new Refused(
    'not-asked',
    `--api ${text}: it is data (the FileMaker Data API) or odata. ${didYouMean(value, apis)}For one server write --api branch=odata`,
  );
}

function choicesBy(options: InitOptions): Asked['choicesOf'] {
  const key = byName('--key', options.key, 'contacts=PrimaryKey');
  const modified = byName('--modified', options.modified, 'contacts=modified_at');
  const stampedBy = byName('--stamped-by', options.stampedBy, 'contacts=host');
  const roles = rolesIn(options.role);
  const [taken, left] = [fieldsIn('--with', options.with), fieldsIn('--without', options.without)];
  return (table) => {
    const [keyField, stamp, clock] = [key.get(table), modified.get(table), clockIn(stampedBy.get(table))];
    return {
      ...(keyField !== undefined && { key: keyField }),
      ...(stamp !== undefined && { stamp }),
      ...(clock !== undefined && { stampedBy: clock }),
      with: new Set(taken.get(table)),
      without: new Set(left.get(table)),
      roles: new Map([...(roles.get('') ?? []), ...(roles.get(table) ?? [])]),
    };
  };
}

const clocks: readonly StampSource[] = ['host', 'user', 'utcMilliseconds'];
function clockIn(text: string | undefined): StampSource | undefined {
  const clock = clocks.find((one) => one === text);
  if (text === undefined || clock !== undefined) return clock;
  throw new Refused('not-asked', `--stamped-by ${text}: it is host, user or utcMilliseconds`);
}

const roleNames: readonly Role[] = ['both', 'send', 'receive'];

/** By table; '' is for all. */
function rolesIn(texts: readonly string[]): ReadonlyMap<TableName, readonly (readonly [ServerName, Role])[]> {
  const given = texts.map((text) => {
    const { name: place, value } = assigned('--role', text, 'branch=receive, or contacts@branch=receive');
    const role = roleNames.find((one) => one === value);
    if (role === undefined)
      throw malformed('--role', text, 'branch=receive; roles are both, send and receive');
    const [first = '', second] = place.split('@');
    return { name: second === undefined ? '' : first, value: [second ?? first, role] as const };
  });
  return listsBy(given);
}

function fieldsIn(option: string, texts: readonly string[]): ReadonlyMap<TableName, readonly FieldName[]> {
  const given = texts.map((text) => {
    const at = text.indexOf('.');
    if (at < 1 || at === text.length - 1) throw malformed(option, text, 'contacts.status');
    return { name: text.slice(0, at), value: text.slice(at + 1) };
  });
  return listsBy(given);
}

type Assigned<Value> = { readonly name: string; readonly value: Value };

function assigned(option: string, text: string, example: string): Assigned<string> {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || name === '' || value === '') throw malformed(option, text, example);
  return { name, value };
}

const byName = (option: string, texts: readonly string[], example: string): ReadonlyMap<string, string> =>
  new Map(texts.map((text) => assigned(option, text, example)).map(({ name, value }) => [name, value]));

function listsBy<Value>(all: readonly Assigned<Value>[]): ReadonlyMap<string, readonly Value[]> {
  const grouped = Map.groupBy(all, ({ name }) => name);
  return new Map([...grouped].map(([name, of]) => [name, of.map(({ value }) => value)]));
}

/** An address may hold a password: it is not shown. */
const malformed = (option: string, text: string, example: string): Refused =>
  new Refused(
    'not-asked',
    `${option}${text.includes('@') && option === '--server' ? '' : ` ${text}`} is not of the form that is wanted: write ${option} ${example}`,
  );

export function checkedName(option: string, name: string): string {
  if (nameForm.test(name)) return name;
  throw new Refused('not-asked', `${option} ${name}: ${nameMistake}`);
}

export const nameMistake = 'a name begins with a letter and has at most 40 letters, digits, _ or -';
export const isName = (name: string): boolean => nameForm.test(name);
