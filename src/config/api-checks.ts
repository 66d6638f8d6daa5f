/**
 * What a server's API decides: by what its tables are named (a layout, or a table occurrence over OData), and which settings mean
 * something there. From the file as it stands, since a mistake elsewhere is no reason to wait.
 */
import { z } from 'zod';
import { type Api, apiNames, shownBy } from '../core/api.ts';
import type { Finding, Mistake, Path } from './problem.ts';

type Values = Readonly<Record<string, unknown>>;

const values = z.record(z.string(), z.unknown()).optional().catch(undefined);
const nested = z
  .object({ servers: values, deletes: z.object({ log: values }).optional().catch(undefined) })
  .catch({ servers: undefined, deletes: undefined });

export function apiFindings({
  servers,
  tables,
}: {
  servers?: unknown;
  tables?: unknown;
}): readonly Finding[] {
  const described = Object.entries(values.parse(servers) ?? {});
  const apis = new Map(described.flatMap(([name, one]) => apiEntry(name, one)));
  return [
    ...described.flatMap(([name, one]) => scriptFindings(name, values.parse(one), apis.get(name))),
    ...Object.entries(values.parse(tables) ?? {}).flatMap(([name, one]) => tableFindings(name, one, apis)),
  ];
}

type Apis = ReadonlyMap<string, Api>;

/** None where the file does not say it in words that are known. */
function apiEntry(name: string, server: unknown): readonly (readonly [string, Api])[] {
  const api = values.parse(server)?.['api'] ?? 'data';
  return api === 'data' || api === 'odata' ? [[name, api]] : [];
}

function scriptFindings(name: string, server: Values | undefined, api: Api | undefined): readonly Finding[] {
  if (api !== 'odata' || (server?.['script'] ?? false) === false) return [];
  const message = 'OData writes many records by one request without it';
  const remedy = 'Take it out, or write api: data';
  return [{ path: ['servers', name, 'script'], at: 'name', code: 'config-other-api', message, remedy }];
}

function tableFindings(name: string, table: unknown, apis: Apis): readonly Finding[] {
  const { servers, deletes } = nested.parse(table);
  const links = Object.entries(servers ?? {}).flatMap(([server, raw]): readonly Link[] => {
    const [api, link] = [apis.get(server), values.parse(raw)];
    return api === undefined || link === undefined ? [] : [{ server, api, link }];
  });
  return [
    ...links.flatMap((one) => linkFindings(['tables', name, 'servers', one.server], one)),
    ...logFindings(['tables', name, 'deletes', 'log'], deletes?.log, links),
  ];
}

type Link = { readonly server: string; readonly api: Api; readonly link: Values };

function linkFindings(path: Path, { server, api, link }: Link): readonly Finding[] {
  const log = values.parse(link['deleteLog']) ?? {};
  const [isNamed, isOther] = [link[shownBy[api]] !== undefined, link[otherThan[api]] !== undefined];
  return [
    ...otherFindings(path, server, api, link),
    ...otherFindings([...path, 'deleteLog'], server, api, log),
    ...(isNamed || isOther ? [] : [missingPlace(path, api)]),
    ...(api === 'odata' && link['sweepLayout'] !== undefined ? [needlessThin(path)] : []),
    ...(api === 'odata' ? [...unaddressable(path, link), ...unaddressable([...path, 'deleteLog'], log)] : []),
  ];
}

const otherThan: Readonly<Record<Api, 'layout' | 'table'>> = { data: 'table', odata: 'layout' };

const missingPlace = (path: Path, api: Api): Finding => ({
  path: [...path, shownBy[api]],
  at: 'value',
  code: 'config-missing',
  message: 'missing',
  remedy: {
    data: 'Add it: name of the layout that shows the table to the sync',
    odata: `Add it: ${occurrenceOf('the table')}`,
  }[api],
});

const occurrenceOf = (what: string): string =>
  `name of the table occurrence of ${what} (File > Manage > Database…, Relationships)`;

/** A layout has a use over the Data API alone; a table occurrence beside it may be named for webhooks. */
function otherFindings(path: Path, server: string, api: Api, named: Values): readonly Finding[] {
  const [right, wrong] = [shownBy[api], otherThan[api]];
  const isLog = path.at(-1) === 'deleteLog';
  if (named[wrong] === undefined || (api === 'data' && !isLog && named[right] !== undefined)) return [];
  const message = `server ${server} speaks ${apiNames[api]}, which ${ways[api]}`;
  const remedy =
    named[right] === undefined
      ? `Write ${right} in place of it, and the ${api === 'odata' ? occurrenceOf(isLog ? 'the log' : 'the table') : 'name of a layout that shows it'}`
      : 'Take it out';
  return [{ path: [...path, wrong], at: 'name', code: 'config-other-api', message, remedy }];
}

const ways: Readonly<Record<Api, string>> = {
  data: 'sees a table by a layout',
  odata: 'knows tables and no layouts',
};

const needlessThin = (path: Path): Finding => ({
  path: [...path, 'sweepLayout'],
  at: 'name',
  code: 'config-other-api',
  message: 'over OData sweeps list key and modification stamp alone as it is',
  remedy: 'Take it out',
});

/** OData takes a name with these in no encoding (reference: observed on FileMaker Server 22 and 26). */
function unaddressable(path: Path, { table }: Values): readonly Finding[] {
  if (typeof table !== 'string' || !/[~?]/.test(table)) return [];
  const message = 'a table occurrence with ~ or ? in its name, which OData cannot address';
  const remedy =
    'Make another occurrence of the table in File > Manage > Database…, Relationships, without these';
  return [{ path: [...path, 'table'], at: 'value', code: 'config-bad-name', message, remedy }];
}

/** The log of all servers is named in each way that one of them needs, and in no other. */
function logFindings(path: Path, log: Values | undefined, links: readonly Link[]): readonly Finding[] {
  if (log === undefined) return [];
  const users = links.filter(({ link }) => link['deleteLog'] !== 'none' && link['role'] !== 'receive');
  return (['data', 'odata'] as const).flatMap((api): readonly Finding[] => {
    const name = shownBy[api];
    const lacking = users.filter((one) => one.api === api && ownName(one, name) === undefined);
    if (log[name] === undefined) {
      const [first] = lacking;
      return first === undefined ? [] : [{ path: [...path, name], at: 'value', ...lackingIn(first) }];
    }
    const found = api === 'odata' && lacking.length > 0 ? unaddressable(path, log) : [];
    if (lacking.length > 0 || links.length === 0) return found;
    const isElse = users.some((one) => one.api === api);
    if (isElse) return [];
    const message = `no server of this table that keeps a log speaks ${apiNames[api]}`;
    return [{ path: [...path, name], at: 'name', code: 'config-other-api', message, remedy: 'Take it out' }];
  });
}

const ownName = ({ link }: Link, name: 'layout' | 'table'): unknown =>
  values.parse(link['deleteLog'])?.[name];

const lackingIn = ({ server, api }: Link): Mistake => ({
  code: 'config-missing',
  message: `missing for server ${server}, which speaks ${apiNames[api]}`,
  remedy:
    api === 'odata'
      ? `Add it: ${occurrenceOf('the log')}; or write deleteLog: none under its servers.${server}`
      : `Add it: name of the layout that shows the log; or write deleteLog: none under its servers.${server}`,
});
