/** The CDK command line against the emulator: its exit code and what it said. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { account, clientEnvironment, region, type Variables } from './emulator/environment.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const binaries = join(project, 'node_modules', '.bin');

export type CdkOptions = {
  /** Of the emulator. */
  readonly url: string;
  readonly stack: string;
  /** `-c name=value`; the project's app takes `config`, `stack` and `emulator`. */
  readonly context?: Readonly<Record<string, string>>;
  /** What runs the app. Default: as the project's cdk.json says. */
  readonly app?: string;
};

export type CdkRun = { readonly code: number | null; readonly output: string };

export class Cdk implements AsyncDisposable {
  readonly directory: string;
  readonly #options: CdkOptions;
  readonly #environment: Variables;

  constructor(directory: string, options: CdkOptions) {
    this.directory = directory;
    this.#options = options;
    this.#environment = cdkEnvironment(directory, options.url);
  }

  /** CDK runs the app for this too. */
  bootstrap(context: CdkOptions['context'] = {}): Promise<CdkRun> {
    return this.#run('bootstrap', `aws://${account}/${region}`, ...given(context));
  }

  deploy(context: CdkOptions['context'] = {}): Promise<CdkRun> {
    const outputs = ['--outputs-file', this.#outputsFile];
    return this.#run(
      'deploy',
      this.#options.stack,
      '--require-approval',
      'never',
      ...outputs,
      ...given(context),
    );
  }

  /** `code` 1: there is a difference. */
  diff(context: CdkOptions['context'] = {}): Promise<CdkRun> {
    return this.#run('diff', this.#options.stack, '--fail', ...given(context));
  }

  destroy(context: CdkOptions['context'] = {}): Promise<CdkRun> {
    return this.#run('destroy', this.#options.stack, '--force', ...given(context));
  }

  /** Of the last deploy that went through. */
  async outputs(): Promise<Readonly<Record<string, string>>> {
    const written: unknown = JSON.parse(await readFile(this.#outputsFile, 'utf8'));
    return allOutputs.parse(written)[this.#options.stack] ?? {};
  }

  get #outputsFile(): string {
    return join(this.directory, 'outputs.json');
  }

  async #run(command: string, ...args: readonly string[]): Promise<CdkRun> {
    const app = this.#options.app === undefined ? [] : ['--app', this.#options.app];
    const output = ['--output', join(this.directory, 'cdk.out')];
    const all = [command, ...args, ...given(this.#options.context ?? {}), ...app, ...output, '--no-notices'];
    const child = spawn(join(binaries, 'cdk'), all, {
      cwd: project,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    await once(child, 'close');
    return { code: child.exitCode, output: text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

export async function openCdk(options: CdkOptions): Promise<Cdk> {
  return new Cdk(await mkdtemp(join(tmpdir(), 'serversync-cdk-')), options);
}

/** Throws with what CDK said where a command failed. */
export function assertDone({ code, output }: CdkRun): string {
  if (code !== 0) throw new Error(`cdk ended with ${code}:\n${output}`);
  return output;
}

const allOutputs = z.record(z.string(), z.record(z.string(), z.string()));

const given = (context: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** The Node of this process first, so that CDK and the app do not meet an older one; CDK's caches in our directory. */
function cdkEnvironment(directory: string, url: string): Variables {
  const environment = clientEnvironment(url);
  const path = [dirname(process.execPath), binaries, environment['PATH'] ?? ''].join(delimiter);
  return { ...environment, PATH: path, CDK_HOME: directory, NO_COLOR: '1', CI: 'true' };
}
