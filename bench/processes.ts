/** Processes of the benchmark: started with one JSON argument, spoken to by messages, their last line of output is JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Runs under the same Node with the same flags as ours; ends with ours. */
export function startProcess(
  script: string,
  argument: unknown,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, [...process.execArgv, path, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...environment },
  });
}

/** What it printed; throws where it did not end well. */
export async function outputOf(child: ChildProcess): Promise<unknown> {
  if (child.stdout === null) throw new Error('its output is not a pipe');
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${child.spawnargs[1] ?? 'a process'} ended with ${code ?? signal}`);
  return JSON.parse(output);
}

export const printResult = (result: unknown): void =>
  void process.stdout.write(`${JSON.stringify(result)}\n`);

/** On a clock that all processes of the machine share, ms, with fractions. */
export const instant = (): number => performance.timeOrigin + performance.now();
