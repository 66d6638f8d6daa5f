/**
 * What concerns more than one value. Each server and each table is read by itself, so that a mistake in one does
 * not hide those of another.
 */
import { z } from 'zod';
import { apiFindings } from './api-checks.ts';
import { preferFindings } from './conflict-checks.ts';
import { deleteLogFindings } from './delete-log-checks.ts';
import { fieldFindings } from './field-checks.ts';
import { addedFindings, modeFindings } from './field-modes.ts';
import { parentFindings } from './parents.ts';
import type { Finding, Mistake } from './problem.ts';
import { retentionFindings } from './retention.ts';
import { shareFindings } from './share-checks.ts';
import { serverSchema, tableSchema, type ParsedServer, type ParsedTable } from './schema.ts';
import { didYouMean } from './suggest.ts';
import { wakeFindings } from './wake.ts';

const looseMap = z.record(z.string(), z.unknown()).optional().catch(undefined);
const looseFile = z.object({ servers: looseMap, tables: looseMap }).catch({});
const looseTable = z.object({ servers: looseMap }).catch({});

/** Every server by name; undefined where it cannot be read. */
type Servers = ReadonlyMap<string, ParsedServer | undefined>;

export function crossFindings(value: unknown): readonly Finding[] {
  const { servers: rawServers, tables: rawTables } = looseFile.parse(value);
  const servers: Servers = new Map(
    Object.entries(rawServers ?? {}).map(([name, raw]) => [name, serverSchema.safeParse(raw).data]),
  );
  return [
    ...tooFew('servers', rawServers, 2, 'Describe at least two servers, one as a source and one as a target'),
    ...tooFew('tables', rawTables, 1, 'Describe at least one table, such as contacts'),
    ...retentionFindings(value),
    ...wakeFindings(value),
    ...apiFindings({ servers: rawServers, tables: rawTables }),
    ...parentFindings(readableTables(rawTables), Object.keys(rawTables ?? {})),
    ...Object.entries(rawTables ?? {}).flatMap(([name, raw]) => {
      const table = tableSchema.safeParse(raw).data;
      return [...unknownServers(name, raw, servers), ...(table ? tableFindings(name, table, servers) : [])];
    }),
  ];
}

const readableTables = (
  raw: Readonly<Record<string, unknown>> | undefined,
): ReadonlyMap<string, ParsedTable> =>
  new Map(
    Object.entries(raw ?? {}).flatMap(([name, one]) => {
      const table = tableSchema.safeParse(one).data;
      return table === undefined ? [] : [[name, table] as const];
    }),
  );

function tooFew(
  name: string,
  map: Readonly<Record<string, unknown>> | undefined,
  least: number,
  remedy: string,
): readonly Finding[] {
  const count = Object.keys(map ?? {}).length;
  if (!map || count >= least) return [];
  return [
    {
      path: [name],
      at: 'name',
      code: 'config-too-few',
      message: `${count} described, at least ${least} needed`,
      remedy,
    },
  ];
}

function tableFindings(name: string, table: ParsedTable, servers: Servers): readonly Finding[] {
  return [
    ...fieldFindings(name, table),
    ...modeFindings(name, table),
    ...addedFindings(name, table),
    ...roleFindings(name, table),
    ...preferFindings(name, table),
    ...deleteLogFindings(name, table, servers),
    ...sweepLayoutFindings(name, table),
    ...shareFindings(name, table),
    ...Object.keys(table.servers).flatMap((server) => missingDatabase(name, table, server, servers)),
    ...samePlaceFindings(name, table, servers),
  ];
}

function roleFindings(name: string, table: ParsedTable): readonly Finding[] {
  const path = ['tables', name, 'servers'];
  const roles = Object.values(table.servers).map(({ role }) => role);
  if (roles.length < 2) {
    const message = `${roles.length} named, at least 2 needed`;
    return [
      {
        path,
        at: 'name',
        code: 'config-too-few',
        message,
        remedy: 'Name the servers between which the table is kept the same',
      },
    ];
  }
  return [
    ...(roles.includes('both') || roles.includes('send') ? [] : [noneThat('sends', 'send')]),
    ...(roles.includes('both') || roles.includes('receive') ? [] : [noneThat('receives', 'receive')]),
  ].map((mistake) => ({ path, at: 'name', ...mistake }));
}

function noneThat(verb: string, role: string): Mistake {
  return {
    code: 'config-roles',
    message: `no server ${verb}`,
    remedy: `Give one of them the role ${role}, or both`,
  };
}

/** From the table as it stands, since a mistake elsewhere in it is no reason to wait. */
function unknownServers(name: string, raw: unknown, servers: Servers): readonly Finding[] {
  if (servers.size === 0) return [];
  const known = [...servers.keys()];
  return Object.keys(looseTable.parse(raw).servers ?? {})
    .filter((server) => !servers.has(server))
    .map((server) => ({
      path: ['tables', name, 'servers', server],
      at: 'name',
      code: 'config-unknown-server',
      message: 'not one of the servers',
      remedy: `${didYouMean(server, known)}Known servers are ${known.join(', ')}`,
    }));
}

function missingDatabase(
  name: string,
  table: ParsedTable,
  server: string,
  servers: Servers,
): readonly Finding[] {
  const settings = servers.get(server);
  if (!settings || settings.database !== undefined || table.servers[server]?.database !== undefined)
    return [];
  const path = ['tables', name, 'servers', server, 'database'];
  const remedy = `Add it here, or as servers.${server}.database for all tables`;
  return [{ path, at: 'value', code: 'config-missing', message: 'missing', remedy }];
}

function sweepLayoutFindings(name: string, table: ParsedTable): readonly Finding[] {
  return Object.entries(table.servers).flatMap(([server, { layout, sweepLayout }]): readonly Finding[] => {
    if (sweepLayout === undefined || sweepLayout !== layout) return [];
    const path = ['tables', name, 'servers', server, 'sweepLayout'];
    const remedy = 'Name one with the key and the modification stamp alone, or leave it out';
    return [
      {
        path,
        at: 'value',
        code: 'config-same-layout',
        message: 'the layout of the records themselves',
        remedy,
      },
    ];
  });
}

/** FileMaker takes names of databases without regard to case. */
function samePlaceFindings(name: string, table: ParsedTable, servers: Servers): readonly Finding[] {
  const seen = new Map<string, string>();
  return Object.entries(table.servers).flatMap(([server, link]) => {
    const settings = servers.get(server);
    const database = link.database ?? settings?.database;
    if (!settings || database === undefined) return [];
    const place = `${settings.url} ${database.toLowerCase()}`;
    const other = seen.get(place);
    seen.set(place, other ?? server);
    return other === undefined ? [] : [samePlace(name, server, other, `${database} at ${settings.url}`)];
  });
}

function samePlace(table: string, server: string, other: string, place: string): Finding {
  return {
    path: ['tables', table, 'servers', server],
    at: 'name',
    code: 'config-same-place',
    message: `the same database as server ${other}: ${place}`,
    remedy: 'Correct the url or the database of one of them, or take one out',
  };
}
