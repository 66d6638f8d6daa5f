/** Simulated servers, a configuration for them, and a state: hq holds the rows; the others are empty, or hold them too. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from '../src/core/api.ts';
import type { Niceness } from '../src/core/niceness.ts';
import { practiceAccount } from '../src/simulator/practice.ts';
import { type EngineTold, engineTold, type engineGiven } from './engine-calls.ts';
import { fieldNames } from './generated-rows.ts';
import { Offices } from './offices.ts';
import { officeAnswers } from './office-calls.ts';
import { outputOf, startProcess } from './processes.ts';
import type { ProfileName } from './profiles.ts';

export type SiteOptions = {
  readonly rows: number;
  /** hq among them. */
  readonly servers: number;
  readonly profile: ProfileName;
  readonly sessions: number;
  readonly niceness: Niceness;
  readonly api?: Api;
  /** Servers take no batches. */
  readonly singles?: boolean;
  /** Writes go through our own script in the file. */
  readonly script?: boolean;
  /** All servers hold the rows, and the state knows it. Default: hq alone does, and nothing is known. */
  readonly filled?: boolean;
  /** By layouts of key and stamp alone. */
  readonly sweepLayout?: boolean;
  readonly enumerate?: string;
};

export const source = 'hq';

export class Site {
  readonly hq: Offices;
  /** All servers but hq, in one process. */
  readonly branches: Offices;
  readonly branchNames: readonly string[];
  readonly #directory: string;
  readonly #close: () => Promise<void>;

  private constructor(
    directory: string,
    hq: Offices,
    branches: Offices,
    branchNames: readonly string[],
    close: () => Promise<void>,
  ) {
    this.#directory = directory;
    this.hq = hq;
    this.branches = branches;
    this.branchNames = branchNames;
    this.#close = close;
  }

  static async open(options: SiteOptions): Promise<Site> {
    const { rows, servers, profile, filled = false, singles = false } = options;
    const directory = await mkdtemp(join(tmpdir(), 'serversync-bench-'));
    const branchNames = Array.from({ length: servers - 1 }, (_, at) => `branch${at + 1}`);
    const held = Object.fromEntries(branchNames.map((name) => [name, filled ? rows : 0]));
    const opened: Offices[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(opened.map((offices) => offices.close()));
      await rm(directory, { recursive: true, force: true });
    };
    try {
      // One after the other: both fill their tables first, and what remains to be measured has the machine to itself.
      for (const offices of [{ [source]: rows }, held])
        opened.push(await Offices.start({ profile, offices, singles }));
      const [hq, branches] = opened;
      if (hq === undefined || branches === undefined) throw new Error('no offices');
      const urls = { ...hq.urls, ...branches.urls };
      await writeFile(join(directory, 'serversync.yaml'), configuration(urls, options));
      const site = new Site(directory, hq, branches, branchNames, close);
      if (filled) await site.#fill(rows);
      return site;
    } catch (error) {
      await close();
      throw error;
    }
  }

  async #fill(rows: number): Promise<void> {
    const servers = [source, ...this.branchNames];
    await outputOf(startProcess('./fill-state.ts', { directory: this.#stateDirectory, rows, servers }));
  }

  get #stateDirectory(): string {
    return join(this.#directory, 'state');
  }

  startEngine(mode: (typeof engineGiven)['shape']['mode']['options'][number]) {
    const configFile = join(this.#directory, 'serversync.yaml');
    const { name, password } = practiceAccount;
    const accounts = [source, ...this.branchNames].flatMap((server) => [
      [`SERVERSYNC_${server.toUpperCase()}_USERNAME`, name],
      [`SERVERSYNC_${server.toUpperCase()}_PASSWORD`, password],
    ]);
    return startProcess(
      './engine-process.ts',
      { mode, configFile, stateDirectory: this.#stateDirectory },
      Object.fromEntries(accounts),
    );
  }

  /** Throws where anything was left undone. */
  async engine(mode: Parameters<Site['startEngine']>[0]): Promise<EngineTold> {
    const told = engineTold.parse(await outputOf(this.startEngine(mode)));
    if (told.exitCode !== 0) throw new Error(`the engine ended with exit code ${told.exitCode}`);
    return told;
  }

  async countAnew(): Promise<void> {
    await Promise.all(
      [this.hq, this.branches].map((offices) => offices.ask({ kind: 'countAnew' }, officeAnswers.countAnew)),
    );
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function configuration(
  urls: Readonly<Record<string, string>>,
  {
    sessions,
    niceness,
    api = 'data',
    script = false,
    sweepLayout = false,
    enumerate = '5 minutes',
  }: SiteOptions,
): string {
  const names = Object.keys(urls);
  const layout = sweepLayout ? 'layout: Cities_Sync, sweepLayout: Cities_Sweep' : 'layout: Cities_Sync';
  const shown = api === 'odata' ? 'table: Cities' : layout;
  const more = `api: ${api}, sessions: ${sessions}, niceness: ${niceness}${script ? ', script: true' : ''}`;
  return [
    'version: 1',
    `schedule: { enumerate: ${enumerate} }`,
    'servers:',
    ...names.map((name) => `  ${name}: { url: ${urls[name]}, database: Main, timeZone: UTC, ${more} }`),
    'tables:',
    '  cities:',
    '    key: id',
    '    modified: modified_at',
    `    fields: [${fieldNames.join(', ')}]`,
    '    servers:',
    ...names.map((name) => `      ${name}: { ${shown} }`),
    '',
  ].join('\n');
}
