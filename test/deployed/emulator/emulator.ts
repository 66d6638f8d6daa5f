/**
 * AWS on loopback: moto_server with what it lacks (`moto_plus`), in a process of its own that ends with this one.
 * Its state is in memory only.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';
import { clientConfig, type ClientConfig, clientEnvironment, type Variables } from './environment.ts';

const run = promisify(execFile);
const motoPlus = fileURLToPath(new URL('moto_plus', import.meta.url));

/** Measured: 3 to 5 s with two processors. */
const mostStartMs = 60_000;

export async function isMotoHere(): Promise<boolean> {
  try {
    await run('python3', ['-c', 'import moto.server']);
    return true;
  } catch {
    return false;
  }
}

export const motoIsMissing =
  'the deployed test needs moto: python3 -m pip install "moto[server]==5.2.1", then run it again';

export class Emulator implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #errors: string[];

  constructor(url: string, child: ChildProcess, errors: string[]) {
    if (child.stdout === null) throw new Error('the emulator has no stdout');
    this.url = url;
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#errors = errors;
  }

  get environment(): Variables {
    return clientEnvironment(this.url);
  }

  get clientConfig(): ClientConfig {
    return clientConfig(this.url);
  }

  /** What it wrote to stderr: requests where they are logged, and failed change sets. */
  get errors(): string {
    return this.#errors.join('');
  }

  /** From now on visibility timeouts and delays of the queues go by the true time plus this. */
  async shiftQueues(offsetMs: number): Promise<void> {
    this.#child.stdin?.write(`${JSON.stringify({ sqsOffsetMs: offsetMs })}\n`);
    const { value } = await this.#answers.next();
    if (value !== 'shifted') throw new Error(`the emulator answered ${String(value)}`);
  }

  async answers(): Promise<void> {
    const giveUpAt = Date.now() + mostStartMs;
    while (!(await this.#isUp())) {
      if (this.#child.exitCode !== null || Date.now() > giveUpAt)
        throw new Error(`the emulator did not start:\n${this.errors}`);
      await sleep(100);
    }
  }

  async #isUp(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/moto-api/`)).ok;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** `lambdaHost`: the URL to which Invoke is handed; nobody needs to listen there yet. */
export async function startEmulator(lambdaHost: string): Promise<Emulator> {
  if (!(await isMotoHere())) throw new Error(motoIsMissing);
  const port = await freePort();
  const child = spawn('python3', [motoPlus, '--port', String(port), '--lambda-host', lambdaHost], {
    env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1', MOTO_PLUS_QUIET: '1', ...managed },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => void errors.push(text));
  const emulator = new Emulator(`http://localhost:${port}`, child, errors);
  await emulator.answers();
  return emulator;
}

/** So that the policies that AWS manages can be read back where a role has one. */
const managed = { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' };
