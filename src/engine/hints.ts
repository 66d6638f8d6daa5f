/**
 * Hints that tables have changed, in one process: which table of a server is to be read next, and when (core/hint.ts). Nothing of it is
 * stored: a process that dies loses what the schedule finds anyway.
 */
import {
  type HintState,
  hinted,
  noHint,
  readAt,
  readingBegun,
  readingEnded,
  readingFailed,
} from '../core/hint.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlaceName } from './engine.ts';

/** Nobody waits for longer without another look, ms. */
const longestWaitMs = 3_600_000;

export class Hints {
  readonly #clock: Clock;
  readonly #states = new Map<ServerName, Map<TableName, HintState>>();
  readonly #lastAt = new Map<string, EpochMs>();
  readonly #asleep = new Map<ServerName, AbortController>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hint({ server, table }: PlaceName): void {
    const now = this.#clock.now();
    this.#set({ server, table }, hinted(this.#stateOf({ server, table }), now));
    this.#lastAt.set(nameOf({ server, table }), now);
    this.#asleep.get(server)?.abort();
  }

  /** 0: never. */
  lastAt(place: PlaceName): EpochMs {
    return this.#lastAt.get(nameOf(place)) ?? 0;
  }

  /** Waits until a table of the server is due. Rejects with the signal's reason. */
  async due(server: ServerName, signal: AbortSignal): Promise<TableName> {
    for (;;) {
      signal.throwIfAborted();
      const [first] = [...(this.#states.get(server) ?? [])]
        .flatMap(([table, state]) => {
          const at = readAt(state);
          return at === undefined ? [] : { table, at };
        })
        .toSorted((a, b) => a.at - b.at);
      const waitMs = (first?.at ?? Number.POSITIVE_INFINITY) - this.#clock.now();
      if (first !== undefined && waitMs <= 0) return first.table;
      await this.#sleep(server, Math.min(waitMs, longestWaitMs), signal);
    }
  }

  /** `work` says whether it found anything new. What comes meanwhile has the table read once more, and so has a failure. */
  async reading(place: PlaceName, work: () => Promise<boolean>): Promise<void> {
    const begunAt = this.#clock.now();
    this.#set(place, readingBegun(this.#stateOf(place)));
    try {
      const foundNew = await work();
      this.#set(place, readingEnded(this.#stateOf(place), { begunAt, now: this.#clock.now(), foundNew }));
    } catch (error) {
      this.#set(place, readingFailed(this.#stateOf(place), { begunAt, now: this.#clock.now() }));
      throw error;
    }
  }

  async #sleep(server: ServerName, ms: number, signal: AbortSignal): Promise<void> {
    const asleep = new AbortController();
    this.#asleep.set(server, asleep);
    try {
      await this.#clock.sleep(ms, AbortSignal.any([signal, asleep.signal]));
    } catch (error) {
      if (!asleep.signal.aborted || signal.aborted) throw error;
    }
  }

  #stateOf({ server, table }: PlaceName): HintState {
    return this.#states.get(server)?.get(table) ?? noHint;
  }

  #set({ server, table }: PlaceName, state: HintState): void {
    const tables = this.#states.get(server) ?? new Map<TableName, HintState>();
    this.#states.set(server, tables.set(table, state));
  }
}

const nameOf = ({ server, table }: PlaceName): string => `${server} ${table}`;
