/** The configuration of a swept table, and its engine over a state file and generated servers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineOf } from '../src/composition/engine-of.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import { loadConfiguration } from '../src/config/load.ts';
import { resolveTables } from '../src/config/resolve.ts';
import type { Engine } from '../src/engine/engine.ts';
import { connectDataApi } from '../src/filemaker/data-api/connect.ts';
import { type LocalState, openLocalState } from '../src/state/local/local-state.ts';
import { fieldNames } from './generated-rows.ts';

export const writeConfiguration = (directory: string, url: string, sweepLayout: boolean): Promise<void> =>
  writeFile(
    join(directory, 'serversync.yaml'),
    `version: 1
servers:
  hq:     { url: ${url}, database: Main, timeZone: UTC }
  branch: { url: ${url}, database: Other, timeZone: UTC }
tables:
  cities:
    key: id
    modified: modified_at
    fields: [${fieldNames.join(', ')}]
    servers:
      hq:     { layout: Cities_Sync${sweepLayout ? ', sweepLayout: Cities_Sweep' : ''} }
      branch: { layout: Cities_Sync }
`,
  );

const tellNothing = (): void => undefined;

export type Swept = {
  readonly engine: Engine;
  readonly state: LocalState;
  readonly close: () => Promise<void>;
};

export async function openSwept(directory: string): Promise<Swept> {
  const configuration = await loadConfiguration(join(directory, 'serversync.yaml'));
  const state = openLocalState({ directory: join(directory, 'state'), now: () => systemClock.now() });
  const servers = new Map(
    configuration.servers.map(({ name, url, sessions }) => [
      name,
      connectDataApi({
        name,
        url,
        account: { username: 'sync', password: 'sync' },
        sessions,
        slots: state.sessions,
        clock: systemClock,
        random: Math.random,
      }),
    ]),
  );
  const signal = new AbortController().signal;
  const tables = await resolveTables(configuration, (name, database, layout) => {
    const server = servers.get(name);
    if (server === undefined) throw new Error(`no server ${name}`);
    return server.layout(database, layout, signal);
  });
  const engine = engineOf({
    configuration,
    state,
    servers,
    tables,
    sessionsOf: () => 8,
    report: tellNothing,
  });
  const close = async (): Promise<void> => {
    for (const server of servers.values()) await server.close();
    state.close();
  };
  return { engine, state, close };
}
