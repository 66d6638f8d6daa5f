/** A simulated server in a process of its own, and its control API from here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { SimulatorOptions } from '../../simulator/description.ts';
import { simulatorFile } from '../own-files.ts';

const records = z.array(
  z.object({ recordId: z.number(), modId: z.number(), values: z.record(z.string(), z.string()) }),
);
export type PracticeRecord = z.infer<typeof records>[number];

export class PracticeServer {
  readonly url: string;
  readonly #child: ChildProcess;

  constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  async records(table: string): Promise<readonly PracticeRecord[]> {
    return records.parse(await this.#call('GET', `records?table=${encodeURIComponent(table)}`));
  }

  /** As a user in FileMaker would. */
  async create(table: string, values: Readonly<Record<string, string>>): Promise<void> {
    await this.#call('POST', 'records/create', { table, values });
  }

  async update(table: string, recordId: number, values: Readonly<Record<string, string>>): Promise<void> {
    await this.#call('POST', 'records/update', { table, recordId, values });
  }

  /** Waits until its process has ended. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/simulator/${path}`, { method, ...sent });
    if (!answer.ok) throw new Error(`the simulated server refused ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  }
}

const listening = z.object({ url: z.string() });

/** `descriptionFile` is written by this call; the process ends with ours. */
export async function startPracticeServer(
  descriptionFile: string,
  description: SimulatorOptions,
): Promise<PracticeServer> {
  await writeFile(descriptionFile, JSON.stringify(description));
  const child = spawn(
    process.execPath,
    [...process.execArgv, simulatorFile, '--file', descriptionFile, '--with-parent'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const line = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the simulated server ended at once with code ${code}`)));
    child.once('error', reject);
    createInterface(child.stdout).once('line', resolve);
  });
  return new PracticeServer(listening.parse(JSON.parse(line)).url, child);
}
