/** The facts that bind stored state to its servers: where one of them changes, that state is about other records. */
import type { Configuration, TableConfiguration } from './configuration.ts';

export function identityOf(configuration: Configuration): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...configuration.servers.map(({ name, url }) => [`server ${name}`, url]),
    ...configuration.tables.flatMap(tableFacts),
  ]);
}

function tableFacts({ name, key, links }: TableConfiguration): readonly (readonly [string, string])[] {
  return [
    [`table ${name} key`, key],
    ...links.map(
      ({ server, database, layout }) => [`table ${name} on ${server}`, `${database}/${layout}`] as const,
    ),
  ];
}
