/**
 * One deployed state of a function with the sandboxes that run it. A newer deploy retires it: an event that is being
 * handled ends as it began, and nothing new comes to it.
 */
import type { DeployedFunction } from './deployed-function.ts';
import { type Outcome, Sandbox, type SandboxOptions } from './sandbox.ts';

export type Invocation = Outcome & {
  readonly sandbox: number;
  readonly durationMs: number;
  /** From the start of the process until the code was loaded; absent where a warm sandbox took the event. */
  readonly coldStartMs?: number;
};

export type NewSandbox = (version: FunctionVersion) => SandboxOptions;

export class FunctionVersion {
  readonly deployed: DeployedFunction;
  readonly directory: string;
  readonly #new: NewSandbox;
  readonly #alive = new Set<Sandbox>();
  #idle: Sandbox[] = [];
  #retired = false;

  constructor(deployed: DeployedFunction, directory: string, newSandbox: NewSandbox) {
    this.deployed = deployed;
    this.directory = directory;
    this.#new = newSandbox;
  }

  get sandboxes(): readonly Sandbox[] {
    return [...this.#alive].filter(({ hasEnded }) => !hasEnded);
  }

  get busy(): readonly Sandbox[] {
    return this.sandboxes.filter((sandbox) => !this.#idle.includes(sandbox));
  }

  /** `chosen` hears which sandbox takes the event, before it does. */
  async invoke(event: unknown, chosen: (sandbox: number) => void): Promise<Invocation> {
    const warm = this.#takeIdle();
    const sandbox = warm ?? this.#start();
    const coldStartMs = warm === undefined ? await startOf(sandbox) : undefined;
    if (typeof coldStartMs === 'string') return failedToStart(sandbox.id, coldStartMs);
    chosen(sandbox.id);
    const began = performance.now();
    const outcome = await sandbox.invoke(event);
    const durationMs = performance.now() - began;
    await this.#giveBack(sandbox, outcome);
    return {
      ...outcome,
      sandbox: sandbox.id,
      durationMs,
      ...(coldStartMs === undefined ? {} : { coldStartMs }),
    };
  }

  async retire(): Promise<void> {
    this.#retired = true;
    await this.endIdle();
  }

  async endIdle(): Promise<void> {
    const idle = this.#idle;
    this.#idle = [];
    for (const sandbox of idle) this.#alive.delete(sandbox);
    await Promise.all(idle.map((sandbox) => sandbox.end()));
  }

  async end(): Promise<void> {
    this.#retired = true;
    await Promise.all([...this.#alive].map((sandbox) => sandbox.end()));
  }

  #takeIdle(): Sandbox | undefined {
    this.#idle = this.#idle.filter(({ hasEnded }) => !hasEnded);
    return this.#idle.pop();
  }

  #start(): Sandbox {
    const sandbox = new Sandbox(this.#new(this));
    this.#alive.add(sandbox);
    return sandbox;
  }

  async #giveBack(sandbox: Sandbox, outcome: Outcome): Promise<void> {
    const diedOf = outcome.kind === 'failed' && sandboxDiesOf.has(outcome.error.errorType);
    if (this.#retired || diedOf) {
      await sandbox.end();
      this.#alive.delete(sandbox);
      return;
    }
    this.#idle.push(sandbox);
  }
}

const sandboxDiesOf: ReadonlySet<string> = new Set(['Runtime.ExitError', 'Sandbox.Timedout']);

async function startOf(sandbox: Sandbox): Promise<number | string> {
  try {
    return await sandbox.startedInMs;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const failedToStart = (sandbox: number, errorMessage: string): Invocation => ({
  kind: 'failed',
  error: { errorType: 'Runtime.ExitError', errorMessage },
  sandbox,
  durationMs: 0,
});
