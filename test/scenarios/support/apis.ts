/**
 * Which API each server of a world speaks: one for all, or in turns. Scenarios describe a configuration as the Data API has it; here it
 * becomes that of the same servers with theirs.
 */
import { z } from 'zod';
import type { Api } from '../../../src/core/api.ts';
import type { Plain } from './world.ts';

export const allApis = ['data', 'odata', 'mixed'] as const;
export type Apis = (typeof allApis)[number];

export const apiOf = (apis: Apis, at: number): Api =>
  apis === 'mixed' ? (at % 2 === 0 ? 'data' : 'odata') : apis;

/** Names of tables by layouts: what a server shows by a layout is a table occurrence of that name over OData. */
export type TablesByLayout = Readonly<Record<string, string>>;

type Speaking = { readonly api: Api; readonly tables: TablesByLayout };

/** By the names of the servers. */
export type Speakers = ReadonlyMap<string, Speaking>;

const map = z.record(z.string(), z.unknown()).catch({});

export function spoken(configuration: Plain, speakers: Speakers): Plain {
  if ([...speakers.values()].every(({ api }) => api === 'data')) return configuration;
  const withApi = (name: string, server: unknown): Plain => {
    const api = speakers.get(name)?.api ?? 'data';
    return api === 'data' ? map.parse(server) : { ...map.parse(server), api };
  };
  return {
    ...configuration,
    servers: mapped(configuration['servers'], withApi),
    tables: mapped(configuration['tables'], (_name, table) => tableSpoken(map.parse(table), speakers)),
  };
}

const mapped = (values: unknown, to: (name: string, value: unknown) => unknown): Plain =>
  Object.fromEntries(Object.entries(map.parse(values)).map(([name, value]) => [name, to(name, value)]));

function tableSpoken(table: Plain, speakers: Speakers): Plain {
  const links = map.parse(table['servers']);
  const servers = mapped(links, (name, link) => placed(map.parse(link), speakers.get(name)));
  const log = map.parse(map.parse(table['deletes'])['log']);
  if (log['layout'] === undefined) return { ...table, servers };
  const of = Object.keys(links).flatMap((name) => speakers.get(name) ?? []);
  const tables = of.flatMap((one) => (one.api === 'odata' ? [tableFor(log['layout'], one)] : []));
  const { layout, ...rest } = log;
  const named = {
    ...(of.some(({ api }) => api === 'data') && { layout }),
    ...(tables.length > 0 && { table: tables[0] }),
    ...rest,
  };
  return { ...table, deletes: { ...map.parse(table['deletes']), log: named }, servers };
}

/** Sweeps over OData go by the table itself. */
function placed(link: Plain, speaking: Speaking | undefined): Plain {
  if (speaking?.api !== 'odata') return link;
  const { layout, sweepLayout: _thin, deleteLog, ...rest } = link;
  const own = map.parse(deleteLog);
  return {
    ...rest,
    ...(layout !== undefined && { table: tableFor(layout, speaking) }),
    ...(own['layout'] === undefined
      ? deleteLog !== undefined && { deleteLog }
      : { deleteLog: { ...own, layout: undefined, table: tableFor(own['layout'], speaking) } }),
  };
}

const tableFor = (layout: unknown, { tables }: Speaking): string => tables[String(layout)] ?? String(layout);
