/**
 * Where somebody sits who gets something wrong: a folder with a configuration of two simulated servers that works, accounts in
 * the environment, and the command line in this process. Each case spoils one thing.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { stringify } from 'yaml';
import { carryOut } from '../../../src/cli/command-line.ts';
import type { Plain } from '../support/bench.ts';
import { type Listening, listening } from '../support/listening.ts';
import { account, layout, type Office, openOffice } from '../support/office.ts';
import { changed, type Path } from '../support/refusal.ts';
import { rows } from '../support/rows.ts';
import { selfSigned } from '../../filemaker/http/self-signed.ts';
import { signed } from '../../filemaker/http/signed.ts';

/** An account that works, but not over the Data API. */
const barred = { name: 'barred', password: 'open-sesame-4712', canUseDataApi: false };

export const secrets = [account.password, barred.password, 'contact 4'];

export type Said = { readonly code: number; readonly text: string };

export class Desk implements AsyncDisposable {
  readonly folder: string;
  readonly hq: Office;
  readonly branch: Office;
  /** Offices over TLS: nobody vouches for the first, the second is for another name, the third's has ended. */
  readonly strange: Office;
  readonly ended: Office;
  /** A server of the web that is no FileMaker Server. */
  readonly web: Listening;
  readonly barred = barred;
  /** Free when the desk was opened. */
  readonly closedPort: number;
  readonly #home: string;

  constructor(
    folder: string,
    offices: {
      readonly hq: Office;
      readonly branch: Office;
      readonly strange: Office;
      readonly ended: Office;
    },
    web: Listening,
    closedPort: number,
  ) {
    this.folder = folder;
    ({ hq: this.hq, branch: this.branch, strange: this.strange, ended: this.ended } = offices);
    this.web = web;
    this.closedPort = closedPort;
    this.#home = process.cwd();
  }

  /** As it would work. */
  get configuration() {
    return {
      version: 1,
      servers: { hq: serverAt(this.hq), branch: serverAt(this.branch) },
      tables: {
        contacts: {
          key: 'id',
          modified: 'modified_at',
          fields: ['name', 'notes', 'amount'],
          servers: { hq: { layout }, branch: { layout } },
        },
      },
    };
  }

  async begin(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder);
    process.chdir(this.folder);
    for (const name of Object.keys(process.env)) if (name.startsWith('SERVERSYNC_')) delete process.env[name];
    for (const server of ['HQ', 'BRANCH']) {
      process.env[`SERVERSYNC_${server}_USERNAME`] = account.name;
      process.env[`SERVERSYNC_${server}_PASSWORD`] = account.password;
    }
    await this.write('serversync.yaml', stringify(this.configuration));
  }

  write(file: string, text: string, mode = 0o644): Promise<void> {
    return writeFile(join(this.folder, file), text, { mode });
  }

  /** The configuration with another value at the path; undefined takes it out. */
  configure(path: Path, value: unknown): Promise<void> {
    return this.write('serversync.yaml', stringify(changed(path, value)(this.configuration)));
  }

  /** The server hq with other settings. */
  configureServer(settings: Plain): Promise<void> {
    return this.configure(['servers', 'hq'], { ...this.configuration.servers.hq, ...settings });
  }

  /** What was written to any of the servers by anybody but their users. */
  get writes(): number {
    return [this.hq, this.branch, this.strange, this.ended].reduce((sum, { stats }) => sum + stats.writes, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.chdir(this.#home);
    await Promise.all([this.hq, this.branch, this.strange, this.ended].map((office) => office.close()));
    await this.web[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const serverAt = ({ url }: Office): Plain => ({ url, database: 'Main', timeZone: 'UTC' });

export async function openDesk(): Promise<Desk> {
  const [hq, branch, strange, ended] = await Promise.all([
    openOffice({ rows: rows(0, 5), accounts: [account, barred] }),
    openOffice({ rows: rows(3, 8) }),
    openOffice({ tls: selfSigned }),
    openOffice({ tls: signed.expired }),
  ]);
  const web = await listening(
    createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>It works</html>');
    }),
  );
  const gone = await listening(createServer());
  await gone[Symbol.asyncDispose]();
  return new Desk(
    await mkdtemp(join(tmpdir(), 'serversync-wrong-')),
    { hq, branch, strange, ended },
    web,
    gone.port,
  );
}

/** The command line in this process, and all that it says on both outputs. */
export async function say(args: readonly string[]): Promise<Said> {
  let text = '';
  const taken = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    }),
  );
  // Each command listens for signals until its process ends.
  process.setMaxListeners(0);
  process.exitCode = 0;
  try {
    await carryOut(args);
    return { code: process.exitCode, text };
  } finally {
    process.exitCode = 0;
    for (const spy of taken) spy.mockRestore();
  }
}
