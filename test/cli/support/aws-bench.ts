/** The command line as an operator of a stack meets it: a process of its own in a folder with a configuration, and AWS. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, Running, type Variables } from '../../end-to-end/support/command-line.ts';
import { accessKey, type FakeAws, type FakeAwsServer, openFakeAws, region } from './fake-aws.ts';

const program = fileURLToPath(new URL('../../../src/cli/serversync.ts', import.meta.url));

export const configuration = [
  'version: 1',
  'servers:',
  '  hq: { url: "https://fm-hq.example.com", database: Main, timeZone: UTC, sessions: 4 }',
  '  branch: { url: "https://fm-branch.example.com", database: Main, timeZone: UTC, sessions: 4 }',
  'tables:',
  '  contacts:',
  '    key: id',
  '    modified: modified_at',
  '    fields: [name]',
  '    servers:',
  '      hq: { layout: Contacts_Sync }',
  '      branch: { layout: Contacts_Sync }',
].join('\n');

export const outputs = {
  RecordsTable: 'records',
  ControlTable: 'control',
  Bucket: 'values',
  QueuePrefix: 'ServerSync-',
  SecretPrefix: 'serversync/',
};

export type Given = {
  /** Of stdin, which is no terminal here. */
  readonly input?: string;
  /** On top of, or in place of, those that lead to the fake; undefined takes one away. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
};

export class AwsBench implements AsyncDisposable {
  readonly directory: string;
  readonly #server: FakeAwsServer;

  constructor(directory: string, server: FakeAwsServer) {
    this.directory = directory;
    this.#server = server;
  }

  get aws(): FakeAws {
    return this.#server.aws;
  }

  command(args: readonly string[], given: Given = {}): Promise<Ended> {
    return this.start(args, given).ended;
  }

  start(args: readonly string[], { input = '', variables = {} }: Given = {}): Running {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
      env: { ...this.#variables, ...variables },
      cwd: this.directory,
    });
    // It may end without having read it.
    child.stdin.on('error', () => undefined).end(input);
    return new Running(child);
  }

  get #variables(): Variables {
    return {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: join(tmpdir(), 'serversync-test-compile-cache'),
      AWS_ENDPOINT_URL: this.#server.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(this.directory, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(this.directory, 'none'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A stack ServerSync is deployed, with these outputs; no secret is there yet. */
export async function openAwsBench(stack: Readonly<Record<string, string>> = outputs): Promise<AwsBench> {
  const directory = await mkdtemp(join(tmpdir(), 'serversync-test-'));
  await writeFile(join(directory, 'serversync.yaml'), configuration);
  const server = await openFakeAws();
  server.aws.stacks.set('ServerSync', { status: 'CREATE_COMPLETE', outputs: stack });
  return new AwsBench(directory, server);
}

/** A stack trace, in what a command shows. */
export const stackTrace = /^\s+at .*:\d+:\d+\)?$/m;
