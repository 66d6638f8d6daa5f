/** Which tables on which servers a command is about, and the answers to names that are not there. */
import type { Configuration } from '../config/configuration.ts';
import { didYouMean } from '../config/suggest.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { Chosen } from '../engine/run.ts';
import { Refused } from './refused.ts';

/** As the command line gives it. */
export type ChoiceOptions = { readonly table?: string; readonly server?: string };

export const chosenOf = ({ table, server }: ChoiceOptions): Chosen => ({
  ...(table !== undefined && { table }),
  ...(server !== undefined && { server }),
});

/** Throws Refused. */
export function refuseUnknown(
  { tables, servers }: Pick<Configuration, 'tables' | 'servers'>,
  { table, server }: Chosen,
): void {
  const names = tables.map(({ name }) => name);
  if (table !== undefined && !names.includes(table))
    throw unknown(`there is no table ${table} in the configuration`, table, names);
  const links = tables.filter(({ name }) => name === table).flatMap((one) => one.links);
  const all = servers.map(({ name }) => name);
  if (server !== undefined && !all.includes(server))
    throw unknown(`there is no server ${server} in the configuration`, server, all);
  const its = links.map((link) => link.server);
  if (table !== undefined && server !== undefined && !its.includes(server))
    throw unknown(`table ${table} is not on server ${server} in the configuration`, server, its);
}

const unknown = (found: string, name: string, known: readonly string[]): Refused =>
  new Refused('unknown-name', `${found}. ${didYouMean(name, known)}It has ${known.join(', ')}`);

export const isChosen = (
  { table, server }: Chosen,
  place: { readonly table: TableName; readonly server: ServerName },
): boolean => place.table === (table ?? place.table) && place.server === (server ?? place.server);
