/** The two offices of the demo: what is on each server, how wrong its clock is, and the configuration for both. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { citiesDatabase, type CityRow, practiceAccount } from '../../simulator/practice.ts';
import { someCities } from './cities.ts';
import { type PracticeServer, startPracticeServer } from './practice-server.ts';

export const table = 'Cities';

export type Offices = {
  readonly hq: PracticeServer;
  readonly branch: PracticeServer;
  readonly configFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

/** 5,000 cities in all: hq has the first 4,000, branch the last 1,500, so they share 500. */
export const sizes = { all: 5000, hq: 4000, branch: 1500 };
const zones = { hq: 'America/New_York', branch: 'Europe/London' };
export const clocks = { hq: -200_000, branch: 47_000 };

export async function openOffices(directory: string): Promise<Offices> {
  const cities = someCities(sizes.all);
  const [hq, branch] = await Promise.all([
    start(directory, 'hq', zones.hq, clocks.hq, cities.slice(0, sizes.hq)),
    start(directory, 'branch', zones.branch, clocks.branch, cities.slice(sizes.all - sizes.branch)),
  ]);
  const configFile = join(directory, 'serversync.yaml');
  const [here, there] = [
    { url: hq.url, timeZone: zones.hq },
    { url: branch.url, timeZone: zones.branch },
  ];
  await writeFile(configFile, citiesConfiguration(here, there));
  const { name, password } = practiceAccount;
  const environment = {
    SERVERSYNC_HQ_USERNAME: name,
    SERVERSYNC_HQ_PASSWORD: password,
    SERVERSYNC_BRANCH_USERNAME: name,
    SERVERSYNC_BRANCH_PASSWORD: password,
  };
  const close = async (): Promise<void> => {
    await Promise.all([hq.close(), branch.close()]);
  };
  return { hq, branch, configFile, environment, close };
}

const start = (
  directory: string,
  name: string,
  timeZone: string,
  clockOffsetMs: number,
  rows: readonly CityRow[],
): Promise<PracticeServer> =>
  startPracticeServer(join(directory, `${name}.json`), {
    databases: [citiesDatabase(rows)],
    accounts: [practiceAccount],
    timeZone,
    clockOffsetMs,
  });

/** `more` is put into both servers' entries, such as `sessions: 4`. */
export const citiesConfiguration = (
  hq: { readonly url: string; readonly timeZone: string },
  branch: { readonly url: string; readonly timeZone: string },
  more = 'api: data',
): string => `version: 1
servers:
  hq:     { url: ${hq.url}, database: Main, timeZone: ${hq.timeZone}, ${more} }
  branch: { url: ${branch.url}, database: Main, timeZone: ${branch.timeZone}, ${more} }
tables:
  cities:
    key: id
    modified: modified_at
    fields: [name, country, admin_code, population, latitude, longitude]
    servers:
      hq:     { layout: Cities_Sync }
      branch: { layout: Cities_Sync }
`;
