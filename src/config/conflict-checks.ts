/** Servers that a table prefers in conflicts: of this table, each once, and such that their edits count at all. */
import type { Finding, Mistake } from './problem.ts';
import type { ParsedTable } from './schema.ts';
import { didYouMean } from './suggest.ts';

export function preferFindings(name: string, { conflicts, servers }: ParsedTable): readonly Finding[] {
  if (conflicts.kind !== 'prefer') return [];
  return conflicts.servers.flatMap((server, at): readonly Finding[] => {
    const mistake = preferMistake(server, conflicts.servers.slice(0, at), servers);
    const path = ['tables', name, 'conflicts', 'prefer', at];
    return mistake === undefined ? [] : [{ path, at: 'value', ...mistake }];
  });
}

function preferMistake(
  server: string,
  before: readonly string[],
  servers: ParsedTable['servers'],
): Mistake | undefined {
  const names = Object.keys(servers);
  if (!names.includes(server)) {
    const remedy = `${didYouMean(server, names)}Its servers are ${names.join(', ')}`;
    return { code: 'config-unknown-server', message: 'not a server of this table', remedy };
  }
  if (before.includes(server))
    return { code: 'config-twice', message: 'named twice', remedy: 'Take one of the two out' };
  if (servers[server]?.role !== 'receive') return undefined;
  return {
    code: 'config-no-effect',
    message: 'a server that only receives: what is changed there never counts',
    remedy: 'Take it out, or give it the role both',
  };
}
