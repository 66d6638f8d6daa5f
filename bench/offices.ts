/** Simulated servers in processes of their own, as the benchmark speaks to them. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { OfficeCall, officesGiven } from './office-calls.ts';
import { startProcess } from './processes.ts';

/** One process, one call at a time. */
export class Offices {
  /** By name. */
  readonly urls: Readonly<Record<string, string>>;
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(urls: Readonly<Record<string, string>>, child: ChildProcess) {
    this.urls = urls;
    this.#child = child;
  }

  static async start(given: z.infer<typeof officesGiven>): Promise<Offices> {
    const child = startProcess('./office-process.ts', given);
    const urls = z.record(z.string(), z.string()).parse(await nextMessage(child));
    return new Offices(urls, child);
  }

  /** `answer`: the one of `officeAnswers` that belongs to the call. */
  ask<Answer>(call: OfficeCall, answer: z.ZodType<Answer>): Promise<Answer> {
    const asking = this.#last.then(async () => {
      const message = nextMessage(this.#child);
      this.#child.send(call);
      return answer.parse(await message);
    });
    this.#last = asking.catch(() => undefined);
    return asking;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const failing = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a process of simulated servers ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: ended.signal }), failing]);
    return message;
  } finally {
    ended.abort();
    failing.catch(() => undefined);
  }
}
