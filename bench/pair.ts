/** Two simulated servers, each in a process of its own: hq holds the rows, branch is empty. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someCities } from '../src/cli/demo/cities.ts';
import { citiesConfiguration } from '../src/cli/demo/offices.ts';
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
    await writeFile(configFile, citiesConfiguration(inUtc(hq), inUtc(branch), `sessions: ${sessions}`));
    return await work({ hq, branch, configFile });
  } finally {
    await Promise.all([hq.close(), branch.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}

const inUtc = ({ url }: PracticeServer) => ({ url, timeZone: 'UTC' });
