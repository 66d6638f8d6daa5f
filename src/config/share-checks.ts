/** What a share of a server may be, before its fields are known. */
import type { Finding, Mistake } from './problem.ts';
import type { ParsedLink, ParsedTable } from './schema.ts';

export const shareFindings = (name: string, table: ParsedTable): readonly Finding[] =>
  Object.entries(table.servers).flatMap(([server, link]): readonly Finding[] => {
    const path = ['tables', name, 'servers', server];
    if (link.where === undefined)
      return link.leave === undefined ? [] : [{ path: [...path, 'leave'], at: 'name', ...withoutShare }];
    if (link.role === 'send') return [{ path: [...path, 'where'], at: 'name', ...neverWritten }];
    return [...emptyMaps([...path, 'where'], link.where)];
  });

const withoutShare: Mistake = {
  code: 'config-no-effect',
  message: 'all records belong on this server, so that none leaves',
  remedy: 'Say where, such as where: { region: ==North }, or take it out',
};

const neverWritten: Mistake = {
  code: 'config-no-effect',
  message: 'nothing is ever written on a server with the role send',
  remedy: 'Take it out, or give the server the role both or receive',
};

const emptyMaps = (
  path: Finding['path'],
  { requests, isOneMap }: NonNullable<ParsedLink['where']>,
): readonly Finding[] =>
  requests.flatMap(({ criteria }, at) =>
    criteria.length > 0
      ? []
      : {
          path: isOneMap ? path : [...path, at],
          at: 'name' as const,
          code: 'config-where' as const,
          message: 'no field is named in it',
          remedy: 'Name a field with its criterion, such as { region: ==North }',
        },
  );
