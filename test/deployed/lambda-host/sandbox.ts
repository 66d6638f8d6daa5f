/** One Node process that runs one function, one event at a time, and stays warm between events. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { account, region } from '../emulator/environment.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { LogLine } from './logs.ts';
import { type Failure, type FromSandbox, fromSandbox, type ToSandbox } from './messages.ts';

const main = new URL('sandbox-main.ts', import.meta.url);
const virtualDate = new URL('virtual-date.ts', import.meta.url);

export type SandboxOptions = {
  readonly id: number;
  readonly deployed: DeployedFunction;
  /** Where its code was unpacked. */
  readonly directory: string;
  /** Of the recorder. */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly offsetMs: number;
  readonly log: (line: LogLine) => void;
};

export type Outcome =
  | { readonly kind: 'returned'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: Failure };

export class Sandbox {
  readonly id: number;
  readonly startedInMs: Promise<number>;
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<string, (message: FromSandbox) => void>();

  constructor(options: SandboxOptions) {
    this.id = options.id;
    this.#timeoutMs = options.deployed.timeoutMs;
    this.#child = start(options);
    this.#exited = exitOf(this.#child);
    this.#child.on('message', (message) => this.#take(fromSandbox.parse(message)));
    this.startedInMs = this.#started();
    this.startedInMs.catch(() => undefined);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Never throws: an error of the handler, a kill and a timeout are outcomes. After the last two it has ended. */
  async invoke(event: unknown): Promise<Outcome> {
    const id = randomUUID();
    const { promise: answer, resolve } = Promise.withResolvers<FromSandbox>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(() => this.#timeOut(resolve, id), this.#timeoutMs);
    this.#tell({ kind: 'invoke', id, event, remainingMs: this.#timeoutMs });
    const message = await Promise.race([answer, this.#gone(id)]);
    clearTimeout(timer);
    this.#waiting.delete(id);
    return outcomeOf(message);
  }

  /** Resolves when its clock shows the new time, or it has ended. */
  async shift(offsetMs: number): Promise<void> {
    if (this.hasEnded) return;
    const { promise, resolve } = Promise.withResolvers<FromSandbox>();
    this.#waiting.set('shifted', resolve);
    this.#tell({ kind: 'shift', offsetMs });
    await Promise.race([promise, this.#exited]);
  }

  /** SIGKILL, in the middle of whatever it does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.kill();
    await this.#exited;
  }

  async #started(): Promise<number> {
    const began = performance.now();
    const { promise, resolve } = Promise.withResolvers<FromSandbox>();
    this.#waiting.set('ready', resolve);
    const message = await Promise.race([promise, this.#exited]);
    if (typeof message === 'string') throw new Error(`the function ended while it was loaded: ${message}`);
    return performance.now() - began;
  }

  #take(message: FromSandbox): void {
    this.#waiting.get('id' in message ? message.id : message.kind)?.(message);
  }

  #tell(message: ToSandbox): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async #gone(id: string): Promise<FromSandbox> {
    const how = await this.#exited;
    return { kind: 'threw', id, error: { errorType: 'Runtime.ExitError', errorMessage: how } };
  }

  #timeOut(resolve: (message: FromSandbox) => void, id: string): void {
    const errorMessage = `Task timed out after ${this.#timeoutMs / 1000} seconds`;
    resolve({ kind: 'threw', id, error: { errorType: 'Sandbox.Timedout', errorMessage } });
    this.kill();
  }
}

function outcomeOf(message: FromSandbox): Outcome {
  if (message.kind === 'returned') return { kind: 'returned', result: message.result };
  if (message.kind === 'threw') return { kind: 'failed', error: message.error };
  throw new Error(`an event is not answered with ${message.kind}`);
}

async function exitOf(child: ChildProcess): Promise<string> {
  await once(child, 'close');
  return child.signalCode === null ? `exit ${child.exitCode}` : `signal ${child.signalCode}`;
}

function start(options: SandboxOptions): ChildProcess {
  const heapMb = Math.max(64, Math.floor(options.deployed.memoryMb * 0.9));
  const flags = [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, '--import', virtualDate.href, main.pathname], {
    cwd: options.directory,
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { id: sandbox, deployed, log } = options;
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input === null) throw new Error(`the sandbox has no ${stream}`);
    createInterface({ input }).on('line', (text) =>
      log({ functionName: deployed.name, sandbox, stream, text }),
    );
  }
  return child;
}

/** As AWS Lambda documents its defined runtime variables; nothing of our own environment but where programs are. */
function environmentOf({
  deployed,
  directory,
  endpoint,
  accessKey,
  offsetMs,
  id,
}: SandboxOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    TZ: ':UTC',
    ...deployed.variables,
    _HANDLER: deployed.handler,
    LAMBDA_TASK_ROOT: directory,
    AWS_LAMBDA_FUNCTION_NAME: deployed.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${id}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${deployed.runtime}`,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCOUNT_ID: account,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_SESSION_TOKEN: 'testing',
    AWS_EC2_METADATA_DISABLED: 'true',
    SANDBOX_FUNCTION_ARN: deployed.arn,
    SANDBOX_CLOCK_OFFSET_MS: String(offsetMs),
  };
}
