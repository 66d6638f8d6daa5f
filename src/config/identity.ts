/** The facts that bind stored state to its servers: where one of them changes, that state is about other records. */
import { type Identity, keyFact, linkFact, serverFact } from '../core/identity.ts';
import type { Configuration, TableConfiguration } from './configuration.ts';

export function identityOf(configuration: Configuration): Identity {
  return Object.fromEntries([
    ...configuration.servers.map(({ name, url }) => [serverFact(name), url]),
    ...configuration.tables.flatMap(tableFacts),
  ]);
}

function tableFacts({ name, key, links }: TableConfiguration): readonly (readonly [string, string])[] {
  return [
    [keyFact(name), key],
    ...links.map(
      ({ server, database, layout }) => [linkFact(name, server), `${database}/${layout}`] as const,
    ),
  ];
}
