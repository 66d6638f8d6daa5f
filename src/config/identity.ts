/** The facts that say what stored state is about. */
import { addressOf, type Identity, keyFact, linkFact, serverFact } from '../core/identity.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from './configuration.ts';

export function identityOf(configuration: Configuration): Identity {
  return Object.fromEntries([
    ...configuration.servers.map(({ name, url }) => [serverFact(name), url]),
    ...configuration.tables.flatMap(tableFacts),
  ]);
}

/** `database` and `layout` as they stand in a fact. */
const placeOf = ({ database, layout }: Pick<LinkConfiguration, 'database' | 'layout'>): string =>
  `${database}/${layout}`;

/** Where a table is found on a server. */
export const linkAddress = (
  { servers }: Pick<Configuration, 'servers'>,
  link: Pick<LinkConfiguration, 'server' | 'database' | 'layout'>,
): string => addressOf(servers.find(({ name }) => name === link.server)?.url ?? '', placeOf(link));

function tableFacts({ name, key, links }: TableConfiguration): readonly (readonly [string, string])[] {
  return [
    [keyFact(name), key],
    ...links.map((link) => [linkFact(name, link.server), placeOf(link)] as const),
  ];
}
