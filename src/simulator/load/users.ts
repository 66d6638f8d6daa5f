/**
 * People at work in FileMaker Pro: each thinks, finds, edits or makes a record, waits for the server, and thinks again. What they
 * do takes as long as the same request of a client (`latencyMs`), and waits for the same processors.
 *
 * Same seed, same thoughts: who waits longer acts a little later, but does the same.
 */
import type { Latency } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Simulation } from '../simulation.ts';
import type { Table } from '../store/table.ts';
import { pause } from './pause.ts';

export type UsersDescription = {
  readonly database?: string;
  readonly table: string;
  /** Text: what they write. */
  readonly field: string;
  readonly count: number;
  /** On average, between an answer and what follows; times scatter as those of independent people (exponentially). */
  readonly thinkMs: number;
  readonly seed?: number;
};

/** Of what they waited for, in ms. */
export type ResponseTimes = {
  readonly answers: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
};

type Act = 'find' | 'update' | 'create';

/** Of ten acts: people look more than they write (assumed). */
const acts: readonly Act[] = [
  'find',
  'find',
  'find',
  'find',
  'find',
  'find',
  'update',
  'update',
  'update',
  'create',
];

/** The most records that one find shows them (assumed: what fits in a list on a screen). */
const mostRows = 50;

export class Users {
  readonly #simulation: Simulation;
  readonly #table: Table;
  readonly #of: UsersDescription;
  readonly #leaving = new AbortController();
  #times: number[] = [];

  constructor(simulation: Simulation, table: Table, of: UsersDescription) {
    table.slot(of.field);
    this.#simulation = simulation;
    this.#table = table;
    this.#of = of;
  }

  /** They are at work from now on. */
  begin(): void {
    const { count, seed = 1 } = this.#of;
    for (let user = 0; user < count; user++) void this.#day(seededRandom(seed * 1_000 + user));
  }

  /** Whoever thinks goes home; whoever waits for an answer still gets it. */
  leave(): void {
    this.#leaving.abort();
  }

  /** What each act took since they began, or since the last reset. */
  get times(): readonly number[] {
    return this.#times;
  }

  reset(): void {
    this.#times = [];
  }

  async #day(random: () => number): Promise<void> {
    const { host } = this.#simulation;
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      const thinkMs = -Math.log(1 - random()) * this.#of.thinkMs;
      await host.time.sleep(thinkMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const begun = host.time.now();
      await this.#act(random);
      this.#times.push(host.time.now() - begun);
    }
  }

  async #act(random: () => number): Promise<void> {
    const simulation = this.#simulation;
    const { processors, options } = simulation;
    const act = acts[Math.floor(random() * acts.length)] ?? 'find';
    const rows = act === 'find' ? Math.floor(random() * mostRows) : 0;
    const record = random();
    await pause(simulation, (options.roundTripMs ?? 0) / 2);
    await processors.work(async () => {
      await pause(simulation, durationOf(options.latencyMs?.[act], rows));
      if (act !== 'find') this.#write(act, record);
    });
    await pause(simulation, (options.roundTripMs ?? 0) / 2);
  }

  #write(act: 'update' | 'create', part: number): void {
    const { host } = this.#simulation;
    const { rows } = this.#table.rows;
    const stamps = { host: host.stamp('user'), user: host.userStamp({ name: 'user' }) };
    const values = new Map([[this.#table.slot(this.#of.field).index, `by a user at ${host.time.now()}`]]);
    const row = rows[Math.floor(part * rows.length)];
    try {
      this.#table.database.settle();
      if (act === 'create' || row === undefined) this.#table.create(values, { stamps });
      else this.#table.update(row.id, values, { stamps });
    } catch (error) {
      // As a person whom FileMaker tells that the record is in use, or the value is not allowed.
      if (!(error instanceof FileMakerFailure)) throw error;
    }
  }
}

export function responseTimes(times: readonly number[]): ResponseTimes {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  return { answers: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function durationOf(latency: Latency | undefined, rows: number): number {
  if (latency === undefined || typeof latency === 'number') return latency ?? 0;
  return latency.base + latency.perRow * rows;
}
