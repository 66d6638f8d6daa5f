/** Two simulated servers, each in a process of its own: hq holds the rows, branch is empty. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someCities } from '../src/cli/demo/cities.ts';
import { type PracticeServer, startPracticeServer } from '../src/cli/demo/practice-server.ts';
import { citiesDatabase, practiceAccount } from '../src/simulator/practice.ts';

export type Pair = {
  readonly hq: PracticeServer;
  readonly branch: PracticeServer;
  readonly configFile: string;
};

export async function withPair<Result>(
  rows: number,
  createMs: number,
  sessions: number,
  work: (pair: Pair) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'serversync-bench-'));
  const start = (name: string, count: number): Promise<PracticeServer> =>
    startPracticeServer(join(directory, `${name}.json`), {
      databases: [citiesDatabase(someCities(rows).slice(0, count))],
      accounts: [practiceAccount],
      latencyMs: { create: createMs, update: createMs },
    });
  const [hq, branch] = await Promise.all([start('hq', rows), start('branch', 0)]);
  try {
    const configFile = join(directory, 'serversync.yaml');
    await writeFile(configFile, configuration(hq.url, branch.url, sessions));
    return await work({ hq, branch, configFile });
  } finally {
    await Promise.all([hq.close(), branch.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}

const configuration = (hq: string, branch: string, sessions: number): string => `version: 1
servers:
  hq:     { url: ${hq}, database: Main, timeZone: UTC, sessions: ${sessions} }
  branch: { url: ${branch}, database: Main, timeZone: UTC, sessions: ${sessions} }
tables:
  cities:
    key: id
    modified: modified_at
    fields: [name, country, admin_code, population, latitude, longitude]
    servers:
      hq:     { layout: Cities_Sync }
      branch: { layout: Cities_Sync }
`;
