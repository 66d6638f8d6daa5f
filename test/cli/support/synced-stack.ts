/** A stack ServerSync whose functions have synced two offices, of which hq held six records: what a command meets that knows both. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { engineOf } from '../../../src/composition/engine-of.ts';
import { localTables } from '../../../src/composition/local-tables.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { identityOf } from '../../../src/config/identity.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { runOnce } from '../../../src/engine/run.ts';
import { connectDataApi } from '../../../src/filemaker/data-api/connect.ts';
import type { Ended } from '../../end-to-end/support/command-line.ts';
import { account, type Office, openOffice } from '../../end-to-end/support/office.ts';
import { rows } from '../../end-to-end/support/rows.ts';
import { type Emulators, startEmulators } from '../../state/aws/emulators.ts';
import { type Deployed, deployed } from './deployed.ts';

const never = new AbortController().signal;
const report = (): void => undefined;

export class SyncedStack implements AsyncDisposable {
  readonly stack: Deployed;
  readonly hq: Office;
  readonly branch: Office;

  constructor(stack: Deployed, hq: Office, branch: Office) {
    this.stack = stack;
    this.hq = hq;
    this.branch = branch;
  }

  run(command: string, ...options: readonly string[]): Promise<Ended> {
    return this.stack.start(command, ...options).ended;
  }

  /** With that text the commands go on from now on; the functions go by `configuration`. */
  write(text: string): Promise<void> {
    return writeFile(join(this.stack.bench.directory, 'serversync.yaml'), text);
  }

  configuration(schedule = 'settle: 0 seconds', fields = 'name, notes'): string {
    return [
      'version: 1',
      `schedule: { ${schedule} }`,
      'servers:',
      `  hq: { url: "${this.hq.url}", database: Main, timeZone: UTC, sessions: 4 }`,
      `  branch: { url: "${this.branch.url}", database: Main, timeZone: UTC, sessions: 4 }`,
      'tables:',
      '  contacts:',
      '    key: id',
      '    modified: modified_at',
      `    fields: [${fields}]`,
      '    servers:',
      '      hq: { layout: Contacts_Sync }',
      '      branch: { layout: Contacts_Sync }',
    ].join('\n');
  }

  /** What the functions of the stack would do in their process. */
  async asFunctions<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const configuration = parseConfiguration(this.configuration(), 'serversync.yaml');
    const { state } = this.stack;
    await state.bindTo(identityOf(configuration));
    await state.bindRecords();
    const servers = new Map(
      configuration.servers.map(({ name, url, sessions }) => {
        const shared = { slots: state.sessions, clock: systemClock, random: Math.random };
        const own = { username: account.name, password: account.password };
        return [name, connectDataApi({ name, url, account: own, sessions, ...shared })] as const;
      }),
    );
    const ports = { control: state.control, clock: systemClock, report };
    const tables = await localTables(configuration, { ...ports, servers, bind: report, signal: never });
    try {
      return await work(
        engineOf({ configuration, state, servers, tables, files: undefined, sessionsOf: () => 3, report }),
      );
    } finally {
      await Promise.all([...servers.values()].map((server) => server.close()));
    }
  }

  async syncOnce(): Promise<void> {
    await this.asFunctions((engine) => runOnce(engine, never));
  }

  /** All that the tables of the stack hold of what a command could change. */
  async stateNow(): Promise<unknown> {
    const { control, records } = this.stack.state;
    const keys = (await records.keys('contacts', 100)).map(({ key }) => key).toSorted();
    const heads = await records.heads('contacts', keys);
    const [ofHq, ofBranch] = await Promise.all(
      ['hq', 'branch'].map((server) => records.replicas('contacts', server, keys)),
    );
    return {
      records: keys.map((key) => [heads.get(key), ofHq?.get(key), ofBranch?.get(key)]),
      clocks: await Promise.all(['hq', 'branch'].map((server) => control.clock(server))),
      watermarks: await Promise.all(['hq', 'branch'].map((server) => control.watermark('contacts', server))),
      parked: await control.parked(100),
      halts: await control.halts(),
      runs: await control.runs(10),
      rows: await Promise.all(['hq', 'branch'].map((server) => control.openBatches(server, 100))),
      conflicts: await control.conflicts(100),
      meetings: await control.meetings(),
      shape: await control.shape('contacts'),
      sweeps: await control.sweeps(),
      acts: await control.acts(10),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
    await Promise.all([this.hq.close(), this.branch.close()]);
  }
}

async function openSyncedStack(emulators: Emulators): Promise<SyncedStack> {
  const [hq, branch] = [await openOffice({ rows: rows(0, 6) }), await openOffice({})];
  const stack = await deployed(emulators, { isBound: false });
  const synced = new SyncedStack(stack, hq, branch);
  await synced.write(synced.configuration());
  const secret = JSON.stringify({ username: account.name, password: account.password });
  for (const server of ['hq', 'branch'])
    stack.bench.aws.secrets.set(`serversync/${server}`, { value: secret });
  await synced.syncOnce();
  if (branch.byKey.size !== 6) throw new Error('the stack did not sync');
  return synced;
}

/** One for each test of the file, over emulators that live as long as the file. */
export function eachSyncedStack(take: (synced: SyncedStack) => void): void {
  let emulators: Emulators;
  let synced: SyncedStack;
  beforeAll(async () => {
    emulators = await startEmulators();
  });
  afterAll(async () => {
    await emulators.stop();
  });
  beforeEach(async () => {
    synced = await openSyncedStack(emulators);
    take(synced);
  });
  afterEach(async () => {
    await synced[Symbol.asyncDispose]();
  });
}
