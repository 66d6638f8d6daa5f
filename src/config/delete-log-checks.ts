/** The logs of deletes of one table, as configured: whole where there is one, and no part of the table itself. */
import { type Api, shownBy } from '../core/api.ts';
import { deleteLogOf } from './delete-log.ts';
import type { Finding, Path } from './problem.ts';
import type { ParsedLink, ParsedServer, ParsedTable } from './schema.ts';

export function deleteLogFindings(
  name: string,
  table: ParsedTable,
  servers: ReadonlyMap<string, Pick<ParsedServer, 'api'> | undefined>,
): readonly Finding[] {
  return Object.entries(table.servers).flatMap(([server, link]) => {
    const path = ['tables', name, 'servers', server, 'deleteLog'];
    const api = servers.get(server)?.api ?? 'data';
    return [
      ...roleFindings(path, link),
      ...missingParts(path, table, link, api),
      ...mixedUp(path, table, link, api),
    ];
  });
}

function roleFindings(path: Path, { role, deleteLog }: ParsedLink): readonly Finding[] {
  if (role !== 'receive' || deleteLog === undefined || deleteLog === 'none') return [];
  const message = 'a server that only receives is not asked for deletes';
  return [
    {
      path,
      at: 'name',
      code: 'config-no-effect',
      message,
      remedy: 'Take it out, or give the server the role both or send',
    },
  ];
}

/** A server may have one though the table names none, or name the parts that differ. */
function missingParts(
  path: Path,
  { deletes }: ParsedTable,
  { deleteLog: own }: ParsedLink,
  api: Api,
): readonly Finding[] {
  if (own === undefined || own === 'none' || deletes.log !== undefined) return [];
  const missing = ([shownBy[api], 'key', 'deletedAt'] as const).filter((part) => own[part] === undefined);
  return missing.map((part) => ({
    path: [...path, part],
    at: 'value',
    code: 'config-missing',
    message: 'missing',
    remedy: 'Add it here, or for all servers under deletes.log of the table',
  }));
}

function mixedUp(path: Path, { deletes }: ParsedTable, link: ParsedLink, api: Api): readonly Finding[] {
  const log = deleteLogOf(deletes.log, link, api);
  if (log === undefined) return [];
  const own = typeof link.deleteLog === 'object' ? link.deleteLog : {};
  const place = shownBy[api];
  const at = (part: 'layout' | 'table' | 'deletedAt'): Path =>
    own[part] === undefined ? [...path.slice(0, 2), 'deletes', 'log', part] : [...path, part];
  return [
    ...(log.layout === link[place]
      ? [
          {
            path: at(place),
            at: 'value' as const,
            code: 'config-same-layout' as const,
            message: `the ${place} of the records themselves`,
            remedy: `Name the ${place === 'layout' ? 'layout of the ' : ''}table in which the file keeps what was deleted`,
          },
        ]
      : []),
    ...(log.key === log.deletedAt
      ? [
          {
            path: at('deletedAt'),
            at: 'value' as const,
            code: 'config-same-layout' as const,
            message: 'the field of the key',
            remedy: 'Name the timestamp field that says when the record was deleted',
          },
        ]
      : []),
  ];
}
