/** What takes a while and is looked at meanwhile: plans and comparisons, one at a time. Nothing is written by them. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../composition/system-clock.ts';
import type { Environment } from '../../config/credentials.ts';
import type { Failed } from '../../console/api.ts';
import type { Job, JobBody } from '../../console/api/jobs.ts';
import { FailedRequest } from '../../console/failed-request.ts';
import { chosenOf } from '../chosen.ts';
import type { StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { planCommand } from '../plan-command.ts';
import { verifyCommand } from '../verify-command.ts';
import { capturing } from './captured.ts';

export type JobPlace = StatePlace & { readonly environment: Environment; readonly accountsFile?: string };

type Result = NonNullable<Job['result']>;
type Work = (asked: JobBody, output: Output, signal: AbortSignal) => Promise<Result | undefined>;

/** A job at work, or one that was. */
type Entry = {
  readonly id: string;
  readonly asked: JobBody;
  readonly startedAt: number;
  readonly lines: readonly string[];
  readonly stop: AbortController;
  ended: Pick<Job, 'state' | 'endedAt' | 'result' | 'error'> | undefined;
};

/** Older ones are forgotten. */
const mostKept = 20;
/** What is said of a job that goes wrong in small things for hours. */
const mostLines = 2_000;

export class Jobs {
  readonly #work: Work;
  readonly #failureOf: (error: unknown) => FailedRequest;
  #entries: readonly Entry[] = [];
  #atWork: Promise<void> = Promise.resolve();

  constructor(work: Work, failureOf: (error: unknown) => FailedRequest) {
    this.#work = work;
    this.#failureOf = failureOf;
  }

  get all(): readonly Job[] {
    return this.#entries.map(shown);
  }

  /** Throws FailedRequest. */
  job(id: string): Job {
    return shown(this.#entry(id));
  }

  /** Throws FailedRequest while one is at work. */
  refuseWhileAtWork(): void {
    const [last] = this.#entries;
    if (last === undefined || last.ended !== undefined) return;
    const what = last.asked.kind === 'plan' ? 'a plan is being made' : 'servers are being compared';
    throw new FailedRequest(409, 'job-at-work', `${what}: wait until that has ended, or end it`);
  }

  /** Throws FailedRequest while another one is at work. */
  start(asked: JobBody): Job {
    this.refuseWhileAtWork();
    const { output, lines } = capturing();
    const entry: Entry = {
      id: randomUUID(),
      asked,
      startedAt: systemClock.now(),
      lines,
      stop: new AbortController(),
      ended: undefined,
    };
    this.#entries = [entry, ...this.#entries].slice(0, mostKept);
    this.#atWork = this.#done(entry, output);
    return shown(entry);
  }

  /** Throws FailedRequest. */
  cancel(id: string): Job {
    const entry = this.#entry(id);
    if (entry.ended === undefined)
      entry.stop.abort(
        new FailedRequest(409, 'stopped', 'it was ended before it was done; nothing was written'),
      );
    return shown(entry);
  }

  /** Ends what is at work, and waits until its sessions are closed. */
  async close(): Promise<void> {
    for (const { id } of this.#entries) this.cancel(id);
    await this.#atWork;
  }

  async #done(entry: Entry, output: Output): Promise<void> {
    try {
      const result = await this.#work(entry.asked, output, entry.stop.signal);
      entry.ended = { state: 'done', endedAt: systemClock.now(), ...(result && { result }) };
    } catch (error) {
      const endedAt = systemClock.now();
      entry.ended = entry.stop.signal.aborted
        ? { state: 'cancelled', endedAt }
        : { state: 'failed', endedAt, error: this.#told(error) };
    }
  }

  #told(error: unknown): Failed['error'] {
    const { code, message } = this.#failureOf(error);
    return { code, message };
  }

  #entry(id: string): Entry {
    const found = this.#entries.find((one) => one.id === id);
    if (found !== undefined) return found;
    throw new FailedRequest(
      400,
      'no-such-job',
      'there is no such job any more: the console was started anew',
    );
  }
}

const shown = ({ id, asked, startedAt, lines, stop, ended }: Entry): Job => ({
  id,
  asked,
  startedAt,
  lines: lines.length > mostLines ? ['…', ...lines.slice(-mostLines)] : [...lines],
  ...(ended ?? { state: stop.signal.aborted ? 'ending' : 'at-work' }),
});

/** Records of each kind unless it is said. */
const usualLimit = 20;

/** What the commands of the same names do. Throws what they throw. */
export const workAt =
  (place: JobPlace): Work =>
  async ({ kind, table, server, limit = usualLimit }, output, signal) => {
    const chosen = chosenOf({
      ...(table !== undefined && { table }),
      ...(server !== undefined && { server }),
    });
    const common = { ...place, output, signal, chosen, limit, examples: false };
    let result: Result | undefined;
    if (kind === 'plan') await planCommand({ ...common, found: (json) => (result = { kind, ...json }) });
    else
      await verifyCommand({
        ...common,
        repair: false,
        dryRun: false,
        found: (json) => (result = { kind, ...json }),
      });
    return result;
  };
